package dev.fovea.nn;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import java.util.stream.IntStream;

/**
 * Draws from the normal distribution of mean 0, made by several threads: each part takes up the
 * sequence where the part before it ends, so that the values are those of one thread.
 *
 * @param deviation the standard deviation
 */
record NormalValues(double deviation) implements Initializer {
  /** The values of a part. */
  private static final int PART = 1 << 16;

  /** How many numbers of the sequence a value takes. */
  private static final long DRAWS = 2;

  @Override
  public void fill(Shape shape, float[] values, int offset, Rng rng) {
    int n = shape.elements();
    IntStream parts = IntStream.range(0, Math.ceilDiv(n, PART));
    (n > PART ? parts.parallel() : parts)
        .forEach(p -> {
          int from = p * PART;
          rng.ahead(DRAWS * from)
              .nextGaussians(deviation, values, offset + from, Math.min(PART, n - from));
        });
    rng.skip(DRAWS * n);
  }
}
