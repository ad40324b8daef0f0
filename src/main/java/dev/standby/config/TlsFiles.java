package dev.standby.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * PEM files for TLS in both directions; all of them or none.
 *
 * @param certificate our certificate, with its chain
 * @param key its private key
 * @param authority the certificates that the other side's must come from
 */
public record TlsFiles(String certificate, String key, String authority) {
  /** Checks that they are there. */
  public TlsFiles {
    List<String> files = List.of(certificate, key, authority);
    long given = files.stream().filter(file -> !file.isEmpty()).count();
    if (given != 0 && given != files.size()) {
      throw new ConfigException(
          "settings eventbus.tls_certificate, eventbus.tls_key and eventbus.tls_authority go"
              + " together");
    }
    for (String file : files) {
      if (!file.isEmpty() && !Files.isReadable(Path.of(file))) {
        throw new ConfigException("setting eventbus.tls_*: cannot read " + file);
      }
    }
  }

  /** Whether there are any. */
  public boolean given() {
    return !certificate.isEmpty();
  }
}
