package dev.standby.bus;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.JsonText.Kind;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.ReadFeed;
import java.util.HashMap;
import java.util.Map;

/** The reading of a feed as JSON: a list's filters and an id; changes and the next id. */
final class FeedJson {
  private static final Map<String, Kind> READ = read();
  private static final Map<String, Kind> PAGE =
      Map.of("changes", Kind.JSON, "next", Kind.TEXT, "has_more", Kind.FLAG, "reset", Kind.FLAG);
  private static final Map<String, Kind> CHANGE = Map.of("id", Kind.TEXT, "trigger", Kind.JSON);

  private FeedJson() {}

  private static Map<String, Kind> read() {
    Map<String, Kind> fields = new HashMap<>(CommandJson.LIST);
    fields.put("after", Kind.TEXT);
    return Map.copyOf(fields);
  }

  static ReadFeed decode(String json) {
    Map<String, Object> fields = JsonText.object(json, READ);
    fields.putIfAbsent("limit", ReadFeed.LIMIT);
    return new ReadFeed(CommandJson.list(fields), (String) fields.get("after"));
  }

  static String encode(ReadFeed command) {
    return CommandJson.list(new JsonFields(), command.filter())
        .text("after", command.after())
        .end();
  }

  static String encode(Outcome.FeedPage page) {
    return new JsonFields()
        .raw(
            "changes",
            page.changes().stream().map(FeedJson::encode).collect(joining(",", "[", "]")))
        .text("next", page.next())
        .raw("has_more", page.more())
        .raw("reset", page.reset())
        .end();
  }

  private static String encode(Outcome.Change change) {
    return new JsonFields()
        .text("id", change.id())
        .raw("trigger", TriggerJson.encode(change.trigger()))
        .end();
  }

  static Outcome.FeedPage decodePage(String json) {
    Map<String, Object> fields = JsonText.known(json, PAGE);
    return new Outcome.FeedPage(
        JsonText.elements((String) fields.get("changes")).stream().map(FeedJson::change).toList(),
        (String) fields.get("next"),
        (Boolean) fields.get("has_more"),
        (Boolean) fields.get("reset"));
  }

  private static Outcome.Change change(String json) {
    Map<String, Object> fields = JsonText.known(json, CHANGE);
    return new Outcome.Change(
        (String) fields.get("id"), TriggerJson.decode((String) fields.get("trigger")));
  }
}
