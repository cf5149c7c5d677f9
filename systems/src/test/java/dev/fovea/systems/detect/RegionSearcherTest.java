package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.systems.search.SelectiveSearch;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How regions are searched, as a text of metadata. */
final class RegionSearcherTest {
  private static final Preprocessing RULE = Preprocessing.scaled(Shape.of(16, 16, 3));

  @Test
  void textSaysAll() {
    RegionSearcher search = new RegionSearcher(SelectiveSearch.small(20).least(3.5), RULE, 2);
    assertThat(RegionSearcher.parse(search.toText(), RULE, "test")).isEqualTo(search);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"RGB\"|\"PINK\"|ways: colours of [RGB, HSV, LAB] and a scale of 0 to 10000 expected, got",
        "15.0|0|ways: colours of [RGB, HSV, LAB] and a scale of 0 to 10000 expected, got",
        "true]|true,1]|ways: colours, scale and whether by colour expected, got",
        "\"most\":20|\"most\":2000000000|most: 1 to 100000 expected, got 2000000000",
        "\"shrink\":2|\"shrink\":0|shrink: 1 to 10000 expected, got 0",
      })
  void whatIsOutOfRangeIsRefused(String right, String wrong, String message) {
    String text = new RegionSearcher(SelectiveSearch.small(20), RULE, 2).toText();
    assertThat(text).contains(right);
    assertThatThrownBy(() -> RegionSearcher.parse(text.replace(right, wrong), RULE, "test"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("test: regions")
        .hasMessageContaining(message);
  }
}
