package dev.standby.schema;

import dev.standby.trigger.Rejection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One thread, and a bounded queue before it. */
final class Worker {
  /** Room for schemas that lead as deep as they may; what isn't used of it costs nothing. */
  private static final long STACK_BYTES = 8L * 1024 * 1024;

  /** How many characters may be waiting: they are kept in memory meanwhile. */
  private static final long MAX_WAITING_CHARS = 32L * 1024 * 1024;

  private final AtomicLong waitingChars = new AtomicLong();
  private final ThreadPoolExecutor thread;

  Worker(String name, int maxWaiting) {
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(maxWaiting),
            work -> {
              Thread worker = new Thread(null, work, name, STACK_BYTES);
              worker.setDaemon(true);
              return worker;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Does the work when its turn comes.
   *
   * @param chars how much of a text it keeps
   * @throws Rejection as unavailable if there is too much to do
   */
  void execute(int chars, Runnable work) {
    try {
      if (waitingChars.addAndGet(chars) > MAX_WAITING_CHARS) {
        throw new RejectedExecutionException();
      }
      thread.execute(
          () -> {
            waitingChars.addAndGet(-chars);
            work.run();
          });
    } catch (RejectedExecutionException e) {
      waitingChars.addAndGet(-chars);
      throw Rejection.unavailable("Too many payloads are being checked against their schemas");
    }
  }

  /** Takes no more work, and does what it has. */
  void close() {
    thread.shutdown();
  }
}
