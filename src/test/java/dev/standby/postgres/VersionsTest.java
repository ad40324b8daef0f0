package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.store.OwnPostgres;
import dev.standby.support.Api;
import dev.standby.support.Ledger;
import dev.standby.support.Nodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The versions of PostgreSQL beside the newest, which all other tests run on: the oldest that is
 * supported, and with {@code -Dstandby.postgres=all} those in between.
 */
@Execution(ExecutionMode.CONCURRENT)
class VersionsTest {
  @TempDir Path folder;

  static List<String> archives() throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("target", "postgres"))) {
      return jars.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("archives")
  void shouldDoAllThatANodeDoes(String archive) {
    String version = archive.replaceAll(".*-(\\d+)\\.[^-]*", "$1");
    try (OwnPostgres postgres = OwnPostgres.startFrom(Path.of(archive), folder);
        Standby node =
            Nodes.start(
                postgres.url(), Map.of("STANDBY_WEBHOOKS_ALLOWED_NETWORKS", "127.0.0.0/8"))) {
      Ledger ledger = new Ledger(postgres.url());
      assertThat(ledger.query("SHOW server_version").get(0)).startsWith(version);

      new Flow(new Api(node.url()), "flow/").walk();

      ledger.assertBalanced();
    }
  }
}
