package dev.standby.bus;

import dev.standby.bus.Nodes.About;
import dev.standby.bus.Nodes.Node;
import dev.standby.bus.Nodes.Open;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/** Nodes as JSON: between nodes, and for clients. */
public final class NodeJson {
  private NodeJson() {}

  /** A page of all nodes. */
  public static String encode(Nodes.All nodes) {
    JsonArray data = new JsonArray();
    nodes.nodes().forEach(node -> data.add(encode(node)));
    return new JsonObject().put("data", data).encode();
  }

  private static JsonObject encode(Node node) {
    JsonObject json =
        new JsonObject()
            .put("id", node.id())
            .put("self", node.self())
            .put("responding", node.responding())
            .mergeIn(encode(node.about()));
    if (!node.responding()) {
      json.remove("open");
    }
    return json;
  }

  static JsonObject encode(About about) {
    return new JsonObject()
        .put("host", about.host())
        .put("url", about.url())
        .put("version", about.version())
        .put("started_at", about.startedAt())
        .put(
            "open",
            new JsonObject()
                .put("streams", about.open().streams())
                .put("polls", about.open().polls())
                .put("feeds", about.open().feeds()));
  }

  /** Reads what {@link #encode(About)} wrote; what a newer node says besides is passed over. */
  static About decode(JsonObject json) {
    JsonObject open = json.getJsonObject("open");
    return new About(
        json.getString("host"),
        json.getString("url"),
        json.getString("version"),
        Instant.parse(json.getString("started_at")),
        new Open(open.getInteger("streams"), open.getInteger("polls"), open.getInteger("feeds")));
  }
}
