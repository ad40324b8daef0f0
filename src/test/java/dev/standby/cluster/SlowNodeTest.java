package dev.standby.cluster;

import dev.standby.bus.Members;
import dev.standby.bus.Nodes;
import dev.standby.support.Await;
import dev.standby.support.Member;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes that are slow to tell about themselves. */
@Timeout(60)
class SlowNodeTest {
  private static final Nodes.About ABOUT =
      new Nodes.About("host", "http://url", "1", Instant.EPOCH, new Nodes.Open(0, 0, 0));

  /** Longer than others are waited for. */
  private static final long SLOW_MILLIS = 1500;

  private static final Map<Member, Context> CONTEXTS = new HashMap<>();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void shouldNotWaitForASilentOneWhenTheAskedOneIsLateItself() {
    try (Member asked = Member.join(List.of());
        Member other = Member.join(List.of(asked.address()))) {
      AtomicBoolean silent = new AtomicBoolean();
      Members members =
          start(
              asked,
              () -> asked.vertx().timer(SLOW_MILLIS, TimeUnit.MILLISECONDS).map(elapsed -> ABOUT));
      start(
          other,
          () ->
              silent.get()
                  ? Promise.<Nodes.About>promise().future()
                  : Future.succeededFuture(ABOUT));
      Await.until("they know each other", LIMIT, () -> ask(asked, members).size() == 2);

      silent.set(true);

      Await.until(
          "one does not respond",
          LIMIT,
          () -> ask(asked, members).stream().filter(node -> !node.responding()).count() == 1);
    }
  }

  private static Members start(Member member, Supplier<Future<Nodes.About>> self) {
    return on(member, () -> Members.start(member.vertx(), self));
  }

  private static List<Nodes.Node> ask(Member member, Members members) {
    return on(member, members::all).nodes();
  }

  /** Members belong to one context of their Vert.x. */
  private static <T> T on(Member member, Supplier<Future<T>> question) {
    Promise<T> answer = Promise.promise();
    CONTEXTS
        .computeIfAbsent(member, any -> member.vertx().getOrCreateContext())
        .runOnContext(now -> question.get().onComplete(answer));
    return Member.get(answer.future());
  }
}
