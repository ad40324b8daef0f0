package dev.standby.config;

import java.util.List;

/**
 * Of the room that calls receivers.
 *
 * @param allowedNetworks where calls may go although it is not the public internet: addresses, or
 *     ranges like {@code 10.0.0.0/8}
 * @param maxConcurrent how many calls a node makes at once
 */
public record WebhookConfig(List<String> allowedNetworks, int maxConcurrent) {
  private static final String ALLOWED_NETWORKS = "webhooks.allowed_networks";

  /** Checks every setting. */
  public WebhookConfig {
    allowedNetworks = List.copyOf(allowedNetworks);
    new AddressRanges(ALLOWED_NETWORKS, allowedNetworks);
    Checks.range("webhooks.max_concurrent", maxConcurrent, 1, 10_000);
  }

  /** The {@link #allowedNetworks}, to be asked about addresses. */
  public AddressRanges allowed() {
    return new AddressRanges(ALLOWED_NETWORKS, allowedNetworks);
  }
}
