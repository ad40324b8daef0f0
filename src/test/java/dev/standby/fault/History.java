package dev.standby.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.standby.support.Ledger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What clients were told during a run, to be compared with what the database has after it. */
final class History {
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final Set<String> passedOver;

  /** Passes over those fields, which not all nodes know. */
  History(String... passedOver) {
    this.passedOver = Set.of(passedOver);
  }

  /** That a client was shown this trigger, and how. */
  private record Told(String how, JsonNode trigger) {
    String id() {
      return trigger.path("id").asText();
    }

    boolean ended() {
      return !trigger.path("status").asText().equals("waiting");
    }
  }

  /** Takes note of a trigger that an answer or a frame showed. */
  void add(String how, JsonNode trigger) {
    told.add(new Told(how, trigger.isObject() ? known(trigger) : trigger));
  }

  private JsonNode known(JsonNode trigger) {
    return ((ObjectNode) trigger.deepCopy()).without(passedOver);
  }

  /** How many there are. */
  int size() {
    return told.size();
  }

  /** What contradicts the database, or itself; empty if all is well. */
  List<String> contradictions(Map<String, List<Ledger.Row>> rows) {
    Map<String, Ledger.Row> byId = new HashMap<>();
    rows.values().forEach(all -> all.forEach(row -> byId.put(row.id(), row)));
    Map<String, Told> outcomes = new HashMap<>();
    List<String> wrong = new ArrayList<>();
    for (Told one : told) {
      Ledger.Row row = byId.get(one.id());
      if (row == null) {
        wrong.add("told and not kept: " + one);
      } else if (one.ended()) {
        Told other = outcomes.putIfAbsent(one.id(), one);
        if (other != null && !other.trigger().equals(one.trigger())) {
          wrong.add("two outcomes of one trigger: " + one + " and " + other);
        }
        if (!row.isShownBy(one.trigger(), passedOver)) {
          wrong.add("told otherwise than kept: " + one + ", kept " + row);
        }
      }
    }
    return wrong;
  }
}
