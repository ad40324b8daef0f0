package dev.standby.bus;

import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Rejection;
import java.util.Map;
import java.util.function.Function;

/** What a request has led to, as a text from which it is answered in the same words again. */
public final class AnswerJson {
  /** The name of every answer that a request to be carried out once may have. */
  private static final Map<Class<?>, Form<?>> FORMS =
      Map.of(
          EventTrigger.class,
          new Form<>("trigger", TriggerJson::encode, TriggerJson::decode),
          Outcome.Registered.class,
          new Form<>("registered", OutcomeJson::encodeRegistered, OutcomeJson::decodeRegistered),
          Outcome.Held.class,
          new Form<Outcome.Held>("held", OutcomeJson::encode, OutcomeJson::decodeHeld),
          Outcome.Triggers.class,
          new Form<Outcome.Triggers>("triggers", OutcomeJson::encode, OutcomeJson::decodeTriggers),
          Outcome.Purged.class,
          new Form<Outcome.Purged>("purged", OutcomeJson::encode, OutcomeJson::decodePurged),
          Outcome.Batch.class,
          new Form<>("batch", BatchJson::encode, BatchJson::decode),
          Outcome.CallbackLink.class,
          new Form<Outcome.CallbackLink>(
              "callback", OutcomeJson::encode, OutcomeJson::decodeCallbackLink),
          Access.IssuedKey.class,
          new Form<>("key", KeyJson::encode, KeyJson::decode),
          Rejection.class,
          new Form<>("problem", refused -> ProblemJson.encode(refused, null), ProblemJson::decode));

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
