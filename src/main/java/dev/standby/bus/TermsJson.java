package dev.standby.bus;

import dev.standby.trigger.Terms;
import dev.standby.trigger.TriggerType;
import java.util.Map;

/** The fields of {@link Terms}, in a registration and in a trigger. */
final class TermsJson {
  private TermsJson() {}

  /** From the fields of an object. */
  static Terms read(Map<String, Object> fields) {
    String type = (String) fields.get("trigger_type");
    Terms terms =
        new Terms(
            type == null ? TriggerType.EVENT : TriggerType.ofCode(type),
            (String) fields.get("payload_schema"),
            (String) fields.get("timeout_payload"),
            (String) fields.get("notify_url"),
            (String) fields.get("emit_key"));
    return terms.equals(Terms.NONE) ? Terms.NONE : terms;
  }

  /** Adds them to an object. */
  static JsonFields write(JsonFields out, Terms terms) {
    return terms.equals(Terms.NONE)
        ? out
        : out.text("trigger_type", terms.type() == TriggerType.EVENT ? null : terms.type().code())
            .raw("payload_schema", terms.payloadSchema())
            .raw("timeout_payload", terms.timeoutPayload())
            .text("notify_url", terms.notifyUrl())
            .text("emit_key", terms.emitKey());
  }
}
