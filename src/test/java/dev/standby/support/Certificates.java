package dev.standby.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates for tests, made by the JDK's {@code keytool}, as PEM files in a folder. */
public final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path folder;

  /** Keeps everything in that folder. */
  public Certificates(Path folder) {
    this.folder = folder;
  }

  /** The files of a certificate. */
  public record Pem(String certificate, String key) {}

  /** Makes an authority; gives the file with its certificate. */
  public String authority(String name) {
    keytool(name, "-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c");
    return pem(name, name).certificate();
  }

  /** Makes a certificate for 127.0.0.1 that an authority of that name has signed. */
  public Pem signed(String name, String authority) {
    return signed(name, authority, "ip:127.0.0.1");
  }

  /** Makes a certificate for that subject alternative name. */
  public Pem signed(String name, String authority, String subject) {
    keytool(
        authority,
        "-genkeypair",
        "-alias",
        name,
        "-signer",
        authority,
        "-dname",
        "CN=" + name,
        "-ext",
        "san=" + subject);
    return pem(authority, name);
  }

  /** Makes a certificate for 127.0.0.1 that is not valid any more. */
  public Pem expired(String name, String authority) {
    keytool(
        authority,
        "-genkeypair",
        "-alias",
        name,
        "-signer",
        authority,
        "-dname",
        "CN=" + name,
        "-ext",
        "san=ip:127.0.0.1",
        "-startdate",
        "-9d");
    return pem(authority, name);
  }

  private void keytool(String store, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", folder.resolve(store + ".p12").toString()));
    Programs.run(command);
  }

  private Pem pem(String store, String name) {
    try {
      KeyStore keys =
          KeyStore.getInstance(folder.resolve(store + ".p12").toFile(), PASSWORD.toCharArray());
      return new Pem(
          write(name + ".crt", "CERTIFICATE", keys.getCertificate(name).getEncoded()),
          write(
              name + ".key",
              "PRIVATE KEY",
              keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String write(String file, String what, byte[] content) throws IOException {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    Path path = folder.resolve(file);
    Files.writeString(
        path, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    return path.toString();
  }
}
