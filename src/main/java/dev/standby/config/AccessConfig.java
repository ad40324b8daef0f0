package dev.standby.config;

import java.net.URI;
import java.util.Set;

/**
 * Of who may come in.
 *
 * @param auth how clients prove who they are: {@code none} or {@code keys}; empty means that it was
 *     not said, which is none
 * @param jwksUrl where the public keys of OIDC tokens are; empty if none are accepted
 * @param issuer who issues them
 * @param audience whom they are for
 * @param projectClaim the claim that names the project
 * @param scopeClaim the claim that names the scopes
 * @param publicUrl how the nodes are reached from outside, without a slash at the end; empty for
 *     the way that each request took
 * @param auditEnabled whether what is done to triggers is written down; with {@code keys} only
 * @param auditRetentionDays how many days the audit log goes back
 */
public record AccessConfig(
    String auth,
    String jwksUrl,
    String issuer,
    String audience,
    String projectClaim,
    String scopeClaim,
    String publicUrl,
    boolean auditEnabled,
    int auditRetentionDays) {
  /** Checks every setting. */
  public AccessConfig {
    if (!Set.of("", "none", "keys").contains(auth)) {
      throw new ConfigException("setting auth must be none or keys, not " + auth);
    }
    checkUrl("auth_jwks_url", jwksUrl);
    checkUrl("http.public_url", publicUrl);
    if (publicUrl.endsWith("/")) {
      throw new ConfigException("setting http.public_url must not end with a slash");
    }
    if (!jwksUrl.isEmpty()) {
      if (!auth.equals("keys")) {
        throw new ConfigException("setting auth_jwks_url needs auth: keys");
      }
      Checks.notBlank("auth_issuer", issuer);
      Checks.notBlank("auth_audience", audience);
    }
    Checks.notBlank("auth_project_claim", projectClaim);
    Checks.notBlank("auth_scope_claim", scopeClaim);
    Checks.range("audit.retention_days", auditRetentionDays, 1, 3650);
  }

  /** Whether clients must prove who they are. */
  public boolean keys() {
    return auth.equals("keys");
  }

  /** Whether it is written down who did what to which trigger. */
  public boolean audit() {
    return keys() && auditEnabled;
  }

  private static void checkUrl(String setting, String url) {
    if (url.isEmpty()) {
      return;
    }
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // No URL at all: refused below.
    }
    throw new ConfigException("setting " + setting + " must be an http or https URL, not " + url);
  }
}
