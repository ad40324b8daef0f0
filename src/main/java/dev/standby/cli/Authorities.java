package dev.standby.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are accepted. */
final class Authorities {
  private Authorities() {}

  /**
   * Accepts what the authorities in a file have signed, and nothing else.
   *
   * @throws Trouble if there are none in it
   */
  static SSLSocketFactory accept(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new Trouble("There is no certificate in " + pem);
      }
      KeyStore accepted = KeyStore.getInstance(KeyStore.getDefaultType());
      accepted.load(null, null);
      for (Certificate certificate : certificates) {
        accepted.setCertificateEntry("authority-" + accepted.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(accepted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException e) {
      throw new Trouble("Cannot read the certificates in " + pem);
    } catch (GeneralSecurityException e) {
      throw new Trouble("There is no certificate that can be used in " + pem);
    }
  }
}
