package dev.fovea.machine;

import dev.fovea.simd.RowFormula;

/** Formulas over rows as plain loops: what others must give, bit for bit. */
final class PlainRows {
  private PlainRows() {}

  /**
   * Returns the numbers that come out at one place of the rows.
   *
   * @param f the formula
   * @param x the numbers that go in; of a product both
   */
  static float[] apply(RowFormula f, float... x) {
    return switch (f) {
      case IMAGE_FOUR -> imageFour(x);
      case IMAGE_TWO -> new float[] {x[2] - x[0], x[2] + x[1], x[2] - x[1], x[3] - x[1]};
      case RESULT_FOUR -> resultFour(x);
      case RESULT_TWO -> new float[] {x[0] + x[1] + x[2], x[1] - x[2] + x[3]};
      case WEIGHTS_FOUR -> weightsFour(x);
      case WEIGHTS_TWO -> {
        float even = x[0] + x[2];
        yield new float[] {-x[0], (even + x[1]) * 0.5f, (even - x[1]) * 0.5f, x[2]};
      }
      case PRODUCT -> new float[] {x[0] * x[1]};
      case COPY -> new float[] {x[0]};
      case LARGEST_OF_NINE -> {
        float most = x[0];
        for (float other : x) {
          most = Math.max(most, other);
        }
        yield new float[] {most};
      }
    };
  }

  private static float[] imageFour(float[] d) {
    float f = d[3] - d[1];
    float e = d[4] - d[2];
    float g = Math.fma(d[2], 1.5f, f);
    float h = Math.fma(d[3], 1.5f, e);
    return new float[] {
      Math.fma(f, 1.5f, d[0] - d[2] + e),
      h + g,
      h - g,
      Math.fma(f, 2, e),
      Math.fma(f, -0.5f, e),
      Math.fma(e, 1.5f, d[5] - d[3] - f)
    };
  }

  private static float[] resultFour(float[] m) {
    float sum = m[1] + m[2];
    float difference = m[1] - m[2];
    return new float[] {
      sum + m[0] + m[3] + m[4],
      Math.fma(m[4], -2, Math.fma(m[3], 0.5f, difference)),
      Math.fma(m[4], 4, Math.fma(m[3], 0.25f, sum)),
      Math.fma(m[4], -8, Math.fma(m[3], 0.125f, difference)) + m[5]
    };
  }

  private static float[] weightsFour(float[] g) {
    float even = g[0] + g[2];
    return new float[] {
      g[0],
      (even + g[1]) * (1 / 3f),
      (g[1] - even) * (1 / 3f),
      Math.fma(g[2], 0.25f, Math.fma(g[1], 0.5f, g[0])) * (-16 / 15f),
      Math.fma(g[2], 4, Math.fma(g[1], -2, g[0])) * (1 / 15f),
      g[2]
    };
  }
}
