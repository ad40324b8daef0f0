package dev.standby.store;

import dev.standby.config.ConfigException;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own, on loopback, whose data stay. The nodes that use the same folder share
 * it: the first starts it, the last stops it. One that outlived its nodes, because they were
 * killed, is taken over by the next.
 *
 * <p>A node holds a lock on a file of its own in {@code nodes/} as long as it lives; the operating
 * system releases it however the node ends. So whoever stops can tell whether others are left.
 */
public final class EmbeddedPostgres {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

  private static final String PID_FILE = "postmaster.pid";
  private static final String USER = "postgres";
  private static final int MAX_CONNECTIONS = 300;
  private static final int START_SECS = 60;
  private static final int STOP_SECS = 10;

  private final Path folder;
  private final Path cluster;
  private final Path binaries;
  private final Path nodes;
  private final Path ownFile;
  private final Thread hook = new Thread(this::stop, "postgres-stop");
  private FileChannel ownChannel;

  private EmbeddedPostgres(Path dataDir, Path binaries) throws IOException {
    this.folder = dataDir.toAbsolutePath().normalize();
    this.cluster = folder.resolve("postgres");
    this.binaries = binaries;
    this.nodes = folder.resolve("nodes");
    this.ownFile = nodes.resolve(ProcessHandle.current().pid() + "-" + System.nanoTime());
    Files.createDirectories(nodes);
  }

  /**
   * Joins the PostgreSQL of that folder, and starts it if it does not run; blocks. Until it is
   * {@link #handOver handed over}, the end of this process stops it.
   *
   * @throws ConfigException if it can't be started
   */
  public static EmbeddedPostgres start(Path dataDir) {
    try {
      EmbeddedPostgres postgres = new EmbeddedPostgres(dataDir, PostgresBinaries.unpack());
      Runtime.getRuntime().addShutdownHook(postgres.hook);
      postgres.join();
      return postgres;
    } catch (IOException e) {
      throw new ConfigException("data.dir: cannot keep data in " + dataDir + ": " + e.getMessage());
    }
  }

  /** Leaves it to others to {@link #stop} it in time. */
  public void handOver() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.atDebug().setCause(e).log("the process ends already");
    }
  }

  /** How to connect to it. */
  public String url() {
    return "postgresql://" + USER + "@127.0.0.1:" + port() + "/postgres";
  }

  /** Leaves it, and stops it if nobody else uses it; blocks. Harmless when it has been left. */
  public synchronized void stop() {
    if (ownChannel == null) {
      return;
    }
    try (FileChannel turn = turn()) {
      log.atDebug()
          .addKeyValue("turn", turn)
          .addKeyValue("dir", folder.toString())
          .log("embedded postgres is left");
      ownChannel.close();
      ownChannel = null;
      Files.deleteIfExists(ownFile);
      if (othersUseIt()) {
        log.atInfo()
            .addKeyValue("dir", folder.toString())
            .log("embedded postgres is left to other nodes");
      } else {
        pgCtl("stop", "-m", "fast", "-w", "-t", Integer.toString(STOP_SECS));
        log.atInfo().addKeyValue("dir", folder.toString()).log("embedded postgres stopped");
      }
    } catch (IOException e) {
      log.atError()
          .addKeyValue("dir", folder.toString())
          .setCause(e)
          .log("embedded postgres could not be stopped");
    }
  }

  private synchronized void join() throws IOException {
    try (FileChannel turn = turn()) {
      log.atDebug()
          .addKeyValue("turn", turn)
          .addKeyValue("dir", folder.toString())
          .log("embedded postgres is joined");
      ownChannel =
          FileChannel.open(ownFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      ownChannel.lock();
      if (!Files.exists(cluster.resolve("PG_VERSION"))) {
        initialize();
      }
      if (!runs()) {
        startServer();
      }
    }
  }

  /**
   * Whether it runs. A process of its number is not enough: one that was killed keeps its number
   * until it is reaped, and after that somebody else may have it.
   */
  private boolean runs() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECS);
    while (run("pg_ctl", List.of("-D", cluster.toString(), "status")) == 0) {
      if (answers(port())) {
        return true;
      }
      if (isOfAnother(Long.parseLong(pidFile().get(0).trim()))) {
        Files.deleteIfExists(cluster.resolve(PID_FILE));
        return false;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("PostgreSQL neither runs nor ends, see " + folder);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
    return false;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isOfAnother(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .filter(command -> !command.endsWith("postgres"))
        .isPresent();
  }

  /** The right to start or stop it, which one process has at a time. */
  private FileChannel turn() throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    return channel;
  }

  private boolean othersUseIt() throws IOException {
    try (var files = Files.newDirectoryStream(nodes)) {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock()) {
          if (lock == null) {
            return true;
          }
        }
        // Left behind by a node that was killed.
        Files.deleteIfExists(file);
      }
      return false;
    }
  }

  private void initialize() throws IOException {
    check(
        run(
            "initdb",
            List.of(
                "-D", cluster.toString(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C")),
        "initdb");
  }

  private void startServer() throws IOException {
    List<String> settings =
        List.of(
            "-p " + freePort(),
            "-c listen_addresses=127.0.0.1",
            "-c unix_socket_directories=",
            "-c max_connections=" + MAX_CONNECTIONS,
            "-c timezone=UTC",
            "-c shared_buffers=256MB",
            "-c max_wal_size=2GB");
    pgCtl(
        "start",
        "-w",
        "-t",
        Integer.toString(START_SECS),
        "-l",
        folder.resolve("postgres.log").toString(),
        "-o",
        String.join(" ", settings));
  }

  private void pgCtl(String action, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-D", cluster.toString(), action));
    arguments.addAll(List.of(options));
    check(run("pg_ctl", arguments), "pg_ctl " + action);
  }

  private void check(int exitCode, String what) throws IOException {
    if (exitCode != 0) {
      throw new IOException(what + " failed, see " + folder.resolve("commands.log"));
    }
  }

  private int run(String program, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (LinuxUtils.isUnshareAvailable()) {
      // PostgreSQL refuses to run as root; in a user namespace of its own it is somebody else.
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(binaries.resolve("bin").resolve(program).toString());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("commands.log").toFile()))
            .start();
    try {
      if (!process.waitFor(START_SECS + 10L, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(program + " did not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(program + " was interrupted", e);
    }
  }

  private int port() {
    try {
      return Integer.parseInt(pidFile().get(3).trim());
    } catch (IOException e) {
      throw new ConfigException(
          "data.dir: the embedded PostgreSQL in " + folder + " is not running");
    }
  }

  /**
   * What a PostgreSQL says of itself, whoever started it: its process in line 1, its port in line
   * 4.
   */
  private List<String> pidFile() throws IOException {
    return Files.readAllLines(cluster.resolve(PID_FILE));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
