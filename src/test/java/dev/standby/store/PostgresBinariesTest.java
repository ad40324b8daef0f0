package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.support.Programs;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** PostgreSQL's programs come with the jar. */
class PostgresBinariesTest {
  private static final int AT_ONCE = 4;
  private static final int TIMES = 100;

  @Test
  void shouldUnpackThemForSeveralWhoWantThemAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    Callable<Path> want = PostgresBinaries::unpack;
    try {
      List<Future<Path>> folders =
          threads.invokeAll(Stream.generate(() -> want).limit(TIMES).toList());

      Set<Path> found = new HashSet<>();
      for (Future<Path> folder : folders) {
        found.add(folder.get());
      }
      assertThat(found).hasSize(1);
      Path postgres = found.iterator().next().resolve("bin").resolve("postgres");
      assertThat(Programs.run(postgres.toString(), "--version")).startsWith("postgres (PostgreSQL");
    } finally {
      threads.shutdown();
    }
  }
}
