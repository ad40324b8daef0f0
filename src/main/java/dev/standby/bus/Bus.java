package dev.standby.bus;

import static java.util.stream.Collectors.toSet;

import dev.standby.bus.Once.Done;
import dev.standby.trigger.Command;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.IdempotencyKey;
import dev.standby.trigger.Outcome;
import dev.standby.trigger.Reason;
import dev.standby.trigger.Rejection;
import dev.standby.trigger.TriggerRef;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumerOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event bus with types: requests that give outcomes, and refusals that stay refusals. */
public final class Bus {
  private static final Logger log = LoggerFactory.getLogger(Bus.class);

  /** Messages that a consumer has not read yet; past it they are dropped, with a warning. */
  private static final int MAX_BUFFERED_MESSAGES = 100_000;

  private static final String NOT_ANSWERED =
      "No store has answered: the request may have been carried out";
  private static final DeliveryOptions OWN = new DeliveryOptions().setLocalOnly(true);
  private static final DeliveryOptions HINT =
      new DeliveryOptions().setTracingPolicy(TracingPolicy.IGNORE);
  private static final DeliveryOptions OWN_HINT =
      new DeliveryOptions().setLocalOnly(true).setTracingPolicy(TracingPolicy.IGNORE);

  private final Vertx vertx;

  /** Asks the nodes of the cluster; null when this node answers what is asked. */
  private final Attempts attempts;

  private Bus(Vertx vertx, Attempts attempts) {
    this.vertx = vertx;
    this.attempts = attempts;
    Codecs.register(vertx);
  }

  /** The bus as a node's own rooms use it: what they ask, this node answers. */
  public static Bus local(Vertx vertx) {
    return new Bus(vertx, null);
  }

  /** The bus as other applications use it: any node of the cluster answers. */
  static Bus clustered(Vertx vertx) {
    return new Bus(vertx, new Attempts(vertx));
  }

  /**
   * Asks for {@code command} to be carried out, by this node or by any, as the bus is local or not.
   *
   * @return the outcome, or a failure that is always a {@link Rejection}; it is {@link
   *     Reason#UNAVAILABLE} when nobody answered, and then the command may have been carried out
   */
  public <C extends Command, O extends Outcome> Future<O> request(
      Operation<C, O> operation, C command) {
    Future<O> outcome =
        attempts == null ? own(operation, command) : attempts.request(operation, command, null);
    return outcome.recover(Bus::rejected);
  }

  /** Asks any node of the cluster; once, if there is an idempotency key. */
  <C extends Command, O extends Outcome> Future<O> request(
      Operation<C, O> operation, C command, String key) {
    return attempts.request(operation, command, key).recover(Bus::rejected);
  }

  /**
   * Asks this node's store, which is there as long as anybody asks. It gets the promise itself,
   * which is cheaper than a reply and its address.
   */
  private <C extends Command, O extends Outcome> Future<O> own(
      Operation<C, O> operation, C command) {
    Promise<O> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
    vertx.eventBus().send(operation.address(), new Asked<>(command, answer), OWN);
    return answer.future().timeout(operation.timeoutMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * As {@link #request(Operation, Command)}, but it is carried out once for that key, by this node.
   */
  public <C extends Command, O extends Outcome> Future<Done<O>> request(
      Operation<C, O> operation, C command, IdempotencyKey key) {
    return Onces.ask(this, vertx, operation, command, key);
  }

  /** Asks this node's store for something that is not an operation, once for that key. */
  public <R> Future<Done<R>> once(Object request, IdempotencyKey key) {
    return Onces.ask(this, vertx, request, key, DeliveryOptions.DEFAULT_TIMEOUT);
  }

  /** Carries out what is to be carried out once. */
  public Future<Void> serveOnce(Function<Once, Future<Done<Object>>> handler) {
    return hearLocally(
        Addresses.ONCE,
        Once.class,
        once ->
            call(() -> handler.apply(once))
                .onFailure(failure -> logIfOurs(Addresses.ONCE, failure))
                .onComplete(once.answer()));
  }

  /** Asks a room of this node something that is not an operation. */
  @SuppressWarnings("unchecked") // Whoever asks knows what the address answers.
  public <R> Future<R> askLocally(String address, Object message) {
    return vertx
        .eventBus()
        .<Local>request(address, new Local(message), OWN)
        .map(reply -> (R) reply.body().body())
        .recover(Bus::rejected);
  }

  private static <R> Future<R> rejected(Throwable failure) {
    return Future.failedFuture(rejection(failure));
  }

  /**
   * Tells every room of this node that listens something. What they do about it is not part of the
   * request, or trace, at hand.
   */
  public void tellLocally(String address, Object message) {
    vertx.eventBus().publish(address, new Local(message), OWN_HINT);
  }

  /** As {@link #tellLocally}, and as part of the trace at hand if there is one. */
  public void passLocally(String address, Object message) {
    vertx.eventBus().publish(address, new Local(message), OWN);
  }

  /** Announces what a commit has registered. */
  public void announceRegistered(List<EventTrigger> triggers) {
    announce(triggers);
  }

  /**
   * Announces what the commit of that id has ended, or a piece of it.
   *
   * @param traces the contexts of the traces in which that was done, by trigger
   */
  public void announceEnded(String commit, List<EventTrigger> triggers, Map<UUID, String> traces) {
    vertx.eventBus().publish(Addresses.ENDED, Changes.of(commit, triggers, traces), HINT);
    announce(triggers);
  }

  private void announce(List<EventTrigger> changed) {
    vertx
        .eventBus()
        .publish(
            Addresses.CHANGED,
            new LazyJson(() -> new JsonFields().raw("triggers", TriggerJson.encode(changed)).end()),
            HINT);
    JsonArray projects = new JsonArray();
    changed.stream().map(EventTrigger::projectId).distinct().forEach(projects::add);
    vertx.eventBus().publish(Addresses.FED, projects, HINT);
  }

  /** Answers an operation, for the codecs of {@link Codecs} and for plain JSON alike. */
  public <C extends Command, O extends Outcome> Future<Void> serve(
      Operation<C, O> operation, Function<C, Future<O>> handler) {
    return consume(
        options(operation.address()),
        (Message<Object> message) -> {
          if (message.body() instanceof Asked<?, ?> asked) {
            answer(operation, asked, handler);
          } else if (message.headers().contains(Onces.KEY)) {
            call(() -> Onces.ask(this, operation, command(operation, message.body()), message))
                .onComplete(
                    done -> Onces.reply(message, done, encoded(message, done.outcome())),
                    failure -> fail(message, failure));
          } else {
            answer(
                message,
                () -> handler.apply(command(operation, message.body())),
                outcome -> encoded(message, outcome));
          }
        });
  }

  /** In the form in which it was asked for. */
  private static Object encoded(Message<Object> message, Outcome outcome) {
    return message.body() instanceof JsonObject
        ? new LazyJson(() -> OutcomeJson.encode(outcome))
        : outcome;
  }

  @SuppressWarnings("unchecked") // Whoever asks is held to the operation's types.
  private static <C extends Command, O extends Outcome> void answer(
      Operation<C, O> operation, Asked<?, ?> asked, Function<C, Future<O>> handler) {
    call(() -> handler.apply(operation.commandType().cast(asked.command())))
        .onFailure(failure -> logIfOurs(operation.address(), failure))
        .onComplete((Promise<O>) asked.answer());
  }

  private static <C extends Command> C command(Operation<C, ?> operation, Object body) {
    if (body instanceof JsonObject json) {
      return operation.decode(json.encode());
    }
    if (!operation.commandType().isInstance(body)) {
      throw Rejection.badRequest("A message to " + operation.address() + " must be a JSON object");
    }
    return operation.commandType().cast(body);
  }

  /** The trigger if it has changed since it was seen; null if it has not, or is gone. */
  public Future<EventTrigger> reread(TriggerRef seen) {
    return request(Operation.REREAD, new Command.Reread(List.of(seen)))
        .map(changed -> changed.triggers().isEmpty() ? null : changed.triggers().get(0));
  }

  /** Answers the questions of {@link Watchers}. */
  public Future<Void> serveReread(Function<Command.Reread, Future<Outcome.Triggers>> handler) {
    return serve(Operation.REREAD, handler);
  }

  /** Answers what the rooms of this node ask with {@link #askLocally}. */
  public <M, R> Future<Void> serveLocally(
      String address, Class<M> type, Function<M, Future<R>> handler) {
    return consume(
        options(address).setLocalOnly(true),
        (Message<Local> message) ->
            answer(message, () -> handler.apply(type.cast(message.body().body())), Local::new));
  }

  /** Hears what the rooms of this node say with {@link #tellLocally}. */
  public <M> Future<Void> hearLocally(String address, Class<M> type, Handler<M> handler) {
    return consume(
        options(address).setLocalOnly(true),
        (Message<Local> message) -> handler.handle(type.cast(message.body().body())));
  }

  /** Hears the announcements of every node. */
  Future<Void> hearEnded(Handler<Changes> handler) {
    return consume(
        options(Addresses.ENDED), (Message<Changes> message) -> handler.handle(message.body()));
  }

  /** Hears of which projects triggers have changed, on any node. */
  Future<Void> hearFed(Handler<Set<String>> handler) {
    return consume(
        options(Addresses.FED),
        (Message<JsonArray> message) ->
            handler.handle(message.body().stream().map(String::valueOf).collect(toSet())));
  }

  private <T> Future<Void> consume(MessageConsumerOptions options, Handler<Message<T>> handler) {
    return vertx.eventBus().consumer(options, handler).completion();
  }

  private static MessageConsumerOptions options(String address) {
    return new MessageConsumerOptions()
        .setAddress(address)
        .setMaxBufferedMessages(MAX_BUFFERED_MESSAGES);
  }

  private static <R> void answer(Message<?> message, Call<R> call, Function<R, Object> encoder) {
    call(call)
        .onComplete(
            value -> message.reply(encoder.apply(value)), failure -> fail(message, failure));
  }

  private static void fail(Message<?> message, Throwable failure) {
    logIfOurs(message.address(), failure);
    Rejection rejection = rejection(failure);
    message.fail(rejection.reason().httpStatus(), ProblemJson.encode(rejection, null));
  }

  /** A consumer that throws would leave its asker waiting until the timeout. */
  private static <R> Future<R> call(Call<R> call) {
    try {
      return call.get();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  /** Whoever makes a {@link Rejection} of a defect has logged it. */
  private static void logIfOurs(String address, Throwable failure) {
    if (!(failure instanceof Rejection) && rejection(failure).reason() == Reason.INTERNAL_ERROR) {
      log.atError().addKeyValue("address", address).setCause(failure).log("request failed");
    }
  }

  /** The refusal behind a failure; {@link Reason#INTERNAL_ERROR} for what is none. */
  public static Rejection rejection(Throwable failure) {
    if (failure instanceof Rejection rejection) {
      return rejection;
    }
    if (failure instanceof TimeoutException) {
      return Rejection.unavailable(NOT_ANSWERED);
    }
    if (failure instanceof ReplyException reply) {
      if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
          && reply.getMessage() != null
          && reply.getMessage().startsWith("{")) {
        return ProblemJson.decode(reply.getMessage());
      }
      if (reply.failureType() != ReplyFailure.RECIPIENT_FAILURE) {
        return Rejection.unavailable(NOT_ANSWERED);
      }
    }
    return Rejection.of(Reason.INTERNAL_ERROR, "The request could not be carried out");
  }

  /** A call that may throw a {@link Rejection} instead of failing its future. */
  @FunctionalInterface
  private interface Call<R> {
    Future<R> get();
  }
}
