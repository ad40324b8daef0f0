package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.standby.Standby;
import dev.standby.store.OwnPostgres;
import dev.standby.support.Api;
import dev.standby.support.Await;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import dev.standby.support.Programs;
import dev.standby.support.Swarm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** PostgreSQL on a disk that fills up, and on which room is made again. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class DiskFullTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int BATCH = 50;
  private static final int ROW_BYTES = 15_000;

  @TempDir Path folder;
  private final List<Path> mounted = new ArrayList<>();

  @AfterEach
  void unmount() {
    mounted.forEach(disk -> Programs.run("umount", "-l", disk.toString()));
  }

  /** A small disk; skips the test where there can be none, and fails it there in CI. */
  private Path disk(String name, int megabytes) throws IOException {
    Path disk = Files.createDirectory(folder.resolve(name));
    try {
      Programs.run(
          "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "none", disk.toString());
    } catch (IllegalStateException e) {
      if (System.getenv("CI") == null) {
        assumeThat(e).as("mounting is not permitted").isNull();
      }
      throw e;
    }
    mounted.add(disk);
    return disk;
  }

  @Test
  void shouldAnswer503AndGoOnWhenThereIsNoRoomForRowsAndRoomIsMade() throws IOException {
    Path disk = disk("rows", 100);
    // The log is kept elsewhere: it is the tables alone that find no room.
    Path log = Files.createDirectory(folder.resolve("wal"));
    try (OwnPostgres postgres = OwnPostgres.start(disk, "127.0.0.1")) {
      postgres.kill();
      Path wal = disk.resolve("postgres/pg_wal");
      Programs.run("mv", wal.toString(), log.toString());
      Files.createSymbolicLink(wal, log.resolve("pg_wal"));
      postgres.start();

      Set<String> kept = fill(postgres, disk, "no room left");

      assertThat(kept).isNotEmpty();
    }
  }

  @Test
  void shouldTakeItForAnOutageWhenThereIsNoRoomForTheLogAndPostgresGivesUp() throws IOException {
    Path disk = disk("log", 100);
    try (OwnPostgres postgres =
        OwnPostgres.start(disk, "127.0.0.1", "min_wal_size = 32MB\nmax_wal_size = 32MB\n")) {
      fill(postgres, disk, "");
    }
  }

  /** Registers until there is no room, makes room, and gives the keys that were acknowledged. */
  private static Set<String> fill(OwnPostgres postgres, Path disk, String told) throws IOException {
    Path ballast = disk.resolve("ballast");
    try (Standby node =
            Nodes.start(postgres.url(), Map.of("STANDBY_DATABASE_RETRY_MILLIS", "300"));
        Swarm swarm = new Swarm(List.of(URI.create(node.url())))) {
      Api api = new Api(node.url());
      Map<String, Integer> answers = new TreeMap<>();
      register(swarm, answers);
      Files.write(ballast, new byte[40 * 1024 * 1024]);
      String said = "";
      while (said.isEmpty()) {
        said = register(swarm, answers);
      }
      assertThat(said).contains(told);
      assertThat(answers.values()).isSubsetOf(201, 503);
      Api.Answer refused = api.register("full");
      // A short row may still find its place.
      assertThat(refused.status()).isIn(201, 503);

      Files.delete(ballast);
      if (!postgres.runs()) {
        postgres.start();
      }

      Await.until("it registers again", LIMIT, () -> api.register("after").status() == 201);
      Ledger ledger = new Ledger(postgres.url());
      Set<String> kept = ledger.rows("key/").keySet();
      answers.entrySet().removeIf(answer -> answer.getValue() != 201);
      assertThat(kept.containsAll(answers.keySet())).as("all is kept").isTrue();
      assertThat(swarm.send(0, answers.keySet().iterator().next(), "1").join().status())
          .isEqualTo(200);
      ledger.assertBalanced();
      System.out.printf(
          Locale.ROOT, "Disk full: %d acknowledged, then: %s%n", answers.size(), said);
      return answers.keySet();
    }
  }

  /** What can't be compressed. */
  private static String noise() {
    byte[] bytes = new byte[ROW_BYTES];
    ThreadLocalRandom.current().nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** A batch of registrations; gives the detail of a refusal, empty if there was none. */
  private static String register(Swarm swarm, Map<String, Integer> answers) {
    int from = answers.size();
    List<CompletableFuture<Swarm.Reply>> replies = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      replies.add(
          swarm.register(0, "key/" + (from + i), "\"request_payload\":\"" + noise() + "\""));
    }
    String said = "";
    List<Swarm.Reply> all = Swarm.all(replies);
    for (int i = 0; i < BATCH; i++) {
      answers.put("key/" + (from + i), all.get(i).status());
      if (all.get(i).status() != 201) {
        said = all.get(i).json().path("detail").asText();
      }
    }
    return said;
  }
}
