package dev.standby.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.standby.Standby;
import dev.standby.support.Certificates;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that asks for keys, and speaks TLS with a certificate of a private authority. */
@Timeout(60)
class KeysTest {
  @TempDir static Path folder;

  private static Standby node;
  private static String authority;

  @BeforeAll
  static void start() {
    Certificates certificates = new Certificates(folder);
    authority = certificates.authority("authority");
    Certificates.Pem server = certificates.signed("server", "authority");
    node =
        Nodes.start(
            TestPostgres.newDatabase(),
            Map.of(
                "STANDBY_AUTH", "keys",
                "STANDBY_HTTP_TLS_CERTIFICATE", server.certificate(),
                "STANDBY_HTTP_TLS_KEY", server.key()));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Shell shell() {
    return Shell.at(node.url()).with("STANDBY_CA_FILE", authority);
  }

  private static Shell shell(Scope... scopes) {
    return shell().with("STANDBY_API_KEY", Keys.of(node, "shop", scopes));
  }

  @Test
  void shouldTakeTheKeyFromAFile() throws IOException {
    String key = Keys.of(node, "shop", Scope.READ, Scope.REGISTER);
    Path file = Files.writeString(folder.resolve("key"), key + "\n");

    Shell.Done registered = shell().run("register", "x", "--key-file", file.toString(), "--json");

    assertThat(registered.json().path("project_id").asText()).isEqualTo("shop");
    assertThat(shell().run("list", "--key", key, "--json").jsonLines()).contains(registered.json());
  }

  @Test
  void shouldSayWhatAKeyLacks() {
    Shell.Done scope = shell(Scope.READ).run("cancel", "x");
    Shell.Done project = shell(Scope.READ).run("list", "--project", "other");
    Shell.Done none = shell().run("list");
    Shell.Done broken = shell().run("list", "--key", "sb_\u001b[31m");

    assertThat(scope.exitCode()).isEqualTo(1);
    assertThat(scope.err()).startsWith("standby: 403 ").contains("events:cancel").hasLineCount(1);
    assertThat(project.err()).startsWith("standby: 403 ").hasLineCount(1);
    assertThat(none.err()).startsWith("standby: 401 ").hasLineCount(1);
    assertThat(broken.exitCode()).isEqualTo(2);
    assertThat(broken.err()).doesNotContain("sb_");
  }

  @Test
  void shouldAcceptNoOtherAuthority() {
    Shell.Done done = Shell.at(node.url()).run("get", "x");
    Shell.Done notPem = shell().run("get", "x", "--ca-file", "pom.xml");

    assertThat(done.exitCode()).isEqualTo(1);
    assertThat(done.err()).contains("No answer from https://").hasLineCount(1);
    assertThat(notPem.exitCode()).isEqualTo(1);
    assertThat(notPem.err()).contains("pom.xml");
  }

  @Test
  void shouldManageKeysOverHttp() {
    Shell admin = shell(Scope.ADMIN);

    Shell.Done created =
        admin.run("keys", "create", "--scope", "events:read,events:send", "--name", "mine");
    String id = Keys.id(created.out().strip());
    JsonNode listed =
        admin.run("keys", "list", "--json").jsonLines().stream()
            .filter(key -> key.path("id").asText().equals(id))
            .findFirst()
            .orElseThrow();
    Shell.Done table = admin.run("keys", "list");
    Shell.Done revoked = admin.run("keys", "revoke", id, "--json");

    assertThat(created.out()).matches("sb_[0-9a-f]{16}_[0-9A-Za-z_-]{43}\n");
    assertThat(listed.path("name").asText()).isEqualTo("mine");
    assertThat(table.out())
        .startsWith("ID ")
        .containsPattern("(?m)^" + id + "  shop +events:read,events:send +mine ")
        .doesNotContain(created.out().strip());
    assertThat(revoked.json().path("revoked_at").isMissingNode()).isFalse();
    assertThat(shell(Scope.READ).run("keys", "list").err()).contains("403", "admin");
  }
}
