package dev.standby.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.trigger.EventTrigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nodes of a later version say besides is passed over by those of this one. */
class NewerNodeTest {
  private static final String TRIGGER =
      """
      {"id":"01890a5d-ac96-774b-bcce-b302099a8057","event_key":"k","project_id":"p","source_type":"job_run",\
      "status":"waiting","timeout_secs":60,"requested_at":"2026-01-01T00:00:00Z",\
      "expires_at":"2026-01-01T00:01:00Z"%s}""";

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"priority\":7",
        ",\"labels\":{\"a\":[1,{\"status\":\"received\"}],\"b\":\"}\\\"\"}",
        ",\"later\":null",
        ",\"later\":[[],[{}]]",
        ",\"later\":true,\"even\":-1.5e3"
      })
  void shouldReadATriggerWithFieldsThatItDoesNotKnow(String more) {
    EventTrigger plain = TriggerJson.decode(TRIGGER.formatted(""));

    assertThat(TriggerJson.decode(TRIGGER.formatted(more))).isEqualTo(plain);
  }

  @Test
  void shouldReadARefusalWithFieldsThatItDoesNotKnow() {
    assertThat(
            ProblemJson.decode(
                    "{\"type\":\"about:blank\",\"title\":\"t\",\"status\":404,\"detail\":\"d\","
                        + "\"code\":\"not_found\",\"instance\":{\"a\":1}}")
                .getMessage())
        .isEqualTo("d");
  }
}
