package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.HeldEvent;
import dev.standby.trigger.Outcome;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * How messages travel: by reference within a process (they are immutable), as JSON between
 * processes.
 */
final class Codecs {
  private Codecs() {}

  /** Teaches the bus of {@code vertx} every message; once is enough, more does no harm. */
  static void register(Vertx vertx) {
    synchronized (vertx) {
      if (vertx.sharedData().getLocalMap("standby.codecs").putIfAbsent("known", true) != null) {
        return;
      }
      EventBus bus = vertx.eventBus();
      for (Operation<?, ?> operation : Operation.ALL) {
        command(bus, operation);
      }
      add(bus, EventTrigger.class, TriggerJson::encode, TriggerJson::decode);
      add(
          bus,
          Outcome.Registered.class,
          OutcomeJson::encodeRegistered,
          OutcomeJson::decodeRegistered);
      add(bus, Outcome.Triggers.class, OutcomeJson::encode, OutcomeJson::decodeTriggers);
      add(bus, Outcome.Page.class, OutcomeJson::encode, OutcomeJson::decodePage);
      add(bus, Outcome.Stats.class, OutcomeJson::encode, OutcomeJson::decodeStats);
      add(bus, Outcome.Purged.class, OutcomeJson::encode, OutcomeJson::decodePurged);
      add(bus, Outcome.Batch.class, OutcomeJson::encode, BatchJson::decode);
      add(bus, Outcome.Held.class, OutcomeJson::encode, OutcomeJson::decodeHeld);
      add(bus, HeldEvent.class, OutcomeJson::encode, OutcomeJson::decodeHeldEvent);
      add(bus, Outcome.HeldPage.class, OutcomeJson::encode, OutcomeJson::decodeHeldPage);
      add(bus, Outcome.CallbackLink.class, OutcomeJson::encode, OutcomeJson::decodeCallbackLink);
      add(bus, Outcome.FeedPage.class, OutcomeJson::encode, FeedJson::decodePage);
      add(bus, Delivery.class, OutcomeJson::encode, DeliveryJson::decode);
      add(bus, Delivery.Page.class, OutcomeJson::encode, DeliveryJson::decodePage);
      local(bus, Asked.class);
      local(bus, Local.class);
      add(bus, Changes.class, Codecs::encodeChanges, Codecs::decodeChanges);
    }
  }

  private static <T> void local(EventBus bus, Class<T> type) {
    add(
        bus,
        type,
        message -> {
          throw new IllegalStateException(type.getSimpleName() + " must not leave its node");
        },
        json -> {
          throw new IllegalStateException(type.getSimpleName() + " must not come from a node");
        });
  }

  private static <C extends Command> void command(EventBus bus, Operation<C, ?> operation) {
    add(bus, operation.commandType(), CommandJson::encode, operation::decode);
  }

  private static <T> void add(
      EventBus bus,
      Class<T> type,
      Function<? super T, String> encoder,
      Function<String, T> decoder) {
    bus.registerDefaultCodec(type, new JsonCodec<>(type, encoder, decoder));
  }

  private static String encodeChanges(Changes changes) {
    Changes wire = changes.forTheWire();
    StringBuilder ids = new StringBuilder("[");
    for (UUID id : wire.partial()) {
      ids.append(ids.length() > 1 ? "," : "").append('"').append(id).append('"');
    }
    // Nodes of earlier versions read three parts, and pass over what follows.
    return "[\""
        + wire.commit()
        + "\","
        + TriggerJson.encode(wire.triggers())
        + ","
        + ids
        + "]"
        + (wire.traces().isEmpty() ? "" : "," + encodeTraces(wire.traces()))
        + "]";
  }

  private static Changes decodeChanges(String json) {
    List<String> parts = JsonText.elements(json);
    List<UUID> partial = new ArrayList<>();
    for (String id : JsonText.elements(parts.get(2))) {
      partial.add(UUID.fromString(unquoted(id)));
    }
    return new Changes(
        unquoted(parts.get(0)),
        TriggerJson.decodeAll(parts.get(1)),
        partial,
        parts.size() > 3 ? decodeTraces(parts.get(3)) : Map.of());
  }

  private static String encodeTraces(Map<UUID, String> traces) {
    JsonObject json = new JsonObject();
    traces.forEach((id, traceparent) -> json.put(id.toString(), traceparent));
    return json.encode();
  }

  private static Map<UUID, String> decodeTraces(String json) {
    Map<UUID, String> traces = new HashMap<>();
    new JsonObject(json)
        .forEach(trace -> traces.put(UUID.fromString(trace.getKey()), (String) trace.getValue()));
    return traces;
  }

  private static String unquoted(String id) {
    return id.substring(1, id.length() - 1);
  }

  /** One message class: its JSON, in UTF-8, behind its length. */
  private record JsonCodec<T>(
      Class<T> type, Function<? super T, String> encoder, Function<String, T> decoder)
      implements MessageCodec<T, T> {
    @Override
    public void encodeToWire(Buffer buffer, T message) {
      byte[] json = encoder.apply(message).getBytes(StandardCharsets.UTF_8);
      buffer.appendInt(json.length).appendBytes(json);
    }

    @Override
    public T decodeFromWire(int position, Buffer buffer) {
      int start = position + Integer.BYTES;
      int end = start + buffer.getInt(position);
      return decoder.apply(buffer.getString(start, end, StandardCharsets.UTF_8.name()));
    }

    @Override
    public T transform(T message) {
      return message;
    }

    @Override
    public String name() {
      return type.getName();
    }

    @Override
    public byte systemCodecID() {
      return -1;
    }
  }
}
