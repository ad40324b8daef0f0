package dev.standby.trigger;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * What a registration may ask for besides (contract, section "More for a wait").
 *
 * @param type what ends the wait when nobody sends
 * @param payloadSchema a JSON Schema, as JSON text, that a payload must satisfy; null for any
 * @param timeoutPayload what the wait is given at its deadline, as JSON text; null for nothing
 * @param notifyUrl what is called when the wait has ended; null for nothing
 * @param emitKey the key to which the payload is sent on; null for none
 */
public record Terms(
    TriggerType type, String payloadSchema, String timeoutPayload, String notifyUrl, String emitKey)
    implements Sized {
  /** Nothing besides. */
  public static final Terms NONE = new Terms(TriggerType.EVENT, null, null, null, null);

  /** The longest URL, in characters. */
  public static final int MAX_URL_CHARS = 2048;

  /** Checks every field but the schema, and fills in the default of the type. */
  public Terms {
    type = type == null ? TriggerType.EVENT : type;
    if (emitKey != null) {
      EventKey.checkedForRegistration("emit_key", emitKey);
    }
    if (notifyUrl != null) {
      checkUrl(Text.checked("notify_url", notifyUrl, MAX_URL_CHARS));
    }
  }

  /** Whether an event is received just so: it must satisfy nothing, and is not sent on. */
  public boolean simple() {
    return payloadSchema == null && emitKey == null;
  }

  @Override
  public int chars() {
    return Sized.chars(payloadSchema) + Sized.chars(timeoutPayload);
  }

  /** Where the address is may be found out only when it is called: a name's may change. */
  private static void checkUrl(String url) {
    try {
      URI uri = new URI(url);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https"))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null
          && uri.getPort() <= 65_535
          && uri.getPort() != 0) {
        return;
      }
    } catch (URISyntaxException e) {
      // Refused below.
    }
    throw Rejection.badRequest(
        "'notify_url' must be an http or https URL with a host, without user and fragment");
  }
}
