package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.Fault;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import java.util.List;
import java.util.Map;

/** Refusals as RFC 9457 problem documents (contract, section "Errors"). */
public final class ProblemJson {
  private static final Map<String, Kind> FIELDS =
      Map.of(
          "type", Kind.TEXT,
          "title", Kind.TEXT,
          "status", Kind.INTEGER,
          "detail", Kind.TEXT,
          "code", Kind.TEXT,
          "request_id", Kind.TEXT,
          "trigger", Kind.JSON,
          "count", Kind.JSON,
          "in_flight", Kind.FLAG,
          "errors", Kind.JSON);
  private static final Map<String, Kind> FAULT = Map.of("pointer", Kind.TEXT, "message", Kind.TEXT);

  private ProblemJson() {}

  /**
   * The problem document of a refusal.
   *
   * @param requestId the request that was refused; null to leave it out
   */
  public static String encode(Rejection rejection, String requestId) {
    Reason reason = rejection.reason();
    return new JsonFields()
        .text("type", "about:blank")
        .text("title", reason.title())
        .raw("status", reason.httpStatus())
        .text("detail", rejection.getMessage())
        .text("code", reason.code())
        .text("request_id", requestId)
        .raw(
            "trigger", rejection.trigger() == null ? null : TriggerJson.encode(rejection.trigger()))
        .raw("count", rejection.count())
        .raw("in_flight", Once.isInFlight(rejection) ? true : null)
        .raw("errors", rejection.faults().isEmpty() ? null : faults(rejection.faults()))
        .end();
  }

  /** Reads what {@link #encode} wrote. */
  static Rejection decode(String json) {
    Map<String, Object> fields = JsonText.known(json, FIELDS);
    if (Boolean.TRUE.equals(fields.get("in_flight"))) {
      return Once.inFlight();
    }
    String trigger = (String) fields.get("trigger");
    String count = (String) fields.get("count");
    return Rejection.of(
        Reason.ofCode((String) fields.get("code")),
        (String) fields.get("detail"),
        trigger == null ? null : TriggerJson.decode(trigger),
        count == null ? null : Long.valueOf(count),
        faults((String) fields.get("errors")));
  }

  private static String faults(List<Fault> faults) {
    return faults.stream()
        .map(
            fault ->
                new JsonFields()
                    .text("pointer", fault.pointer())
                    .text("message", fault.message())
                    .end())
        .collect(joining(",", "[", "]"));
  }

  private static List<Fault> faults(String json) {
    return json == null
        ? List.of()
        : JsonText.elements(json).stream()
            .map(fault -> JsonText.known(fault, FAULT))
            .map(
                fields -> new Fault((String) fields.get("pointer"), (String) fields.get("message")))
            .toList();
  }
}
