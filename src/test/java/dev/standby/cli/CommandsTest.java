package dev.standby.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.support.Api;
import dev.standby.support.OneNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each command that asks a node once: its JSON is the API's, and people can read the rest. */
@Timeout(60)
class CommandsTest {
  @RegisterExtension static final OneNode NODE = new OneNode();

  private Api api;
  private Shell shell;

  @BeforeEach
  void connect() {
    api = NODE.api();
    shell = Shell.at(NODE.node().url());
  }

  @Test
  void shouldPrintWhatTheApiAnswers() {
    JsonNode registered =
        shell
            .run(
                "register",
                "order-1/paid",
                "--timeout-secs",
                "600",
                "--request-payload",
                "{\"amount\": 1.50}",
                "--job-run-id",
                "jr-1",
                "--json")
            .json();
    Shell.Done got = shell.run("get", "order-1/paid", "--json");
    JsonNode sent =
        shell.run("send", "order-1/paid", "--payload", "{\"n\": 1.00}", "--json").json();

    assertThat(got.out()).contains("\"request_payload\":{\"amount\":1.50}");
    assertThat(registered.path("job_run_id").asText()).isEqualTo("jr-1");
    assertThat(got.json()).isEqualTo(registered);
    assertThat(got.out()).endsWith("}\n");
    assertThat(sent).isEqualTo(api.get(Api.path("order-1/paid")).json());
    assertThat(shell.run("stats", "--project", "default", "--json").json())
        .isEqualTo(api.get("/v1/events/stats?project_id=default").json());
  }

  @Test
  void shouldShowPeopleAFieldToALine() {
    shell.run("register", "order-2/paid", "--callback");

    Shell.Done canceled = shell.run("cancel", "order-2/paid");

    assertThat(canceled.exitCode()).isZero();
    assertThat(canceled.out())
        .containsPattern("(?m)^event_key +order-2/paid$")
        .containsPattern("(?m)^status +canceled$");
    assertThat(canceled.err()).isEmpty();
  }

  @Test
  void shouldSayWhyItWasRefused() {
    Shell.Done unknown = shell.run("get", "nobody");
    api.register("schema");
    Shell.Done taken = shell.run("register", "schema", "--payload-schema", "{\"type\":\"object\"}");

    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.out()).isEmpty();
    assertThat(unknown.err()).isEqualTo("standby: 404 No event trigger has the key 'nobody'\n");
    assertThat(shell.run("list", "--status", "over").out()).isEmpty();
    assertThat(taken.exitCode()).isEqualTo(1);
    assertThat(taken.err()).contains("409", "already waits");
  }

  @Test
  void shouldSayWhatInAPayloadIsWrong() {
    shell.run("register", "checked", "--payload-schema", "{\"required\":[\"ok\"]}");

    Shell.Done refused = shell.run("send", "checked", "--payload", "{}");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("422", "payload_schema", "ok").hasLineCount(1);
  }

  @Test
  void shouldTakePayloadsFromFilesAndFromTheStandardInput(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("p.json"), " {\"from\": \"a file\"}\n");
    List.of("file", "typed", "none").forEach(api::register);

    shell.run("send", "file", "--payload", "@" + file);
    shell.typing("\"typed: ü\"\n").run("send", "typed", "--payload", "-");
    shell.run("send", "none");

    assertThat(payload("file").path("from").asText()).isEqualTo("a file");
    assertThat(payload("typed").asText()).isEqualTo("typed: ü");
    assertThat(payload("none").isMissingNode()).isTrue();
  }

  private JsonNode payload(String key) {
    return api.get(Api.path(key)).json().path("response_payload");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "send x --payload approved|'\"text\"'",
        "send x --payload {\"a\":1},\"hold_secs\":9|Not JSON",
        "send x --payload @/nowhere|/nowhere",
        "send x --prefix --hold-secs 5|--hold-secs",
        "send|KEY",
        "get x --url ftp://here|ftp://here",
        "get x --url http://u:p@here|http://u:p@here",
        "get x --key a --key-file b|--key-file",
        "wait x --timeout-secs 3|--register",
        "list --limit -1|--limit",
        "purge|--older-than-days",
        "sned x|sned"
      })
  void shouldRefuseWrongUsageInFewLines(String line, String named) {
    Shell.Done done = shell.run(line.split(" ", -1));

    assertThat(done.exitCode()).isEqualTo(2);
    assertThat(done.out()).isEmpty();
    assertThat(done.err()).contains(named, "--help'").hasLineCount(3);
  }

  @Test
  void shouldListAllPages() {
    String items =
        String.join(
            ",",
            IntStream.range(0, 900).mapToObj(n -> "{\"event_key\":\"%s-" + n + "\"}").toList());
    for (String prefix : List.of("a", "b")) {
      String body = "{\"items\":[" + items.replace("%s", prefix) + "]}";
      assertThat(api.post("/v1/batch/register?project_id=many", body).status()).isEqualTo(200);
    }
    Shell many = shell.with("STANDBY_PROJECT", "many");

    Shell.Done all = many.run("list", "--json");
    Shell.Done some = many.run("list", "--prefix", "a-1", "--status", "waiting");
    Shell.Done three = many.run("list", "--limit", "3", "--json");

    assertThat(all.jsonLines())
        .hasSize(1800)
        .doesNotHaveDuplicates()
        .contains(api.get(Api.path("a-17") + "?project_id=many").json());
    assertThat(some.out())
        .startsWith("STATUS     REQUESTED             EXPIRES               KEY\n")
        .hasLineCount(1 + 111)
        .containsPattern("(?m)^waiting    \\S{20}  \\S{20}  a-17$");
    assertThat(three.jsonLines()).isEqualTo(all.jsonLines().subList(0, 3));
  }

  @Test
  void shouldSendToAPrefixAndHoldWhatComesEarly() {
    List.of("batch/1", "batch/2").forEach(api::register);

    JsonNode resolved = shell.run("send", "batch/", "--prefix", "--payload", "1", "--json").json();
    JsonNode held =
        shell.run("send", "early", "--payload", "2", "--hold-secs", "60", "--json").json();
    Shell.Done list = shell.run("held", "list", "--prefix", "early", "--json");
    Shell.Done table = shell.run("held", "list");
    Shell.Done deleted = shell.run("held", "delete", held.path("id").asText());

    assertThat(resolved.path("resolved").asInt()).isEqualTo(2);
    assertThat(held.path("held").asBoolean()).isTrue();
    assertThat(list.jsonLines()).hasSize(1);
    assertThat(list.jsonLines().get(0).path("id")).isEqualTo(held.path("id"));
    assertThat(table.out()).contains(held.path("id").asText() + "  ").contains("early");
    assertThat(deleted.exitCode()).isZero();
    assertThat(shell.run("held", "list", "--json").out()).isEmpty();
  }

  @Test
  void shouldDoOnceWhatHasAnIdempotencyKey() {
    String[] command = {"send", "once", "--hold-secs", "60", "--idempotency-key", "k1", "--json"};

    assertThat(shell.run(command).json()).isEqualTo(shell.run(command).json());
    assertThat(shell.run("held", "list", "--prefix", "once", "--json").jsonLines()).hasSize(1);
  }

  @Test
  void shouldShowHostileTextHarmlessly() {
    // ESC can't be in a key, but the other way to begin an escape sequence can; and text that runs
    // from right to left.
    String key = "evil\u009b31m\u202egpj.exe\u2028";
    api.post("/v1/events", "{\"event_key\":" + Api.quoted(key) + "}");

    Shell.Done json = shell.run("get", key, "--json");
    String shown =
        shell.run("get", key).out()
            + shell.run("list").out()
            + shell.run("cancel", key + "\u0085").err()
            + json.out();

    assertThat(shown)
        .contains("evil\\u009b31m\\u202egpj.exe\\u2028")
        .doesNotContain("\u009b", "\u202e", "\u2028", "\u0085");
    assertThat(json.json().path("event_key").asText()).isEqualTo(key);
    api.delete(Api.path(key));
  }

  @Test
  void shouldSayThatNobodyAnswers() {
    Shell.Done done = Shell.at("http://127.0.0.1:1").run("get", "x");

    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err())
        .isEqualTo("standby: No answer from http://127.0.0.1:1: Connection refused\n");
  }

  @Test
  void shouldGiveUpANodeThatFallsSilentOverARequest() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();

      assertThatThrownBy(() -> new Node(url, null, null).ask(Request.post("/", "{}").within(1)))
          .isInstanceOf(Trouble.class)
          .hasMessage(
              "No answer from %s: nothing for 1 s; what was asked for may have been done, or still"
                  + " be going on",
              url);
    }
  }

  @Test
  void shouldEndQuietlyWhenNobodyReads() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    assertThat(shell.run(closed, err, "stats")).isEqualTo(141);
    assertThat(err.size()).isZero();
  }

  @Test
  void shouldRefuseArgumentsThatJavaCouldNotRead() {
    Shell.Done done = shell.run("register", "schl\uFFFD\uFFFDssel");

    assertThat(done.exitCode()).isEqualTo(2);
    assertThat(done.err()).contains("LC_ALL");
  }
}
