package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formulas of x and y that users write. */
final class PlaneFormulaTest {
  /** The values at x = 2, y = −3. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x*x + y*y > 9 | 1",
        "x - y - 1 | 4",
        "-x^2 | -4",
        "2^3^2 | 512",
        "12 / 2 / 3 | 2",
        "1 + 2 * (x < y) | 1",
        "x >= 2 | 1",
        "y <= -3.5 | 0",
        "max(x, y) + Min(x, y) | -1",
        "floor(sqrt(x * x + y * y)) | 3",
        "cos(pi) + abs(y) + 2 * .5 | 3",
        "x - -y | -1"
      })
  void areComputedAsTheyAreRead(String formula, double value) {
    assertThat(new PlaneFormula(formula).at(2, -3)).isCloseTo(value, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x + | at character 4, got the end",
        "x y | the end expected at character 3",
        "system(1) | at character 1, got \"s\"",
        "min(x) | , expected at character 6",
        "(x | ) expected at character 3",
        "1.2.3 | a number expected at character 1",
        "x < y < 1 | the end expected at character 7"
      })
  void areRefusedAtTheirPlace(String formula, String line) {
    assertThatThrownBy(() -> new PlaneFormula(formula))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "-", "sin(", "x^"})
  void areBounded(String part) {
    assertThatThrownBy(() -> new PlaneFormula(part.repeat(40)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("deeper than");
    assertThatThrownBy(() -> new PlaneFormula(part.repeat(300)))
        .hasMessageContaining("at most 200 characters");
  }

  /** Random text is read or refused in one line. */
  @Test
  void survivesRandomText() {
    Rng rng = new Rng(5);
    String signs = "xy01.+-*/^()<>=, sincosmax";
    for (int i = 0; i < 3_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = rng.nextInt(12); k >= 0; k--) {
        text.append(signs.charAt(rng.nextInt(signs.length())));
      }
      try {
        var _ = new PlaneFormula(text.toString()).at(1, 2);
      } catch (FoveaException e) {
        assertThat(e.getMessage()).startsWith("formula: ").doesNotContain("\n");
      }
    }
  }

  @Test
  void tellTheClassesOfPoints() {
    PlanePoints points = PlanePoints.of(new PlaneFormula("x + 2 * (y > 0)"), 3, 0, Seed.of(1));
    for (int i = 0; i < points.labels().data().length; i++) {
      double x = points.places().data()[2 * i];
      double y = points.places().data()[2 * i + 1];
      double expected = Math.clamp(Math.floor(x + (y > 0 ? 2 : 0)), 0, 2.0);
      assertThat((double) points.labels().data()[i]).isEqualTo(expected);
    }
    assertThatThrownBy(() -> PlanePoints.of(new PlaneFormula("sqrt(x)"), 2, 0, Seed.of(1)))
        .hasMessageContaining("it has no value at x = -");
  }
}
