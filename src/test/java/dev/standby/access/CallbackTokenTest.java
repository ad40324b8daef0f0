package dev.standby.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.Access.CallbackSecret;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerRef;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A token opens as it was signed, or not at all. */
class CallbackTokenTest {
  private static final int MUTATIONS = 100_000;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/. %";

  private static final CallbackSecret OURS = new CallbackSecret(7, "0b".repeat(32));
  private static final CallbackSecret OLDER = new CallbackSecret(6, "0a".repeat(32));

  /** Another installation's, that happens to have the same number. */
  private static final CallbackSecret THEIRS = new CallbackSecret(7, "0c".repeat(32));

  private final TriggerRef ref = ref("shop");
  private final String token = CallbackToken.sign(ref, OURS);

  private static TriggerRef ref(String project) {
    return new TriggerRef(
        project, Instant.parse("2026-11-24T10:00:00.123456Z"), UUID.randomUUID(), Status.WAITING);
  }

  @Test
  void shouldOpenWhatWasSigned() {
    for (String project : List.of("p", "shop", "ä/%\uD83D\uDE00", "x".repeat(255))) {
      TriggerRef signed = ref(project);

      assertThat(CallbackToken.open(CallbackToken.sign(signed, OURS), List.of(OURS, OLDER)))
          .isEqualTo(signed);
    }
  }

  @Test
  void shouldOpenWhatAnOlderSecretSignedWhenItIsStillAccepted() {
    assertThat(CallbackToken.open(CallbackToken.sign(ref, OLDER), List.of(OURS, OLDER)))
        .isEqualTo(ref);
  }

  @Test
  void shouldNotOpenWhenTheSecretIsAnother() {
    assertThat(CallbackToken.open(token, List.of(THEIRS, OLDER))).isNull();
    assertThat(CallbackToken.open(CallbackToken.sign(ref, OLDER), List.of(OURS))).isNull();
  }

  @Test
  void shouldNotOpenWhenTheProofIsAnotherTokens() {
    String other = CallbackToken.sign(ref("other"), OURS);
    int proof = 22;

    assertThat(
            CallbackToken.open(
                token.substring(0, token.length() - proof)
                    + other.substring(other.length() - proof),
                List.of(OURS)))
        .isNull();
  }

  @Test
  void shouldNotOpenWhenItIsCutOff() {
    for (int length = 0; length < token.length(); length++) {
      assertThat(CallbackToken.open(token.substring(0, length), List.of(OURS))).isNull();
    }
  }

  @Test
  void shouldNotOpenWhenAnythingIsChanged() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < MUTATIONS; i++) {
      String mutant = mutated(random);

      assertThat(CallbackToken.open(mutant, List.of(OURS, OLDER)))
          .as("seed %d, %s", seed, mutant)
          .isEqualTo(mutant.equals(token) ? ref : null);
    }
  }

  private String mutated(Random random) {
    StringBuilder mutant = new StringBuilder(token);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(mutant.length());
      char other = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(5)) {
        case 0 -> mutant.insert(at, other);
        case 1 -> mutant.deleteCharAt(at);
        case 2 -> mutant.append(other);
        case 3 -> mutant.insert(0, other);
        default -> mutant.setCharAt(at, other);
      }
    }
    return mutant.toString();
  }
}
