package dev.standby.store;

import dev.standby.support.Await;
import dev.standby.support.Nodes;
import dev.standby.support.Programs;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL of a test's own, which it may kill and start again where it was. */
public final class OwnPostgres implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final Path bin;
  private final String host;
  private final int port = Nodes.freePort();

  private OwnPostgres(Path folder, Path bin, String host) {
    this.folder = folder;
    this.bin = bin;
    this.host = host;
  }

  /**
   * Starts one in that folder.
   *
   * @param host the address that it listens on, and whose neighbours it trusts
   */
  public static OwnPostgres start(Path folder, String host) {
    try {
      OwnPostgres postgres =
          new OwnPostgres(
              folder.resolve("postgres"), PostgresBinaries.unpack().resolve("bin"), host);
      postgres.run(
          "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
      Files.writeString(
          postgres.folder.resolve("pg_hba.conf"),
          "host all all samenet trust\n",
          StandardOpenOption.APPEND);
      postgres.start();
      return postgres;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again; returns when it takes connections. */
  public void start() {
    run(
        "pg_ctl",
        "start",
        "-w",
        "-l",
        folder.resolveSibling("postgres.log").toString(),
        "-o",
        "-p " + port + " -c listen_addresses=" + host + " -c unix_socket_directories=");
  }

  /** Kills it with all that it runs, as a power cut would. */
  public void kill() {
    try {
      long pid =
          Long.parseLong(Files.readAllLines(folder.resolve("postmaster.pid")).get(0).strip());
      List<ProcessHandle> processes =
          ProcessHandle.of(pid).stream()
              .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
              .toList();
      processes.forEach(ProcessHandle::destroyForcibly);
      Await.until(
          "postgres is gone", LIMIT, () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it serves. */
  public String url() {
    return "postgresql://postgres@" + host + ":" + port + "/postgres";
  }

  @Override
  public void close() {
    run("pg_ctl", "stop", "-m", "immediate");
  }

  private void run(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      // PostgreSQL refuses to run as root.
      command.addAll(List.of("unshare", "-U"));
    }
    command.addAll(List.of(bin.resolve(program).toString(), "-D", folder.toString()));
    command.addAll(List.of(arguments));
    Programs.run(command);
  }
}
