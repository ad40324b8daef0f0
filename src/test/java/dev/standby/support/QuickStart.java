package dev.standby.support;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Halves what the start of a node costs: its classes are read and checked once, by a node that is
 * started and stopped for it, and shared by all that come after it, of this run and of later ones.
 */
final class QuickStart {
  private static final Path FOLDER = Path.of("target", "quick-start").toAbsolutePath();
  private static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();

  /** Tests start dozens of nodes, on few cores, for seconds each. */
  private static final List<String> FLAGS =
      List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static List<String> options;

  private QuickStart() {}

  /** What follows {@code java} on the command line, up to the main class. */
  static synchronized List<String> options() {
    if (options == null) {
      try {
        options = prepare();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return options;
  }

  private static List<String> prepare() throws IOException {
    Files.createDirectories(FOLDER);
    Path jar = FOLDER.resolve("node.jar");
    // Only what comes from jars can be shared, and no test is needed in a node.
    List<String> path = new ArrayList<>(List.of(jar.toString()));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.endsWith(".jar")) {
        path.add(entry);
      }
    }
    String classPath = String.join(File.pathSeparator, path);
    Path archive =
        FOLDER.resolve(Integer.toHexString((classPath + Runtime.version()).hashCode()) + ".jsa");
    if (!Files.exists(jar) || lastModified(CLASSES) > Files.getLastModifiedTime(jar).toMillis()) {
      pack(jar);
      Files.deleteIfExists(archive);
    }
    if (!Files.exists(archive)) {
      record("-XX:ArchiveClassesAtExit=" + archive, classPath);
    }
    return with("-XX:SharedArchiveFile=" + archive, classPath);
  }

  private static List<String> with(String archive, String classPath) {
    return Stream.concat(FLAGS.stream(), Stream.of(archive, "-cp", classPath)).toList();
  }

  private static long lastModified(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(file -> file.toFile().lastModified()).max().orElse(0);
    }
  }

  private static void pack(Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out)) {
      Files.walkFileTree(
          CLASSES,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                throws IOException {
              if (!folder.equals(CLASSES)) {
                entries.putNextEntry(new ZipEntry(CLASSES.relativize(folder) + "/"));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              entries.putNextEntry(new ZipEntry(CLASSES.relativize(file).toString()));
              Files.copy(file, entries);
              return FileVisitResult.CONTINUE;
            }
          });
    }
  }

  /** Has a node serve a little, and end: then the JVM writes down what it has loaded. */
  private static void record(String archive, String classPath) {
    Map<String, String> cluster = new HashMap<>();
    String port = Integer.toString(Nodes.freePort());
    cluster.put("STANDBY_CLUSTER_ENABLED", "true");
    cluster.put("STANDBY_CLUSTER_PORT", port);
    cluster.put("STANDBY_CLUSTER_MEMBERS", "127.0.0.1:" + port);
    Map<String, String> environment = Nodes.environment(TestPostgres.newDatabase(), cluster);
    try (NodeProcess node =
            NodeProcess.launch(NodeProcess.command(with(archive, classPath), environment))
                .awaitReady();
        Swarm swarm = new Swarm(List.of(node.url()))) {
      Swarm.all(List.of(swarm.register(0, "quick", "")));
      Follower follower = swarm.follow(0, "quick");
      Swarm.all(List.of(follower.begun()));
      Swarm.all(List.of(swarm.send(0, "quick", "1")));
      Swarm.all(List.of(follower.terminal()));
    }
  }
}
