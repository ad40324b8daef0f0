package dev.standby.bus;

import dev.standby.trigger.Delivery;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import java.util.Map;
import java.util.function.Function;

/** What a request has led to, as a text from which it is answered in the same words again. */
public final class AnswerJson {
  /** The name of every answer that a request to be carried out once may have. */
  private static final Map<Class<?>, Form<?>> FORMS =
      Map.ofEntries(
          form(EventTrigger.class, "trigger", TriggerJson::encode, TriggerJson::decode),
          form(
              Outcome.Registered.class,
              "registered",
              OutcomeJson::encodeRegistered,
              OutcomeJson::decodeRegistered),
          form(Outcome.Held.class, "held", OutcomeJson::encode, OutcomeJson::decodeHeld),
          form(
              Outcome.Triggers.class, "triggers", OutcomeJson::encode, OutcomeJson::decodeTriggers),
          form(Outcome.Purged.class, "purged", OutcomeJson::encode, OutcomeJson::decodePurged),
          form(Outcome.Batch.class, "batch", BatchJson::encode, BatchJson::decode),
          form(
              Outcome.CallbackLink.class,
              "callback",
              OutcomeJson::encode,
              OutcomeJson::decodeCallbackLink),
          form(Delivery.class, "delivery", DeliveryJson::encode, DeliveryJson::decode),
          form(Webhooks.Secrets.class, "secrets", WebhookJson::encode, WebhookJson::decode),
          form(Access.IssuedKey.class, "key", KeyJson::encode, KeyJson::decode),
          form(
              Rejection.class,
              "problem",
              refused -> ProblemJson.encode(refused, null),
              ProblemJson::decode));

  private static <T> Map.Entry<Class<?>, Form<?>> form(
      Class<T> type, String name, Function<T, String> encoder, Function<String, T> decoder) {
    return Map.entry(type, new Form<>(name, encoder, decoder));
  }

  private record Form<T>(String name, Function<T, String> encoder, Function<String, T> decoder) {
    String encode(Object answer) {
      @SuppressWarnings("unchecked") // It stands under its class.
      T mine = (T) answer;
      return encoder.apply(mine);
    }
  }

  private AnswerJson() {}

  /** An outcome, or a {@link Rejection}. */
  public static String encode(Object answer) {
    Form<?> form = FORMS.get(answer.getClass());
    return form.name() + " " + form.encode(answer);
  }

  /** Reads what {@link #encode} wrote. */
  public static Object decode(String text) {
    String name = text.substring(0, text.indexOf(' '));
    for (Form<?> form : FORMS.values()) {
      if (form.name().equals(name)) {
        return form.decoder().apply(text.substring(name.length() + 1));
      }
    }
    throw new IllegalStateException("An answer of an unknown kind: " + name);
  }
}
