package dev.standby.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A queue in which projects take turns. */
class FairQueueTest {
  private static final long ALL = Long.MAX_VALUE;

  @Test
  void shouldKeepTheOrderOfAProject() {
    FairQueue<String> queue = new FairQueue<>(10);
    queue.offer("a", "a1");
    queue.offer("a", "a2");
    queue.putBack("a", "a0");

    assertThat(queue.poll(2, ALL)).containsExactly("a0", "a1");
    assertThat(queue.poll(2, ALL)).containsExactly("a2");
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void shouldGiveEveryProjectItsShareOfABatch() {
    FairQueue<String> queue = new FairQueue<>(100);
    IntStream.range(0, 40).forEach(i -> queue.offer("flood", "flood" + i));
    queue.offer("b", "b0");
    queue.offer(null, "unnamed");

    assertThat(queue.poll(9, ALL))
        .hasSize(9)
        .contains("flood0", "flood6", "b0", "unnamed")
        .doesNotContain("flood7");
  }

  @Test
  void shouldServeTheNextProjectFirstWhenABatchHasRoomForOneOnly() {
    FairQueue<String> queue = new FairQueue<>(100);
    for (String project : new String[] {"a", "b", "c"}) {
      queue.offer(project, project + 1);
      queue.offer(project, project + 2);
    }

    assertThat(IntStream.range(0, 6).mapToObj(i -> queue.poll(1, ALL).get(0)))
        .containsExactly("a1", "b1", "c1", "a2", "b2", "c2");
  }

  @Test
  void shouldLeaveRoomForOneProjectMore() {
    FairQueue<Integer> queue = new FairQueue<>(12);

    assertThat(IntStream.range(0, 12).filter(i -> queue.offer("a", i)).count()).isEqualTo(6);
    assertThat(IntStream.range(0, 12).filter(i -> queue.offer("b", i)).count()).isEqualTo(4);
    assertThat(queue.offer("c", 0)).isTrue();
    assertThat(queue.poll(100, ALL)).hasSize(11);
  }

  @Test
  void shouldTakeNothingPastItsSize() {
    FairQueue<String> queue = new FairQueue<>(1);

    assertThat(queue.offer("a", "a")).isTrue();
    assertThat(queue.offer("b", "b")).isFalse();
    queue.putBack("b", "b");
    assertThat(queue.poll(2, ALL)).containsExactly("a", "b");
  }

  @Test
  void shouldTakeNothingPastItsLengthButOneEntry() {
    FairQueue<Integer> queue = new FairQueue<>(100, 10, length -> length);

    assertThat(queue.offer("a", 11)).isTrue();
    assertThat(queue.offer("b", 0)).isFalse();
    assertThat(queue.poll(1, 10)).containsExactly(11);
    assertThat(queue.offer("a", 4)).isTrue();
    assertThat(queue.offer("a", 2)).isFalse();
    assertThat(queue.offer("b", 6)).isTrue();
    assertThat(queue.offer("c", 1)).isFalse();
    queue.putBack("c", 3);
    queue.removeIf(length -> length == 6);
    assertThat(queue.offer("b", 3)).isTrue();
    assertThat(queue.offer("d", 1)).isFalse();
  }

  @Test
  void shouldEndABatchWhenItIsLong() {
    FairQueue<Integer> queue = new FairQueue<>(100, 1000, length -> length);
    List.of(20, 4, 4, 4, 1, 1).forEach(length -> queue.offer("a", length));

    assertThat(queue.poll(100, 10)).containsExactly(20);
    assertThat(queue.poll(100, 10)).containsExactly(4, 4);
    assertThat(queue.poll(100, 10)).containsExactly(4, 1, 1);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void shouldGiveEveryProjectItsTurnWhenOneSendsWhatIsLong() {
    FairQueue<Integer> queue = new FairQueue<>(100, 1000, length -> length);
    List.of(9, 9, 9).forEach(length -> queue.offer("long", length));
    List.of(2, 2, 2, 2).forEach(length -> queue.offer("a", length));
    queue.offer("b", 3);

    assertThat(queue.poll(6, 10)).containsExactly(9);
    assertThat(queue.poll(6, 10)).containsExactly(2, 2, 3);
    assertThat(queue.poll(6, 10)).containsExactly(9);
    assertThat(queue.poll(6, 10)).containsExactly(2, 2);
    assertThat(queue.poll(6, 10)).containsExactly(9);
  }

  @Test
  void shouldDropWhatACriterionSays() {
    FairQueue<Integer> queue = new FairQueue<>(10);
    queue.offer("a", 1);
    queue.offer("a", 2);
    queue.offer("b", 3);

    queue.removeIf(number -> number != 2);

    assertThat(queue.poll(10, ALL)).containsExactly(2);
    assertThat(queue.isEmpty()).isTrue();
  }
}
