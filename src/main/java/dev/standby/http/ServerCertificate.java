package dev.standby.http;

import dev.standby.config.ConfigException;
import dev.standby.config.TlsFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate and key: read at the start, and again when their files change.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class ServerCertificate {
  private static final Logger log = LoggerFactory.getLogger(ServerCertificate.class);

  /** How often the files are looked at. They are small, and their content can't deceive. */
  private static final long LOOK_MILLIS = 2000;

  private static final byte[] SAMPLE = {1, 2, 3};

  private final Vertx vertx;
  private final TlsFiles files;
  private PemKeyCertOptions current;

  /** Whether what the files hold now has been complained of. */
  private boolean refused;

  private boolean looking;

  private ServerCertificate(Vertx vertx, TlsFiles files, PemKeyCertOptions current) {
    this.vertx = vertx;
    this.files = files;
    this.current = current;
  }

  /** Reads the files; fails with a {@link ConfigException} if they are not a certificate's. */
  static Future<ServerCertificate> load(Vertx vertx, TlsFiles files) {
    return read(vertx, files)
        .compose(pair -> check(vertx, pair).map(pair))
        .map(pair -> new ServerCertificate(vertx, files, pair))
        .recover(
            failure ->
                Future.failedFuture(
                    new ConfigException(
                        "settings http.tls_certificate, http.tls_key: " + reason(failure))));
  }

  /** What the files held when they were last in order. */
  PemKeyCertOptions pair() {
    return current;
  }

  /**
   * Has the server use what the files hold, whenever it has changed and is in order. Connections
   * that are open are left alone.
   */
  void keepFresh(HttpServer server, ServerSSLOptions options) {
    vertx.setPeriodic(
        LOOK_MILLIS,
        timer -> {
          if (!looking) {
            looking = true;
            look(server, options).onComplete(done -> looking = false);
          }
        });
  }

  private Future<Void> look(HttpServer server, ServerSSLOptions options) {
    return read(vertx, files)
        .compose(
            pair ->
                pair.equals(current)
                    ? Future.<Void>succeededFuture()
                    : check(vertx, pair)
                        .compose(
                            good -> server.updateSSLOptions(options.copy().setKeyCertOptions(pair)))
                        .onSuccess(
                            updated -> {
                              current = pair;
                              log.atInfo()
                                  .addKeyValue("file", files.certificate())
                                  .log("certificate reloaded");
                            })
                        .<Void>mapEmpty())
        .onSuccess(fine -> refused = false)
        .onFailure(this::keepOld);
  }

  private void keepOld(Throwable failure) {
    if (!refused) {
      refused = true;
      log.atWarn()
          .addKeyValue("file", files.certificate())
          .addKeyValue("reason", reason(failure))
          .log("certificate not reloaded, the old one stays");
    }
  }

  private static Future<PemKeyCertOptions> read(Vertx vertx, TlsFiles files) {
    Future<Buffer> certificate = vertx.fileSystem().readFile(files.certificate());
    Future<Buffer> key = vertx.fileSystem().readFile(files.key());
    return Future.all(certificate, key)
        .map(
            both ->
                new PemKeyCertOptions()
                    .setCertValue(certificate.result())
                    .setKeyValue(key.result()));
  }

  /**
   * Fails unless the key is the certificate's: one file may have been replaced before the other.
   */
  private static Future<Void> check(Vertx vertx, PemKeyCertOptions pair) {
    return vertx.executeBlocking(
        () -> {
          PublicKey ours =
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(pair.getCertValue().getBytes()))
                  .getPublicKey();
          X509KeyManager keys =
              (X509KeyManager) pair.getKeyManagerFactory(vertx).getKeyManagers()[0];
          String[] names = keys.getServerAliases(ours.getAlgorithm(), null);
          if (names == null || !belongTogether(ours, keys.getPrivateKey(names[0]))) {
            throw new GeneralSecurityException("the key is not the certificate's");
          }
          return null;
        },
        false);
  }

  private static boolean belongTogether(PublicKey ours, PrivateKey key)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(ours.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            switch (key.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> key.getAlgorithm();
            });
    signature.initSign(key);
    signature.update(SAMPLE);
    byte[] signed = signature.sign();
    signature.initVerify(ours);
    signature.update(SAMPLE);
    return signature.verify(signed);
  }

  private static String reason(Throwable failure) {
    return String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
  }
}
