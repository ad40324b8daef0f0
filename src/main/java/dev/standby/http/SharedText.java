package dev.standby.http;

import io.vertx.core.buffer.Buffer;
import java.util.function.Supplier;

/**
 * What was written last, for those that are told the same: thousands of readers of one key share
 * its bytes. Nobody may change them.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class SharedText {
  private Object what;
  private Buffer text;

  /** The text of that, which is made by {@code encode} unless it is what it was the last time. */
  Buffer of(Object thing, Supplier<String> encode) {
    if (!thing.equals(what)) {
      text = Buffer.buffer(encode.get());
      what = thing;
    }
    return text;
  }

  /** Keeps nothing that nobody may want any more. */
  void forget() {
    what = null;
    text = null;
  }
}
