package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Await;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.Programs;
import dev.standby.support.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes prove to each other who they are on the event bus, and hear nobody who can't. */
class EventBusTlsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String PASSWORD = "changeit";
  private static final String ADDRESS = "test.said";

  @TempDir Path folder;

  private final String database = TestPostgres.newDatabase();
  private final List<Standby> nodes = new ArrayList<>();
  private final List<Integer> ports = List.of(Nodes.freePort(), Nodes.freePort(), Nodes.freePort());

  @AfterEach
  void stop() {
    nodes.forEach(Standby::close);
  }

  @Test
  void shouldHearOnlyThoseWithACertificateOfTheSameAuthorityWhenTlsIsSet() throws Exception {
    authority("ours");
    authority("theirs");
    Standby first = start(certificate("first", "ours"));
    Standby second = start(certificate("second", "ours"));
    Standby stranger = start(certificate("stranger", "theirs"));
    Map<Standby, Queue<String>> heard = new HashMap<>();
    for (Standby node : nodes) {
      Queue<String> words = new ConcurrentLinkedQueue<>();
      heard.put(node, words);
      Member.get(
          node.vertx()
              .eventBus()
              .<String>consumer(ADDRESS, message -> words.add(message.body()))
              .completion());
    }

    // All are members of one Hazelcast, so each sends to all; again and again, as a new consumer is
    // known to others a moment later, and a refused connection is given up after some attempts.
    Await.until(
        "the two hear each other, and each of the three itself",
        LIMIT,
        () -> {
          first.vertx().eventBus().publish(ADDRESS, "first");
          second.vertx().eventBus().publish(ADDRESS, "second");
          stranger.vertx().eventBus().publish(ADDRESS, "stranger");
          return heard.get(first).contains("second")
              && heard.get(second).contains("first")
              && heard.get(stranger).contains("stranger");
        });
    first.vertx().eventBus().publish(ADDRESS, "last");
    Await.until("the last is heard", LIMIT, () -> heard.get(second).contains("last"));

    assertThat(heard.get(first)).doesNotContain("stranger");
    assertThat(heard.get(second)).doesNotContain("stranger");
    assertThat(heard.get(stranger)).containsOnly("stranger");
  }

  private Standby start(Map<String, String> tls) {
    Map<String, String> settings = new HashMap<>(tls);
    settings.put("STANDBY_CLUSTER_ENABLED", "true");
    settings.put("STANDBY_CLUSTER_PORT", ports.get(nodes.size()).toString());
    settings.put(
        "STANDBY_CLUSTER_MEMBERS",
        String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList()));
    Standby node = Nodes.start(database, settings);
    nodes.add(node);
    return node;
  }

  private void authority(String name) throws IOException, GeneralSecurityException {
    keytool(name, "-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c");
    pem(name + ".crt", "CERTIFICATE", keyStore(name).getCertificate(name).getEncoded());
  }

  /** The settings of a node with a certificate of that authority. */
  private Map<String, String> certificate(String name, String authority)
      throws IOException, GeneralSecurityException {
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
        "san=ip:127.0.0.1");
    KeyStore store = keyStore(authority);
    Key key = store.getKey(name, PASSWORD.toCharArray());
    return Map.of(
        "STANDBY_EVENTBUS_TLS_CERTIFICATE",
        pem(name + ".crt", "CERTIFICATE", store.getCertificate(name).getEncoded()),
        "STANDBY_EVENTBUS_TLS_KEY",
        pem(name + ".key", "PRIVATE KEY", key.getEncoded()),
        "STANDBY_EVENTBUS_TLS_AUTHORITY",
        folder.resolve(authority + ".crt").toString());
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

  private KeyStore keyStore(String name) throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
  }

  private String pem(String file, String what, byte[] content) throws IOException {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    Path path = folder.resolve(file);
    Files.writeString(
        path, "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
    return path.toString();
  }
}
