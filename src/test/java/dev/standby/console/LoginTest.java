package dev.standby.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console of a node that asks for API keys. */
@Timeout(60)
class LoginTest {
  private static Standby node;

  @BeforeAll
  static void start() {
    Chromium.get();
    node = Nodes.start(TestPostgres.newDatabase(), Map.of("STANDBY_AUTH", "keys"));
    Api api = new Api(node.url()).with(Keys.all(node, "shop"));
    api.register("order:1");
    api.register("invoice:1");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldAskForAKeyAndSayWhatIsWrongWithIt() {
    try (Visit visit = Visit.to(node.url()).open("triggers")) {
      visit.field("API key").fill("sb_wrong");
      visit.button("Log in").click();
      visit.sees("This key is not accepted.");

      logIn(visit, Keys.all(node, "shop"));
      assertThat(visit.row("order:1")).isVisible();
      visit.sees("shop");
    }
  }

  @Test
  void shouldForgetTheKeyWithTheTabAndOnLogout() {
    String key = Keys.all(node, "shop");
    try (Visit visit = Visit.to(node.url()).open("triggers")) {
      logIn(visit, key);
      assertThat(visit.row("order:1")).isVisible();
      visit.page().reload();
      assertThat(visit.row("order:1")).isVisible();
      assertThat(visit.page().evaluate("JSON.stringify(localStorage) + document.cookie"))
          .asString()
          .doesNotContain(key);

      visit.button("Log out").click();
      assertThat(visit.field("API key")).isVisible();
      visit.page().reload();
      assertThat(visit.field("API key")).isVisible();
    }
  }

  @Test
  void shouldOfferOnlyWhatTheKeyMayDo() {
    try (Visit visit = Visit.to(node.url()).open("trigger?key=order%3A1")) {
      logIn(visit, Keys.of(node, "shop", Scope.READ));

      visit.sees("Your key may look, and nothing else.");
      assertThat(visit.button("Send")).hasCount(0);
      assertThat(visit.button("Move the deadline")).hasCount(0);
      assertThat(visit.button("Cancel the wait…")).hasCount(0);
    }
    try (Visit visit = Visit.to(node.url()).open("trigger?key=order%3A1")) {
      logIn(visit, Keys.of(node, "shop", Scope.READ, Scope.CANCEL));

      assertThat(visit.button("Cancel the wait…")).isVisible();
      assertThat(visit.button("Send")).hasCount(0);
    }
  }

  @Test
  void shouldSayWhichScopeIsMissingForWhatItCannotShow() {
    try (Visit visit = Visit.to(node.url()).open("triggers")) {
      logIn(visit, Keys.of(node, "shop", Scope.SEND));

      visit.sees("This needs the scope events:read").sees("Ask an administrator").checkAccess();
    }
  }

  @Test
  void shouldShowNoOtherKeysThanThoseItIsConfinedTo() {
    try (Visit visit = Visit.to(node.url()).open("triggers")) {
      logIn(visit, Keys.confined(node, "shop", "order:"));

      assertThat(visit.row("order:1")).isVisible();
      assertThat(visit.row("invoice:1")).hasCount(0);
      visit.sees("Keys under");
    }
  }

  @Test
  void shouldAskAgainWhenTheKeyIsRevoked() {
    String key = Keys.all(node, "shop");
    try (Visit visit = Visit.to(node.url()).open("triggers")) {
      logIn(visit, key);
      assertThat(visit.row("order:1")).isVisible();

      Keys.revoke(node, key);

      visit.sees("it was revoked, or it has expired");
    }
  }

  private static void logIn(Visit visit, String key) {
    visit.field("API key").fill(key);
    visit.button("Log in").click();
  }
}
