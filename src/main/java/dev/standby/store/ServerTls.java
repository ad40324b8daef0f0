package dev.standby.store;

import dev.standby.config.ConfigException;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS to PostgreSQL, by the parameters that libpq has for it.
 *
 * @param setting what the URL is called in messages
 * @param mode how much of it is asked for
 * @param rootCert the file with the authorities' certificates, or {@value #SYSTEM}; null if none
 * @param cert the file with our certificate; null if none
 * @param key the file with its key (PKCS #8); null if none
 */
record ServerTls(String setting, SslMode mode, String rootCert, String cert, String key) {
  private static final Logger log = LoggerFactory.getLogger(ServerTls.class);

  private static final String SYSTEM = "system";

  /** Takes what concerns it out of a URL's parameters. */
  static ServerTls take(String setting, Map<String, String> parameters) {
    String name = parameters.getOrDefault("sslmode", "disable");
    SslMode mode =
        Arrays.stream(SslMode.values())
            .filter(each -> each.value.equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ConfigException(
                        setting
                            + ": sslmode must be disable, allow, prefer, require, verify-ca or"
                            + " verify-full"));
    parameters.remove("sslmode");
    ServerTls tls =
        new ServerTls(
            setting,
            mode,
            parameters.remove("sslrootcert"),
            parameters.remove("sslcert"),
            parameters.remove("sslkey"));
    tls.check();
    return tls;
  }

  private void check() {
    if (verifies() && rootCert == null) {
      throw new ConfigException(
          setting
              + ": sslmode="
              + mode.value
              + " needs sslrootcert, a file (PEM) or \"system\" for the authorities that Java knows");
    }
    if ((cert == null) != (key == null)) {
      throw new ConfigException(setting + ": sslcert and sslkey go together");
    }
    if (!SYSTEM.equals(rootCert)) {
      checkReadable(setting + ": sslrootcert", rootCert);
    }
    checkReadable(setting + ": sslcert", cert);
    checkReadable(setting + ": sslkey", key);
  }

  private static void checkReadable(String what, String file) {
    if (file != null && !Files.isReadable(Path.of(file))) {
      throw new ConfigException(what + ": cannot read " + file);
    }
  }

  private boolean verifies() {
    return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
  }

  /** For vertx-pg-client. */
  void apply(PgConnectOptions options) {
    options.setSslMode(mode);
    if (mode == SslMode.DISABLE) {
      return;
    }
    ClientSSLOptions ssl = new ClientSSLOptions();
    // As libpq has it: without authorities, "require" encrypts and takes whoever is there.
    ssl.setTrustAll(!verifies() && rootCert == null);
    if (rootCert != null) {
      ssl.setTrustOptions(
          SYSTEM.equals(rootCert) ? system() : new PemTrustOptions().addCertPath(rootCert));
    }
    ssl.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    if (cert != null) {
      ssl.setKeyCertOptions(new PemKeyCertOptions().addCertPath(cert).addKeyPath(key));
    }
    options.setSslOptions(ssl);
  }

  private static TrustOptions system() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return TrustOptions.wrap(factory.getTrustManagers()[0]);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** For JDBC. */
  Map<String, String> jdbc() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("sslmode", mode.value);
    if (SYSTEM.equals(rootCert)) {
      properties.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    } else if (rootCert != null) {
      properties.put("sslrootcert", rootCert);
    }
    if (cert != null) {
      properties.put("sslcert", cert);
      properties.put("sslkey", key);
      properties.put("pemKeyAlgorithm", algorithm());
    }
    return properties;
  }

  /** The JDBC driver wants to be told what vertx-pg-client finds out. */
  private String algorithm() {
    try {
      byte[] der =
          Base64.getMimeDecoder()
              .decode(Files.readString(Path.of(key)).replaceAll("-----.*?-----", ""));
      for (String each : List.of("RSA", "EC")) {
        try {
          KeyFactory.getInstance(each).generatePrivate(new PKCS8EncodedKeySpec(der));
          return each;
        } catch (InvalidKeySpecException e) {
          log.atTrace().addKeyValue("algorithm", each).setCause(e).log("not that kind of key");
        }
      }
      return "EdDSA";
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(setting + ": sslkey: " + key + " is not a PEM file");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
