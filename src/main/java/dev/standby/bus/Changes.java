package dev.standby.bus;

import dev.standby.trigger.EventTrigger;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What one commit ended, or a piece of it. A node that watches one of {@code partial} reads it
 * itself.
 *
 * @param commit the commit's id, which PostgreSQL notifies the nodes of as well
 * @param triggers the changed triggers, whole
 * @param partial the ids of those too large to send to every node
 * @param traces the contexts of the traces in which they were changed, as W3C Trace Context writes
 *     them; of those that are recorded
 */
record Changes(
    String commit, List<EventTrigger> triggers, List<UUID> partial, Map<UUID, String> traces) {
  /** The longest payload, in characters, that is sent to every node. */
  static final int MAX_PAYLOAD_CHARS = 8 * 1024;

  /** Keeps its own copies of the lists. */
  Changes {
    triggers = List.copyOf(triggers);
    partial = List.copyOf(partial);
    traces = Map.copyOf(traces);
  }

  /** All of them whole, as they are passed within a node. */
  static Changes of(String commit, List<EventTrigger> triggers, Map<UUID, String> traces) {
    return new Changes(commit, triggers, List.of(), traces);
  }

  /** The same with the large ones reduced to their ids, as it goes to other nodes. */
  Changes forTheWire() {
    return new Changes(
        commit,
        triggers.stream().filter(t -> t.chars() <= MAX_PAYLOAD_CHARS).toList(),
        triggers.stream().filter(t -> t.chars() > MAX_PAYLOAD_CHARS).map(EventTrigger::id).toList(),
        traces);
  }
}
