package dev.standby.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.standby.support.Await;
import dev.standby.support.Nodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** PgBouncer in transaction mode, in front of a database. */
final class PgBouncer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Path folder;
  private final URI database;
  private final int port = Nodes.freePort();
  private Process process;

  /**
   * Starts one in that folder.
   *
   * @param connections how many it makes
   */
  PgBouncer(Path folder, String databaseUrl, int connections) {
    this.folder = folder;
    this.database = URI.create(databaseUrl);
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      Files.writeString(
          folder.resolve("pgbouncer.ini"),
          """
          [databases]
          * = host=%s port=%d user=postgres pool_size=%d
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = any
          pool_mode = transaction
          max_client_conn = 500
          """
              .formatted(database.getHost(), database.getPort(), connections, port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  /** Skips the test where PgBouncer is not installed; fails it there in CI. */
  static void need() {
    if (System.getenv("CI") == null) {
      assumeThat(PROGRAM).isExecutable();
    }
    assertThat(PROGRAM).isExecutable();
  }

  /** Starts it, and returns when it takes connections. */
  void start() {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      // It refuses to run as root.
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(List.of(PROGRAM.toString(), folder.resolve("pgbouncer.ini").toString()));
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("pgbouncer.log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Await.until("PgBouncer listens, see " + folder, LIMIT, this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it at once, with all its connections. */
  void kill() {
    process.destroyForcibly();
    Await.until("PgBouncer is gone", LIMIT, () -> !process.isAlive());
  }

  /** The database through it. */
  String url() {
    return "postgresql://postgres@127.0.0.1:" + port + database.getPath();
  }

  @Override
  public void close() {
    kill();
  }
}
