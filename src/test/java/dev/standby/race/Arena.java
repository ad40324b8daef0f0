package dev.standby.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Ledger;
import dev.standby.support.NodeProcess;
import dev.standby.support.Swarm;
import dev.standby.support.Swarm.Reply;
import dev.standby.support.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Two nodes in processes of their own over one database, for all races. They hardly ever catch up
 * by reading again: what an announcement does not bring is missed.
 */
final class Arena {
  /** How many keys a race is about. */
  static final int KEYS = 3000;

  private static Arena arena;

  final List<NodeProcess> nodes;
  final Swarm swarm;
  final Ledger ledger;

  private Arena() {
    String database = TestPostgres.newDatabase();
    nodes = NodeProcess.cluster(2, database, Map.of("STANDBY_STREAM_CATCH_UP_MILLIS", "60000"));
    swarm = new Swarm(nodes.stream().map(NodeProcess::url).toList());
    ledger = new Ledger(database);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> nodes.forEach(NodeProcess::kill)));
  }

  static synchronized Arena get() {
    if (arena == null) {
      arena = new Arena();
    }
    return arena;
  }

  /** Registers keys that begin with {@code prefix}, alternately on the nodes. */
  List<String> register(String prefix, int count, String fields) {
    List<String> keys = new ArrayList<>();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(prefix + i);
      replies.add(swarm.register(i, prefix + i, fields));
    }
    assertThat(Swarm.all(replies)).extracting(Reply::status).containsOnly(201);
    return keys;
  }

  /** The only row of each key. */
  Map<String, Ledger.Row> rows(String prefix) {
    Map<String, List<Ledger.Row>> rows = ledger.rows(prefix);
    assertThat(rows.values()).allSatisfy(all -> assertThat(all).hasSize(1));
    return rows.entrySet().stream()
        .collect(
            java.util.stream.Collectors.toMap(Map.Entry::getKey, row -> row.getValue().get(0)));
  }
}
