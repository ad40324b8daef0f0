package dev.standby.bench;

import dev.standby.support.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Runs one benchmark, prints its table and leaves its figures in {@code target/bench/}. */
public final class Bench {
  private static final Map<String, Benchmark> ALL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("send", new SendBench()),
              Map.entry("before", new BeforeBench()),
              Map.entry("register", new RegisterBench()),
              Map.entry("register-await-send", new CycleBench()),
              Map.entry("lone", new LoneSendBench()),
              Map.entry("prefix", new PrefixBench()),
              Map.entry("purge", new PurgeBench()),
              Map.entry("stream", new StreamBench()),
              Map.entry("poll", new PollBench()),
              Map.entry("expire", new ExpireBench()),
              Map.entry("grow", new GrowBench()),
              Map.entry("auth", new AuthBench()),
              Map.entry("batch", new BatchBench()),
              Map.entry("observe", new ObserveBench()),
              Map.entry("soak", new SoakBench()),
              Map.entry("bloat", new BloatBench()),
              Map.entry("start", new StartBench())));

  private Bench() {}

  /** One benchmark. */
  interface Benchmark {
    /** Runs it, and writes what it measures into {@code report}. */
    void run(Report report) throws IOException, InterruptedException;
  }

  /** The name of the benchmark is the only argument. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Benchmark benchmark = args.length == 1 ? ALL.get(args[0]) : null;
    if (benchmark == null) {
      throw new IllegalArgumentException("-Dbench must be one of " + ALL.keySet());
    }
    // Nodes as users start them.
    System.setProperty(NodeProcess.FLAGS, "-Dstandby.bench=" + args[0]);
    Report report = new Report(args[0]);
    benchmark.run(report);
    System.out.println(report.table());
    Path folder = Files.createDirectories(Path.of("target", "bench"));
    Files.writeString(folder.resolve(args[0] + ".json"), report.json());
    // Clients and pools of the benchmarks are left to the end of the process.
    System.exit(0);
  }
}
