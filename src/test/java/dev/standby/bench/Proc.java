package dev.standby.bench;

import dev.standby.support.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node's process takes (Linux, and a JDK's jcmd). */
final class Proc {
  private static final Pattern HEAP_USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");
  private static final int FIRST_TIME = 13;

  private Proc() {}

  /** Its resident memory, in KiB. */
  static double residentKib(NodeProcess node) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid(node) + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Integer.parseInt(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS");
  }

  /** What is left on its heap after a full collection, in KiB. */
  static double heapKib(NodeProcess node) throws IOException, InterruptedException {
    Stage.run(jcmd(), pid(node), "GC.run");
    String info = Stage.run(jcmd(), pid(node), "GC.heap_info");
    Matcher matcher = HEAP_USED.matcher(info);
    double kib = 0;
    while (matcher.find()) {
      kib += Long.parseLong(matcher.group(1));
    }
    if (kib == 0) {
      throw new IllegalStateException(info);
    }
    return kib;
  }

  /** The processor time that it has taken, in seconds. */
  static double cpuSeconds(NodeProcess node) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid(node) + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[FIRST_TIME - 2]) + Long.parseLong(fields[FIRST_TIME - 1]))
        / 100.0;
  }

  private static String jcmd() {
    return Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
  }

  private static String pid(NodeProcess node) {
    return Long.toString(node.handle().pid());
  }
}
