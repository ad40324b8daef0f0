package dev.standby.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.Standby;
import dev.standby.support.Api;
import dev.standby.support.Nodes;
import dev.standby.support.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which project a request speaks of when there is no authentication. */
@Timeout(60)
class ProjectsTest {
  private static Standby node;
  private static Api api;

  @BeforeAll
  static void start() {
    node = Nodes.alone(TestPostgres.newDatabase());
    api = new Api(node.url());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void shouldKeepTheSameKeyOfSeveralProjectsApart() {
    String one = register("apart", "one").text();
    String two = register("apart", "two").text();

    assertThat(api.get("/v1/events/apart?project_id=one").text()).isEqualTo(one);
    assertThat(api.get("/v1/events/apart?project_id=two").text()).isEqualTo(two);
    assertThat(api.get("/v1/events/apart?project_id=three").status()).isEqualTo(404);

    assertThat(api.delete("/v1/events/apart?project_id=one").status()).isEqualTo(200);
    assertThat(api.get("/v1/events/apart?project_id=two").text()).isEqualTo(two);
  }

  @Test
  void shouldFindAKeyInAnyProjectWhenOnlyOneHasIt() {
    String registered = register("single", "somewhere").text();

    assertThat(api.get("/v1/events/single").text()).isEqualTo(registered);
    assertThat(api.post("/v1/events/single/send", "{}").field("project_id")).isEqualTo("somewhere");
  }

  @Test
  void shouldAskForTheProjectWhenSeveralHaveTheKey() {
    register("several", "one");
    register("several", "two");
    api.delete("/v1/events/several?project_id=two");

    for (Api.Answer answer :
        new Api.Answer[] {
          api.get("/v1/events/several"),
          api.delete("/v1/events/several"),
          api.post("/v1/events/several/send", "{}"),
          api.get("/v1/events/several/stream")
        }) {
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.field("code")).isEqualTo("conflict");
      assertThat(answer.field("detail")).contains("'project_id'");
      assertThat(answer.json().has("trigger")).isFalse();
    }
    assertThat(api.get("/v1/events/several?project_id=one").field("status")).isEqualTo("waiting");
  }

  @Test
  void shouldTakeTheProjectFromQueryOrBody() {
    register("where", "one");
    register("where", "two");

    Api.Answer byBody = api.post("/v1/events/where/send", "{\"project_id\":\"one\"}");
    Api.Answer byQuery = api.post("/v1/events/where/send?project_id=two", "{}");
    Api.Answer byBoth =
        api.post("/v1/events/where/send?project_id=two", "{\"project_id\":\"two\"}");

    assertThat(byBody.field("project_id")).isEqualTo("one");
    assertThat(byQuery.field("project_id")).isEqualTo("two");
    assertThat(byBoth.text()).isEqualTo(byQuery.text());
    assertThat(api.post("/v1/events?project_id=q", "{\"event_key\":\"where\"}").field("project_id"))
        .isEqualTo("q");
  }

  @Test
  void shouldRefuseTwoDifferentProjects() {
    register("differ", "one");
    String body = "{\"project_id\":\"one\"%s}";

    for (Api.Answer answer :
        new Api.Answer[] {
          api.post("/v1/events?project_id=two", body.formatted(",\"event_key\":\"differ\"")),
          api.post("/v1/events/differ/send?project_id=two", body.formatted("")),
          api.post("/v1/events/prefix/differ/send?project_id=two", body.formatted("")),
          api.post("/v1/events/purge?project_id=two", body.formatted(",\"older_than_days\":1"))
        }) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(400);
      assertThat(answer.field("detail")).contains("'project_id'");
    }
    assertThat(api.get("/v1/events/differ?project_id=one").field("status")).isEqualTo("waiting");
    assertThat(api.get("/v1/events/differ?project_id=two").status()).isEqualTo(404);
  }

  @Test
  void shouldCountOneProjectOrAll() {
    register("counted", "count-1");
    register("counted", "count-2");

    long all = api.get("/v1/events/stats").json().get("total_count").asLong();
    assertThat(all).isGreaterThanOrEqualTo(2);
    assertThat(api.get("/v1/events/stats?project_id=count-1").field("total_count")).isEqualTo("1");
  }

  @Test
  void shouldRefuseAProjectIdThatIsNone() {
    for (String project : new String[] {"", "a%0Ab", "x".repeat(256)}) {
      assertThat(api.get("/v1/events/any?project_id=" + project).status()).isEqualTo(400);
      assertThat(api.get("/v1/events/stats?project_id=" + project).status()).isEqualTo(400);
      assertThat(
              api.post("/v1/events/purge?project_id=" + project, "{\"older_than_days\":1}")
                  .status())
          .isEqualTo(400);
      assertThat(api.post("/v1/events?project_id=" + project, "{\"event_key\":\"any\"}").status())
          .isEqualTo(400);
      assertThat(api.get("/v1/held?project_id=" + project).status()).isEqualTo(400);
      assertThat(api.get("/v1/keys?project_id=" + project).status()).isEqualTo(400);
      assertThat(api.delete("/v1/keys/any?project_id=" + project).status()).isEqualTo(400);
      assertThat(api.get("/v1/audit?project_id=" + project).status()).isEqualTo(400);
    }
  }

  private static Api.Answer register(String key, String project) {
    return api.post(
        "/v1/events", "{\"event_key\":\"%s\",\"project_id\":\"%s\"}".formatted(key, project));
  }
}
