package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.vision.Placement.Size;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outlines in a picture of 48 × 64 pixels. */
final class OutlineClipTest {
  /**
   * Around a corner of the picture only what is inside stays, without a spike along the border;
   * what touches borders from outside, and lines to and fro, are none; what is inside is not
   * changed.
   */
  @ParameterizedTest
  @CsvSource({
    "-5 -5 50 -5 50 -1 -1 -1 -1 40 5 40 5 46 -5 46, 0 40 5 40 5 46 0 46",
    "-5 -5 50 -5 50 0 -1 0 0 50 -5 50, ''",
    "0 0 5 5 10 10, ''",
    "3 3 3 3 3 3 3 3, ''",
    "-9 -9 -1 -9 -1 -1, ''",
    "60 8 70 8 70 40 60 40, 60 8 64 8 64 40 60 40",
    "1 1 5 1 3 1 5 1 5 9, 1 1 5 1 3 1 5 1 5 9",
    "1 1 9 9 9 1 1 9, 1 1 9 9 9 1 1 9",
  })
  void theInsideStays(String outline, String inside) {
    assertThat(OutlineClip.inside(numbers(outline), new Size(48, 64)))
        .containsExactly(numbers(inside));
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" "))
        .filter(t -> !t.isEmpty())
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
