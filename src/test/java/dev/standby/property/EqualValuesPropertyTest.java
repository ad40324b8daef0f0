package dev.standby.property;

import static org.assertj.core.api.Assertions.assertThat;

import dev.standby.bus.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Which payloads are equal, held against an oracle that knows values and not texts. */
class EqualValuesPropertyTest {
  @Property(tries = 500)
  void shouldFindEqualWhatSpellsOneValue(@ForAll("values") Object value, @ForAll long seed) {
    Random random = new Random(seed);

    assertThat(JsonText.equalValues(Json.spell(value, random), Json.spell(value, random))).isTrue();
  }

  @Property(tries = 500)
  void shouldAgreeWithTheOracle(
      @ForAll("values") Object a, @ForAll("values") Object b, @ForAll long seed) {
    Random random = new Random(seed);
    String one = Json.spell(a, random);
    String other = Json.spell(b, random);

    assertThat(JsonText.equalValues(one, other)).isEqualTo(Json.same(a, b));
    assertThat(JsonText.equalValues(other, one)).isEqualTo(Json.same(a, b));
  }

  @Property(tries = 300)
  void shouldSeeADifferenceHoweverDeep(@ForAll("values") Object a, @ForAll("values") Object b) {
    Random random = new Random(1);
    Object one = a;
    Object other = b;
    for (int i = 0; i < 20; i++) {
      one = i % 2 == 0 ? List.of("x", one) : Map.of("n", one, "m", true);
      other = i % 2 == 0 ? List.of("x", other) : Map.of("n", other, "m", true);
    }

    assertThat(JsonText.equalValues(Json.spell(one, random), Json.spell(other, random)))
        .isEqualTo(Json.same(a, b));
  }

  @Property(tries = 50)
  void shouldTellAbsenceFromEveryValue(@ForAll("values") Object value, @ForAll long seed) {
    String text = Json.spell(value, new Random(seed));

    assertThat(JsonText.equalValues(text, null)).isFalse();
    assertThat(JsonText.equalValues(null, text)).isFalse();
    assertThat(JsonText.equalValues(null, null)).isTrue();
  }

  @Provide
  Arbitrary<Object> values() {
    return Json.values();
  }
}
