package dev.fovea.quantize;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the range of a value's 256 steps follows from the numbers that samples gave it. */
public enum Calibration {
  /** From the least to the greatest number. */
  MIN_MAX {
    @Override
    ValueRange range(ValueHistogram numbers) {
      return numbers.range();
    }
  },

  /** All but the least and the greatest {@value #TAIL} of the numbers, a ten-thousandth each. */
  PERCENTILE {
    @Override
    ValueRange range(ValueHistogram numbers) {
      return new ValueRange(numbers.quantile(TAIL), numbers.quantile(1 - TAIL));
    }
  },

  /**
   * The range whose steps are nearest to the numbers in the mean of squares. Scales of weights
   * follow the same rule.
   */
  MSE {
    @Override
    ValueRange range(ValueHistogram numbers) {
      return LeastSquares.range(numbers);
    }
  };

  private static final double TAIL = 1e-4;

  /** Returns the range of a value. */
  abstract ValueRange range(ValueHistogram numbers);

  /** Returns its name in commands, such as {@code min-max}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the calibration of a name.
   *
   * @throws FoveaException if there is none
   */
  public static Calibration of(String text) {
    return Arrays.stream(values())
        .filter(c -> c.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new FoveaException(
                "calibration %s: not one of %s"
                    .formatted(
                        text,
                        Arrays.stream(values())
                            .map(Calibration::text)
                            .collect(Collectors.joining(", ")))));
  }
}
