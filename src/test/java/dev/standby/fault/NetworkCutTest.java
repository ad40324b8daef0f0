package dev.standby.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.standby.support.Await;
import dev.standby.support.Follower;
import dev.standby.support.Swarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The network between one node and two others is cut and heals, while all of them reach PostgreSQL:
 * both sides hear of each other in time, and quickly again afterwards. Skipped where the machine
 * permits no network namespaces.
 */
class NetworkCutTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final long LATE_LIMIT_MILLIS = 3000;

  /** By the announcement: what comes by the second way comes a grace of 100 ms later. */
  private static final long QUICK_MILLIS = 100;

  private static final int WAVE = 6;

  private static CutCluster hosts;
  private int waves;

  @BeforeAll
  static void start() {
    hosts =
        CutCluster.shared()
            .orElseGet(() -> abort("Skipped: this machine permits no network namespaces"));
  }

  @Test
  void shouldHearTheOtherSideInTimeWhenCutOffAndQuicklyAgainWhenHealed() {
    Duration cut = Duration.ofSeconds(Long.getLong("standby.cut.seconds", 12));
    Await.until("pushes are quick at first", LIMIT, () -> median(wave()) < QUICK_MILLIS);

    hosts.network().cut(2);
    List<Long> during = new ArrayList<>();
    long began = System.nanoTime();
    while (System.nanoTime() - began < cut.toNanos()) {
      during.addAll(wave());
    }
    hosts.network().heal(2);
    long healed = System.nanoTime();
    List<Long> healing = new ArrayList<>();
    Await.until(
        "pushes are quick again",
        LIMIT,
        () -> {
          List<Long> wave = wave();
          healing.addAll(wave);
          return median(wave) < QUICK_MILLIS;
        });
    double quickAfterSecs = (System.nanoTime() - healed) / 1e9;

    System.out.printf(
        Locale.ROOT,
        "Cut for %d s: %d frames to the other side, after the answer: median %d ms, max %d ms;"
            + " quick again %.1f s after the cut healed (max meanwhile %d ms)%n",
        cut.toSeconds(),
        during.size(),
        median(during),
        max(during),
        quickAfterSecs,
        max(healing));
    assertThat(max(during)).as("late during the cut, ms").isLessThan(LATE_LIMIT_MILLIS);
    assertThat(max(healing)).as("late while it heals, ms").isLessThan(LATE_LIMIT_MILLIS);
    hosts.nodes().ledger().assertBalanced();
  }

  /** Some waits that end on one side with streams on the other; how late each was, in ms. */
  private List<Long> wave() {
    List<Long> late = new ArrayList<>();
    for (int i = 0; i < WAVE; i++) {
      // From 0 and 1 to 2, and back.
      int sender = i % 2 == 0 ? 2 : i / 2 % 2;
      int listener = i % 2 == 0 ? i / 2 % 2 : 2;
      String key = "cut/" + waves++;
      Swarm.all(List.of(hosts.nodes().swarm().register(sender, key, "")));
      Follower stream = hosts.nodes().swarm().follow(listener, key);
      Swarm.all(List.of(stream.begun()));
      long answered =
          hosts.nodes().swarm().send(sender, key, "1").thenApply(reply -> System.nanoTime()).join();
      assertThat(stream.terminal().orTimeout(30, TimeUnit.SECONDS).join()).isNotNull();
      assertThat(stream.reopened()).isZero();
      late.add(Math.max(0, stream.heardNanos() - answered) / 1_000_000);
    }
    return late;
  }

  private static long median(List<Long> millis) {
    long[] sorted = millis.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static long max(List<Long> millis) {
    return millis.stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
