package dev.standby.bench;

import dev.standby.support.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What {@link PgBench} has a process of its own do where pgbench is not installed: one statement
 * after the other, each committed, by so many clients. Prints what pgbench prints.
 */
final class SqlLoad {
  private SqlLoad() {}

  /**
   * The arguments are the database's URL, the clients, the seconds, the statement, whose only
   * parameter, if it has one, is a random number up to the last argument.
   */
  public static void main(String[] args) throws InterruptedException {
    int clients = Integer.parseInt(args[1]);
    long nanos = TimeUnit.SECONDS.toNanos(Integer.parseInt(args[2]));
    AtomicLong count = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    long end = System.nanoTime() + nanos;
    for (int i = 0; i < clients; i++) {
      Thread thread =
          new Thread(() -> run(args[0], args[3], Integer.parseInt(args[4]), end, count));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double rate = count.get() * 1e9 / nanos;
    System.out.printf(Locale.ROOT, "latency average = %.3f ms%n", 1000.0 * clients / rate);
    System.out.printf(Locale.ROOT, "tps = %.2f%n", rate);
  }

  private static void run(String url, String sql, int rows, long end, AtomicLong count) {
    try (Connection connection = TestPostgres.connect(url);
        PreparedStatement statement = connection.prepareStatement(sql)) {
      boolean parameter = statement.getParameterMetaData().getParameterCount() > 0;
      while (System.nanoTime() - end < 0) {
        if (parameter) {
          statement.setString(1, "k" + ThreadLocalRandom.current().nextInt(1, rows + 1));
        }
        try (ResultSet row = statement.executeQuery()) {
          row.next();
        }
        count.incrementAndGet();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
