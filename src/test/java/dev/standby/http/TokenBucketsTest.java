package dev.standby.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A bucket of tokens for each client, that fills again at a steady rate. */
class TokenBucketsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private final TokenBuckets buckets = new TokenBuckets("test", 10, 2);
  private final long now = System.nanoTime();

  @Test
  void shouldGiveAllTokensAtOnceAndThenNone() {
    assertThat(taken(now, 15)).isEqualTo(10);
  }

  @Test
  void shouldFillAgainAtASteadyRate() {
    taken(now, 10);

    assertThat(taken(now + SECOND, 15)).isEqualTo(5);
    assertThat(taken(now + 3 * SECOND, 15)).isEqualTo(10);
    assertThat(taken(now + 1000 * SECOND, 15)).isEqualTo(10);
  }

  @Test
  void shouldSayWhatIsLeftAndWhenToComeBack() {
    assertThat(buckets.take("a", now)).isEqualTo(new TokenBuckets.Standing(true, 9, 1));
    taken(now, 9);

    assertThat(buckets.take("a", now)).isEqualTo(new TokenBuckets.Standing(false, 0, 1));
    assertThat(buckets.policyField()).isEqualTo("\"test\";q=10;w=2");
  }

  @Test
  void shouldCountEachClientByItself() {
    taken(now, 10);

    assertThat(buckets.take("b", now).allowed()).isTrue();
  }

  @Test
  void shouldKeepWhoOwesTokensWaitingForLongerButNotForEver() {
    for (int i = 0; i < 15; i++) {
      buckets.charge("a", now);
    }
    for (int i = 0; i < 1000; i++) {
      buckets.charge("b", now);
    }

    assertThat(buckets.take("a", now + SECOND).allowed()).isFalse();
    assertThat(buckets.take("a", now + 2 * SECOND).allowed()).isTrue();
    assertThat(buckets.take("b", now + 2 * SECOND).allowed()).isFalse();
    assertThat(buckets.take("b", now + 3 * SECOND).allowed()).isTrue();
  }

  private long taken(long at, int tries) {
    return IntStream.range(0, tries).filter(i -> buckets.take("a", at).allowed()).count();
  }
}
