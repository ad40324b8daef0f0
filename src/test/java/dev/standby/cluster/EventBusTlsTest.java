package dev.standby.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Await;
import dev.standby.support.Certificates;
import dev.standby.support.Member;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final String ADDRESS = "test.said";

  @TempDir Path folder;

  private final String database = TestPostgres.newDatabase();
  private final Map<String, String> authorities = new HashMap<>();
  private final List<Standby> nodes = new ArrayList<>();
  private final List<Integer> ports = List.of(Nodes.freePort(), Nodes.freePort(), Nodes.freePort());

  private Certificates certificates;

  @AfterEach
  void stop() {
    nodes.forEach(Standby::close);
  }

  @Test
  void shouldHearOnlyThoseWithACertificateOfTheSameAuthorityWhenTlsIsSet() {
    certificates = new Certificates(folder);
    for (String authority : List.of("ours", "theirs")) {
      authorities.put(authority, certificates.authority(authority));
    }
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

  /** The settings of a node with a certificate of that authority. */
  private Map<String, String> certificate(String name, String authority) {
    Certificates.Pem pem = certificates.signed(name, authority);
    return Map.of(
        "STANDBY_EVENTBUS_TLS_CERTIFICATE",
        pem.certificate(),
        "STANDBY_EVENTBUS_TLS_KEY",
        pem.key(),
        "STANDBY_EVENTBUS_TLS_AUTHORITY",
        authorities.get(authority));
  }
}
