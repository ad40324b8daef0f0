package dev.standby.schema;

import dev.standby.trigger.Fault;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/**
 * A {@code payload_schema}, ready to judge payloads with; as safe with many threads as with one.
 */
final class PayloadSchema {
  /** The longest text of a schema. */
  public static final int MAX_CHARS = 64 * 1024;

  /** The most faults that are told of one payload. */
  public static final int MAX_FAULTS = 100;

  /** The deepest nesting of a schema's text. */
  static final int MAX_DEPTH = 200;

  /** That of a payload, as the bus allows it. */
  private static final int MAX_PAYLOAD_DEPTH = 500;

  private static final URI BASE = URI.create("standby:/payload_schema");

  private final Schema root;
  private final boolean tracking;
  private final int weight;

  private PayloadSchema(Schema root, boolean tracking, int weight) {
    this.root = root;
    this.tracking = tracking;
    this.weight = weight;
  }

  /**
   * That schema.
   *
   * @throws Rejection as a bad request, saying where it can't be used and why
   */
  public static PayloadSchema of(String schemaJson) {
    try {
      return of(schemaJson, new Budget(Budget.FULL));
    } catch (Budget.Overrun e) {
      throw unusable("", "takes too much work to prepare");
    }
  }

  static PayloadSchema of(String schemaJson, Budget budget) {
    if (schemaJson.length() > MAX_CHARS) {
      throw unusable("", "is longer than " + MAX_CHARS + " characters");
    }
    try {
      return shallow(
          () -> {
            Object json = Json.parse(schemaJson, MAX_DEPTH, budget);
            MetaSchema.INSTANCE.check(json, budget);
            Library own = new Library();
            Compiler compiler =
                new Compiler(MetaSchema.INSTANCE.library(), own, MetaSchema.INSTANCE, budget);
            compiler.compile(List.of(json), BASE);
            return new PayloadSchema(
                own.schema(json),
                compiler.isTracking(),
                // Of the order of what they hold in bytes.
                10 * schemaJson.length() + 1_000 * own.size() + 200 * compiler.program());
          });
    } catch (Refusal e) {
      throw unusable(e.pointer(), e.getMessage());
    } catch (Evaluation.TooDeep e) {
      throw unusable("", "is nested too deep");
    }
  }

  private static Rejection unusable(String pointer, String why) {
    return Rejection.badRequest(
        "'payload_schema' can't be used: "
            + (pointer.isEmpty() ? "it " : "'" + pointer + "' in it ")
            + why);
  }

  /**
   * What is wrong with a payload; none if it fits. At most {@link #MAX_FAULTS} are told. A payload
   * that is absent is not null but at fault.
   *
   * @param payloadJson JSON; null if none was sent
   * @throws Rejection as a failed validation if it would be too much work to find out
   */
  public List<Fault> faults(String payloadJson) {
    try {
      return faults(payloadJson, new Budget(Budget.FULL));
    } catch (Budget.Overrun e) {
      throw unclear("too much work");
    }
  }

  List<Fault> faults(String payloadJson, Budget budget) {
    if (payloadJson == null) {
      return List.of(new Fault("", "a payload is required"));
    }
    try {
      return shallow(
          () ->
              new Evaluation(budget, tracking, MAX_FAULTS)
                  .faults(root, Json.parse(payloadJson, MAX_PAYLOAD_DEPTH, budget)).stream()
                      .map(found -> new Fault(Place.pointer(found.place()), found.message()))
                      .toList());
    } catch (Refusal e) {
      return List.of(new Fault(e.pointer(), e.getMessage()));
    } catch (Evaluation.TooDeep e) {
      throw unclear("nested too deep");
    }
  }

  private static Rejection unclear(String why) {
    return Rejection.of(
        Reason.VALIDATION_FAILED,
        "Whether the payload fits the trigger's 'payload_schema' can't be told: " + why);
  }

  /** Of a caller whose stack has little room left, the same is too deep as of one with none. */
  private static <T> T shallow(Supplier<T> work) {
    try {
      return work.get();
    } catch (StackOverflowError e) {
      throw new Evaluation.TooDeep();
    }
  }

  /** About how many bytes it holds. */
  int weight() {
    return weight;
  }
}
