package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Item;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.RegisterBatch;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.SendBatch;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Many commands in one request, and their answers, as JSON. */
final class BatchJson {
  private static final Map<String, Kind> ITEMS = Map.of("items", Kind.JSON);
  private static final Map<String, Kind> RESULTS = Map.of("results", Kind.JSON);
  private static final Map<String, Kind> RESULT =
      Map.of(
          "status", Kind.INTEGER,
          "trigger", Kind.JSON,
          "held", Kind.JSON,
          "problem", Kind.JSON);
  private static final Map<String, Kind> LINK = Map.of("callback_url", Kind.TEXT);

  private BatchJson() {}

  static RegisterBatch registerBatch(String json) {
    return new RegisterBatch(items(json, CommandJson::register));
  }

  static SendBatch sendBatch(String json) {
    return new SendBatch(items(json, CommandJson::send));
  }

  private static <C extends Command> List<Item<C>> items(String json, Function<String, C> decoder) {
    String items = (String) JsonText.object(json, ITEMS).get("items");
    if (items == null || !items.startsWith("[")) {
      throw Rejection.badRequest("'items' must be a list");
    }
    return JsonText.elements(items).stream().map(item -> item(item, decoder)).toList();
  }

  private static <C extends Command> Item<C> item(String json, Function<String, C> decoder) {
    try {
      return new Item<>(decoder.apply(json), null);
    } catch (Rejection e) {
      return new Item<>(null, e);
    }
  }

  static String encode(List<? extends Item<?>> items) {
    return items.stream()
        .map(item -> item.command() == null ? "null" : CommandJson.encode(item.command()))
        .collect(joining(",", "{\"items\":[", "]}"));
  }

  static String encode(Outcome.Batch batch) {
    return batch.results().stream()
        .map(BatchJson::encode)
        .collect(joining(",", "{\"results\":[", "]}"));
  }

  private static String encode(Outcome.Result result) {
    JsonFields out = new JsonFields().raw("status", result.status());
    if (result.refused() != null) {
      out.raw("problem", ProblemJson.encode(result.refused(), null));
    } else if (result.outcome() instanceof Outcome.Held held) {
      out.raw("held", OutcomeJson.encode(held));
    } else {
      out.raw("trigger", OutcomeJson.encode(result.outcome()));
    }
    return out.end();
  }

  static Outcome.Batch decode(String json) {
    return new Outcome.Batch(
        JsonText.elements((String) JsonText.known(json, RESULTS).get("results")).stream()
            .map(BatchJson::result)
            .toList());
  }

  private static Outcome.Result result(String text) {
    Map<String, Object> fields = JsonText.known(text, RESULT);
    int status = (Integer) fields.get("status");
    if (fields.get("problem") instanceof String problem) {
      return new Outcome.Result(status, null, ProblemJson.decode(problem));
    }
    if (fields.get("held") instanceof String held) {
      return new Outcome.Result(status, OutcomeJson.decodeHeld(held), null);
    }
    String json = (String) fields.get("trigger");
    EventTrigger trigger = TriggerJson.decode(json);
    String url = (String) JsonText.known(json, LINK).get("callback_url");
    return new Outcome.Result(
        status, url == null ? trigger : new Outcome.Registered(trigger, status == 201, url), null);
  }
}
