package dev.standby.cli;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One wait, followed to its end: that one, even if its key is registered anew meanwhile. */
final class WaitingFor {
  private final Node node;
  private final String key;
  private final Patience patience;
  private final Terminal terminal;

  /** Whose; null as long as only the node knows. */
  private String project;

  /** The newest that is known of it; null before anything is. */
  private Map<String, String> trigger;

  WaitingFor(Node node, String key, String project, Patience patience, Terminal terminal) {
    this.node = node;
    this.key = key;
    this.project = project;
    this.patience = patience;
    this.terminal = terminal;
  }

  /**
   * Waits for the end.
   *
   * @param registered the trigger that was registered; null for the newest of the key
   * @param deadlines told when it ends at the latest, each time that this changes
   * @return the trigger's fields
   */
  Map<String, String> end(String registered, Consumer<Instant> deadlines) {
    if (registered != null) {
      hear(Json.fields(registered), deadlines);
    }
    if (trigger == null || !ended(trigger)) {
      new EventStream(node, this::request, patience, terminal)
          .read(frame -> !hear(Json.fields(frame.data()), deadlines));
    }
    return trigger;
  }

  private Request request() {
    return Request.get(Request.path(key) + "/stream").query("project_id", project);
  }

  /** Takes what there is of the key's newest trigger; true if the one that is meant has ended. */
  private boolean hear(Map<String, String> newest, Consumer<Instant> deadlines) {
    if (trigger == null || newest.get("id").equals(trigger.get("id"))) {
      trigger = newest;
      project = Json.text(newest.get("project_id"));
      deadlines.accept(Times.instant(newest.get("expires_at")));
    } else {
      // It has ended while nobody looked, and another has taken its key.
      trigger = patience.ask(this::found, terminal);
    }
    return ended(trigger);
  }

  private static boolean ended(Map<String, String> trigger) {
    return !Json.text(trigger.get("status")).equals("waiting");
  }

  /** The trigger that is meant, by its id. */
  private Map<String, String> found() {
    String id = trigger.get("id");
    Finder finder = new Finder(id);
    Pages.read(
        node,
        () -> Request.get("/v1/events").query("project_id", project).query("event_key_prefix", key),
        Pages.LARGEST,
        finder::search);
    if (finder.found == null) {
      throw new Trouble("The wait " + Json.text(id) + " for '" + key + "' is not there any more");
    }
    return finder.found;
  }

  /** Looks for a trigger page by page. */
  private static final class Finder {
    private final String id;
    private Map<String, String> found;

    Finder(String id) {
      this.id = id;
    }

    boolean search(List<String> page) {
      for (String element : page) {
        Map<String, String> fields = Json.fields(element);
        if (id.equals(fields.get("id"))) {
          found = fields;
        }
      }
      return found == null;
    }
  }
}
