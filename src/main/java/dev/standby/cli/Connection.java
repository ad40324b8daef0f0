package dev.standby.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which node is asked, by whom, and about which project: the options of every command. */
final class Connection {
  private static final String DEFAULT_URL = "http://127.0.0.1:8080";
  private static final String DEFAULT_PROJECT = "default";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--url",
      order = 61,
      paramLabel = "URL",
      description = "The node's URL. STANDBY_URL when not given, or else this machine's port 8080.")
  private String url;

  @Option(
      names = "--key-file",
      order = 62,
      paramLabel = "FILE",
      description = "Where the API key is. Better than --key, which others see in ps.")
  private Path keyFile;

  @Option(
      names = "--key",
      order = 63,
      paramLabel = "KEY",
      description = "The API key. STANDBY_API_KEY when neither is given.")
  private String key;

  @Option(
      names = "--project",
      order = 64,
      paramLabel = "PROJECT",
      description =
          "The project. STANDBY_PROJECT when not given, or else the API key's; without an API key '"
              + DEFAULT_PROJECT
              + "', but a wait is found by its event key in any.")
  private String project;

  @Option(
      names = "--ca-file",
      order = 65,
      paramLabel = "FILE",
      description =
          "For https: whose certificates to accept (PEM). STANDBY_CA_FILE when not given, or else"
              + " those that Java accepts.")
  private Path caFile;

  /** Whether a node is named at all. */
  boolean named(Terminal terminal) {
    return url != null || terminal.variable("STANDBY_URL") != null;
  }

  /** Whether anything is said that makes sense for a node only. */
  boolean meant() {
    return key != null || keyFile != null || caFile != null;
  }

  /** The node. */
  Node node(Terminal terminal) {
    String authorities = caFile == null ? terminal.variable("STANDBY_CA_FILE") : caFile.toString();
    return new Node(
        address(either(url, terminal.variable("STANDBY_URL"), DEFAULT_URL)),
        apiKey(terminal),
        authorities == null ? null : Authorities.accept(Path.of(authorities)));
  }

  private String address(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && uri.getRawUserInfo() == null) {
        return text.replaceFirst("/+$", "");
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw usage("Not the URL of a node: '" + text + "' (http://host:port or https://host:port)");
  }

  private String apiKey(Terminal terminal) {
    if (key != null && keyFile != null) {
      throw usage("Give --key or --key-file, not both");
    }
    String text = keyFile == null ? either(key, terminal.variable("STANDBY_API_KEY")) : read();
    if (text != null && !text.matches("[!-~]+")) {
      // It would end the header, or be none.
      throw usage("The API key is empty, or has characters that no key has");
    }
    return text;
  }

  private String read() {
    try {
      return Files.readString(keyFile).strip();
    } catch (IOException e) {
      throw new Trouble("Cannot read the API key from " + keyFile);
    }
  }

  /** The project that is named; null for none. */
  String project(Terminal terminal) {
    return either(project, terminal.variable("STANDBY_PROJECT"));
  }

  /** The project that a list or the like is of; null for the one of whoever asks. */
  String projectOf(Node node, Terminal terminal) {
    return either(project(terminal), node.knowsWhoAsks() ? null : DEFAULT_PROJECT);
  }

  private static String either(String... values) {
    for (String value : values) {
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private CommandLine.ParameterException usage(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
