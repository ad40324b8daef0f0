package dev.standby.config;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * PEM files for TLS; all of them or none.
 *
 * @param room what the names of their settings begin with
 * @param certificate our certificate, with its chain
 * @param key its private key
 * @param authority the certificates that the other side's must come from; null where the other side
 *     need not have one
 */
public record TlsFiles(String room, String certificate, String key, String authority) {
  private static final String CERTIFICATE = ".tls_certificate";
  private static final String KEY = ".tls_key";
  private static final String AUTHORITY = ".tls_authority";

  /** Checks that they are there. */
  public TlsFiles {
    boolean given = !certificate.isEmpty();
    if (key.isEmpty() == given || (authority != null && authority.isEmpty() == given)) {
      String others =
          authority == null ? " and " + room + KEY : ", " + room + KEY + " and " + room + AUTHORITY;
      throw new ConfigException("settings " + room + CERTIFICATE + others + " go together");
    }
    if (given) {
      checkReadable(room + CERTIFICATE, certificate);
      checkReadable(room + KEY, key);
      if (authority != null) {
        checkReadable(room + AUTHORITY, authority);
      }
    }
  }

  /** Whether there are any. */
  public boolean given() {
    return !certificate.isEmpty();
  }

  private static void checkReadable(String setting, String file) {
    Path path = Path.of(file);
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw new ConfigException("setting " + setting + ": cannot read " + file);
    }
  }
}
