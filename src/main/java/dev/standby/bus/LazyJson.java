package dev.standby.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/**
 * A {@code JsonObject} to be sent, for those who use the bus without our codecs. Its text is made
 * when somebody receives it, and goes over the wire as it is.
 */
final class LazyJson extends JsonObject {
  private final Supplier<String> text;

  LazyJson(Supplier<String> text) {
    this.text = text;
  }

  @Override
  public Buffer toBuffer() {
    return Buffer.buffer(text.get());
  }

  /** What a consumer in this process gets. */
  @Override
  public JsonObject copy() {
    return new JsonObject(text.get());
  }
}
