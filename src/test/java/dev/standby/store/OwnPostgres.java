package dev.standby.store;

import dev.standby.config.PostgresConfig;
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
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** A PostgreSQL of a test's own, which it may kill and start again where it was. */
public final class OwnPostgres implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CONF = "postgresql.auto.conf";

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
    return start(folder, host, "");
  }

  /** As {@link #start(Path, String)}, with lines of {@code postgresql.conf}. */
  public static OwnPostgres start(Path folder, String host, String settings) {
    try {
      return start(folder, PostgresBinaries.unpack(), host, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one from a jar with an archive of its programs. */
  public static OwnPostgres startFrom(Path jar, Path folder) {
    try (JarFile file = new JarFile(jar.toFile())) {
      byte[] archive =
          file.getInputStream(
                  file.stream()
                      .filter(entry -> entry.getName().endsWith(".txz"))
                      .findFirst()
                      .orElseThrow())
              .readAllBytes();
      return start(folder, PostgresBinaries.unpack(archive), "127.0.0.1", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OwnPostgres start(Path folder, Path programs, String host, String settings)
      throws IOException {
    OwnPostgres postgres =
        new OwnPostgres(folder.resolve("postgres"), programs.resolve("bin"), host);
    postgres.run(
        "initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
    Files.writeString(
        postgres.folder.resolve("pg_hba.conf"),
        "host all all samenet trust\n",
        StandardOpenOption.APPEND);
    postgres.append(CONF, settings);
    postgres.start();
    return postgres;
  }

  /**
   * Starts a replica of it, from a copy of its files; it is stopped for that, and started again.
   */
  public OwnPostgres replica(Path other, String name) {
    run("pg_ctl", "stop", "-m", "fast", "-w");
    OwnPostgres replica = new OwnPostgres(other.resolve("postgres"), bin, host);
    Programs.run("cp", "-a", folder.toString(), replica.folder.toString());
    start();
    replica.append(
        CONF,
        "primary_conninfo = 'host=%s port=%d user=postgres application_name=%s'\n"
            .formatted(host, port, name));
    replica.append("standby.signal", "");
    replica.start();
    return replica;
  }

  /** Makes a replica the one that takes writes; returns when it is. */
  public void promote() {
    run("pg_ctl", "promote", "-w");
  }

  /** Puts a line in front of those of {@code pg_hba.conf}; holds after the next reload. */
  public void allow(String line) {
    try {
      Path rules = folder.resolve("pg_hba.conf");
      Files.writeString(rules, line + "\n" + Files.readString(rules));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has it read its settings again. */
  public void reload() {
    run("pg_ctl", "reload");
  }

  private void append(String file, String lines) {
    try {
      Files.writeString(
          folder.resolve(file), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
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

  /** Whether it runs. */
  public boolean runs() {
    try {
      run("pg_ctl", "status");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** How a node reaches a database. */
  static DatabaseUrl reached(String url) {
    return DatabaseUrl.of(new PostgresConfig(url, false, "", 600));
  }

  /** Where it serves. */
  public String url() {
    return "postgresql://postgres@" + host + ":" + port + "/postgres";
  }

  public int port() {
    return port;
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
