package dev.standby.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * What a command reads and writes, in UTF-8 whatever the locale: results on the standard output,
 * all else on the standard error.
 *
 * <p>Thread-safe: a countdown has a thread of its own.
 */
public final class Terminal {
  private final InputStream in;
  private final Writer out;
  private final Writer err;
  private final Map<String, String> environment;
  private final IntPredicate isTerminal;

  /** How long the line is that is written over; 0 if there is none. */
  private int statusLength;

  Terminal(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Map<String, String> environment,
      IntPredicate isTerminal) {
    this.in = in;
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    this.err = new OutputStreamWriter(err, StandardCharsets.UTF_8);
    this.environment = environment;
    this.isTerminal = isTerminal;
  }

  /** That of this process. */
  public static Terminal ofProcess() {
    // Not System.out, which keeps to itself that nobody reads it.
    return new Terminal(
        System.in,
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        System.getenv(),
        Terminal::askShell);
  }

  /** Java does not tell; where there is no shell there is no terminal either. */
  private static boolean askShell(int descriptor) {
    try {
      return new ProcessBuilder("sh", "-c", "test -t " + descriptor).inheritIO().start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A variable of the environment; null if it is not set, or empty. */
  String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** The standard input. */
  InputStream in() {
    return in;
  }

  /** Whether somebody watches what is complained of. */
  public boolean watched() {
    return isTerminal.test(2);
  }

  /** Whether there is somebody who can be asked. */
  boolean canAsk() {
    return isTerminal.test(0) && isTerminal.test(2);
  }

  /** The standard output, for picocli. */
  public PrintWriter writer() {
    return new PrintWriter(out);
  }

  /** The standard error, for picocli. */
  public PrintWriter errorWriter() {
    return new PrintWriter(err);
  }

  /**
   * Prints a line of the result, which may be harmful; {@link #flush} sends it on its way.
   *
   * @throws BrokenPipe if nobody reads it
   */
  void print(String line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new BrokenPipe(e);
    }
  }

  /**
   * Sends on what has been printed.
   *
   * @throws BrokenPipe if nobody reads it
   */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new BrokenPipe(e);
    }
  }

  /** Says something to whoever watches. */
  public synchronized void complain(String message) {
    status("");
    toErr("standby: " + Harmless.text(message) + "\n");
  }

  /** Writes over the last line of the standard error; nothing to remove it. */
  synchronized void status(String line) {
    if (line.isEmpty() && statusLength == 0) {
      return;
    }
    String padding = " ".repeat(Math.max(0, statusLength - line.length()));
    toErr("\r" + line + padding + (line.isEmpty() ? "\r" : ""));
    statusLength = line.length();
  }

  /** Asks, and gives the answer; empty if there is none. */
  String ask(String question) {
    toErr(question + " ");
    try {
      String answer =
          new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
      return answer == null ? "" : answer.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void toErr(String text) {
    try {
      err.write(text);
      err.flush();
    } catch (IOException e) {
      // Nobody hears complaints, and there is nobody else to tell.
      statusLength = 0;
    }
  }
}
