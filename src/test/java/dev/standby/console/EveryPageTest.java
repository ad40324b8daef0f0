package dev.standby.console;

import com.microsoft.playwright.Route;
import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Keys;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import dev.standby.trigger.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every page in every state that it has, by day and by night, at a desk and on a phone: for
 * everybody, and no wider than the screen. With {@code -Dstandby.screenshots=folder} it leaves a
 * picture of each.
 */
@Timeout(240)
class EveryPageTest {
  /** As nodes say it, of which one is silent. */
  private static final String SILENT =
      """
      {"data":[{"id":"a","self":true,"responding":true,"host":"standby-0","url":"http://10.4.0.11:8080",\
      "version":"0.1.0","started_at":"2026-03-01T06:00:12Z","open":{"streams":1812,"polls":40,"feeds":3}},\
      {"id":"b","self":false,"responding":false,"host":"standby-1","url":"http://10.4.0.12:8080",\
      "version":"0.1.0","started_at":"2026-03-01T06:00:19Z"}]}""";

  private static String database;
  private static Standby node;
  private static Standby guarded;
  private static Api api;

  @BeforeAll
  static void start() {
    Chromium.get();
    database = TestPostgres.newDatabase();
    Map<String, String> cluster = new HashMap<>();
    if (Visit.PICTURES != null) {
      int port = Nodes.freePort();
      cluster.put("STANDBY_CLUSTER_ENABLED", "true");
      cluster.put("STANDBY_CLUSTER_PORT", Integer.toString(port));
      cluster.put("STANDBY_CLUSTER_MEMBERS", "127.0.0.1:" + port);
    }
    node = Nodes.start(database, cluster);
    cluster.put("STANDBY_AUTH", "keys");
    cluster.computeIfPresent(
        "STANDBY_CLUSTER_PORT", (name, port) -> Integer.toString(Nodes.freePort()));
    guarded = Nodes.start(database, cluster);
    api = new Api(node.url());
    Shop.open(database, api);
  }

  @AfterAll
  static void stop() {
    guarded.close();
    node.close();
  }

  @Test
  void shouldShowHowAProjectStands() {
    try (Visit visit = Visit.to(node.url()).open("overview?project=nothing")) {
      visit.sees("Nothing has waited here yet").sees("Responds").look("overview-empty");
      visit.open("overview?project=shop").sees("order:1002/payment").sees("Responds");
      visit.look("overview");
      visit.page().getByText("As a table").first().click();
      visit.page().route("**/v1/nodes", route -> fulfill(route, SILENT));
      visit.sees("Silent").look("overview-silent-node");
    }
  }

  @Test
  void shouldShowWhatWaits() {
    try (Visit visit = Visit.to(node.url()).open("triggers?project=nothing")) {
      visit.sees("Nothing has waited here yet").look("triggers-empty");
      visit.open("triggers?project=shop&prefix=nothing").sees("Nothing matches");
      visit.look("triggers-no-match");
      visit.open("triggers?project=shop&status=waiting").sees("order:1001/approval");
      visit.look("triggers");
      visit.page().getByLabel("Select order:1001/approval").check();
      visit.page().getByLabel("Select order:1003/delivery").check();
      visit.button("Send…").click();
      visit.field("Payload for each of them, as JSON").fill("{\"settled\": true}");
      visit.look("triggers-picked");
      visit.button("Send to 2 waits…").click();
      visit.sees("One that refuses it leaves the others").look("triggers-confirm");
      visit.button("Send to 2 waits").click();
      visit.sees("1 of 2 waits received it.").look("triggers-failed");
      visit.page().route("**/v1/events?*", Route::abort);
      visit.page().reload();
      visit.sees("The node can't be reached.").look("triggers-unreachable");
      visit.faults().removeIf(fault -> fault.contains("ERR_FAILED"));
    }
  }

  @Test
  void shouldShowOneTriggerInEachOfItsStates() {
    Shop.register(api, "order:2001/approval", 86_400, "\"payload_schema\":" + Shop.SCHEMA);
    Shop.register(api, "hooked", 600, "\"notify_url\":\"http://127.0.0.1:9/hook\"");
    api.post("/v1/events/hooked/send?project_id=shop", "{\"payload\":{\"paid\":true,\"n\":1.50}}");
    Shop.register(api, "canceled", 600, "");
    api.delete("/v1/events/canceled?project_id=shop");
    Shop.register(api, "late", 1, "\"timeout_payload\":{\"approved\":false}");
    api.send(api.request("/v1/events/late").header("Prefer", "wait=10").GET().build());
    Shop.register(api, "again", 600, "");
    api.post("/v1/events/again/send?project_id=shop", "{\"payload\":\"the first\"}");
    Shop.register(api, "again", 600, "");
    try (Visit visit = Visit.to(node.url()).open(trigger("order:2001/approval"))) {
      visit.page().getByText("From a shell").click();
      visit.button("Make a link").click();
      visit.sees("Open the page").look("trigger-waiting");
      visit.field("Answer, as JSON").fill("{\"approved\": \"yes\"}");
      visit.button("Send").click();
      visit.sees("/approved").look("trigger-refused");
      visit.open(trigger("hooked")).sees("attempt").look("trigger-received");
      visit.open(trigger("canceled")).sees("canceled by user").look("trigger-canceled");
      visit.open(trigger("late")).sees("nobody sent in time").look("trigger-timed-out");
      visit.open("triggers?project=shop&prefix=again");
      visit.row("Received").locator("a").click();
      visit.sees("The key has been registered again since.").look("trigger-older");
      visit.open(trigger("nothing")).sees("Check the event key").look("trigger-unknown");
    }
  }

  @Test
  void shouldShowWhatConcernsManyAtOnce() {
    List<Route> held = new ArrayList<>();
    try (Visit visit = Visit.to(node.url()).open("prefix?project=shop")) {
      visit.sees("Type how the keys begin").look("prefix-empty");
      visit.open("prefix?project=shop&prefix=order:10").sees("It would hit").look("prefix");
      visit.open("held?project=shop").sees("No event is held").look("held-empty");
      hold("order:1001/ship", "{\"carrier\":\"post\",\"parcels\":[{\"weight_kg\":1.25}]}");
      hold("invoice:88/paid", "true");
      visit.page().reload();
      visit.sees("invoice:88/paid").look("held");
      visit.open("purge?project=past").sees("What waits is never deleted").look("purge-empty");
      TestPostgres.execute(database, Shop.OLD);
      visit.field("Ended more than").fill("90");
      visit.button("Look how many").click();
      visit.sees("1,870 triggers would be deleted.").look("purge");
      visit.page().route("**/v1/events/purge?*", held::add);
      visit.button("Delete them…").click();
      visit.button("Delete them").click();
      visit.sees("0 of 1,870 deleted").look("purge-running");
      visit.page().unroute("**/v1/events/purge?*");
      held.forEach(Route::resume);
      visit.sees("1,870 triggers are deleted.").look("purge-done");
    }
  }

  @Test
  void shouldShowWhoMayDoWhatAndWhoDidWhat() {
    Api admin = new Api(guarded.url()).with(Keys.all(guarded, Shop.PROJECT));
    for (String scopes : new String[] {"\"events:read\",\"events:send\"", "\"events:register\""}) {
      admin.post(
          "/v1/keys",
          "{\"name\":\"checkout\",\"scopes\":[%s],\"event_key_prefix\":\"order:\"}"
              .formatted(scopes));
    }
    admin.register("order:3001/approval");
    admin.delete("/v1/events/order%3A3001%2Fapproval");
    try (Visit visit = Visit.to(node.url()).open("keys?project=nothing")) {
      visit.sees("There is no key yet.").look("keys-empty");
      visit.open("audit?project=nothing").sees("Nothing is recorded").look("audit-empty");
    }
    try (Visit visit = Visit.to(guarded.url()).open("keys")) {
      visit.sees("This node asks for an API key.").look("login");
      visit.logIn("sb_wrong").sees("This key is not accepted.").look("login-refused");
      visit.logIn(Keys.all(guarded, Shop.PROJECT)).sees("checkout").look("keys");
      visit.page().getByText("Create a key").click();
      visit.field("Name").fill("billing");
      visit.page().getByLabel("look at triggers").check();
      visit.button("Create the key").click();
      visit.sees("is shown this once").look("keys-created");
      visit.open("audit").sees("keys.create").look("audit");
      visit.button("Log out").click();
      visit.logIn(Keys.confined(guarded, Shop.PROJECT, "order:"));
      visit.sees("This concerns the whole project").look("audit-forbidden");
      visit.open("overview").sees("Counts are of the whole project").look("overview-confined");
      visit.button("Log out").click();
      visit.logIn(Keys.of(guarded, Shop.PROJECT, Scope.READ));
      visit.sees("Ends next").open(trigger("order:1001/approval"));
      visit.sees("Your key may look, and nothing else.").look("trigger-read-only");
    }
  }

  @Test
  void shouldShowTheApprovalPageInEachOfItsStates() {
    String asked =
        "\"request_payload\":{\"customer\":\"Dana Miller\",\"amount\":129.50,\"items\":[\"tea\",\"pot\"]}";
    String schema = link("order:1001/shipping", asked + ",\"payload_schema\":" + Shop.SCHEMA);
    String questions =
        link(
            "order:1002/questions",
            "\"payload_schema\":{\"title\":\"Two questions\",\"required\":[\"a\",\"limit\"],"
                + "\"properties\":{\"a\":{\"type\":\"boolean\"},\"b\":{\"type\":\"boolean\"},"
                + "\"limit\":{\"type\":\"number\",\"minimum\":10},\"tier\":{\"enum\":[\"gold\",7]},"
                + "\"more\":{\"type\":\"object\"}}}");
    String plain = link("order:1003/plain", asked);
    String json = link("order:1004/list", "\"payload_schema\":{\"type\":\"array\"}");
    String late = link("order:1005/late", "\"timeout_secs\":1");
    String canceled = link("order:1006/canceled", "");
    api.delete("/v1/events/order%3A1006%2Fcanceled");
    try (Visit visit = Visit.to(node.url()).openPath(schema)) {
      visit.sees("May it be shipped?").look("approval");
      visit.openPath(plain).sees("Comment").look("approval-plain");
      visit.button("Approve").click();
      visit.sees("Your answer has been passed on.").look("approval-done");
      visit.openPath(plain).sees("This has been answered already").look("approval-answered");
      visit.openPath(questions).sees("Two questions");
      visit.page().locator("[name='payload.a'][value=true]").check();
      visit.page().locator("[name='payload.limit']").fill("5");
      visit.button("Send").click();
      visit.sees("This can't be passed on yet:").look("approval-unfit");
      visit.openPath(json).sees("Your answer, as JSON").look("approval-json");
      visit.openPath(canceled).sees("This is not needed any more").look("approval-canceled");
      api.send(
          api.request("/v1/events/order%3A1005%2Flate").header("Prefer", "wait=10").GET().build());
      visit.openPath(late).sees("It is too late").look("approval-late");
      visit.openPath(late + "A").sees("This link is not valid").look("approval-invalid");
    }
  }

  private static String trigger(String key) {
    return "trigger?project=shop&key=" + Api.encode(key);
  }

  private static void fulfill(Route route, String json) {
    route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(json));
  }

  private static void hold(String key, String payload) {
    api.post(
        Api.path(key) + "/send?project_id=shop",
        "{\"hold_secs\":86400,\"payload\":" + payload + "}");
  }

  /** The path of a link. */
  private static String link(String key, String more) {
    return api.post(
            "/v1/events",
            "{\"event_key\":%s,\"callback\":true%s}"
                .formatted(Api.quoted(key), more.isEmpty() ? "" : "," + more))
        .field("callback_url")
        .replaceFirst("^https?://[^/]+", "");
  }
}
