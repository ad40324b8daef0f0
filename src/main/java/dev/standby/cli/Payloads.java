package dev.standby.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the JSON comes from that an option is given. */
final class Payloads {
  /** How options that take JSON call it. */
  static final String LABEL = "JSON|@FILE|-";

  /** What is got wrong most often. */
  static final String QUOTING = " (a text needs its quotes: '\"text\"')";

  /** A node takes far less. */
  private static final int LIMIT = 64 * 1024 * 1024;

  private Payloads() {}

  /** Whether it stands on the command line itself. */
  static boolean inline(String given) {
    return !given.equals("-") && !given.startsWith("@");
  }

  /**
   * The text.
   *
   * @throws Trouble if it can't be read
   */
  static String read(String given, Terminal terminal) {
    if (inline(given)) {
      return given;
    }
    String file = given.substring(1);
    try (InputStream in = given.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new Trouble("More than " + LIMIT + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Trouble("Cannot read " + (given.equals("-") ? "the standard input" : file));
    }
  }
}
