package dev.standby.config;

/**
 * Of how much is too much; past it clients get 429. Each node counts for itself.
 *
 * @param keyRequestsPerSec requests with one API key; 0 for no limit
 * @param callbackRequestsPerSec requests for callback links from one address; 0 for no limit
 * @param failedLoginsPerMinute requests with wrong credentials from one address; 0 for no limit
 */
public record LimitsConfig(
    int keyRequestsPerSec, int callbackRequestsPerSec, int failedLoginsPerMinute) {
  private static final int MAX = 1_000_000;

  /** Checks every setting. */
  public LimitsConfig {
    Checks.range("limits.key_requests_per_sec", keyRequestsPerSec, 0, MAX);
    Checks.range("limits.callback_requests_per_sec", callbackRequestsPerSec, 0, MAX);
    Checks.range("limits.failed_logins_per_minute", failedLoginsPerMinute, 0, MAX);
  }
}
