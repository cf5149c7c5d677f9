package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Normalization;
import java.util.Arrays;
import java.util.Optional;

/**
 * Local response normalisation with β = ¾ and its gradient, a pixel at a time.
 *
 * <p>The scratch holds lines of channels with zeros on both sides, so that sums over neighbours
 * need not look where they are: squares, then products of the gradient; and the powers s^−¾.
 */
record LocalResponseNormKernel(
    int rows, int channels, int size, float alpha, float k, boolean gradient)
    implements TaskKernel {
  private static final float BETA = 0.75f;

  /** Returns a kernel, if β is the usual one, which square roots give. */
  static Optional<Kernel> of(
      Normalization.LocalResponseNorm n, boolean gradient, int rows, int channels) {
    return n.beta() == BETA
        ? Optional.of(
            new LocalResponseNormKernel(rows, channels, n.size(), n.alpha(), n.k(), gradient))
        : Optional.empty();
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts(6L * rows * channels, rows);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(scratch()).over(gradient ? new int[] {0, 1} : new int[] {0});
  }

  private int scratch() {
    return (gradient ? 3 : 2) * line();
  }

  /** Returns the floats of a line: the channels and the zeros beside them. */
  private int line() {
    return Ranges.roundUp(channels + size, Species.FLOATS.length());
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    Arrays.fill(own.array(), own.offset(), own.offset() + scratch(), 0);
    int end = Ranges.begin(task + 1, tasks(0), rows);
    for (int row = Ranges.begin(task, tasks(0), rows); row < end; row++) {
      if (gradient) {
        back(row * channels, operands, own.array(), own.offset());
      } else {
        forward(row * channels, operands, own.array(), own.offset());
      }
    }
  }

  private void forward(int at, Operands o, float[] s, int so) {
    float[] x = o.input(0).array();
    int xo = o.input(0).offset() + at;
    int powers = so + line();
    Functions.square(x, xo, s, so + size / 2, channels);
    ResponseLoops.powers(s, so, size, alpha / size, k, s, powers, channels);
    ResponseLoops.product(x, xo, s, powers, o.output().array(), o.output().offset() + at, channels);
  }

  private void back(int at, Operands o, float[] s, int so) {
    float[] x = o.input(0).array();
    float[] dy = o.input(1).array();
    int xo = o.input(0).offset() + at;
    int d0 = o.input(1).offset() + at;
    int powers = so + line();
    int products = powers + line();
    float share = alpha / size;
    Functions.square(x, xo, s, so + size / 2, channels);
    ResponseLoops.powers(s, so, size, share, k, s, powers, channels);
    ResponseLoops.products(
        x, xo, dy, d0, s, so, powers, products + (size - 1) / 2, size, share, k, channels);
    float[] dx = o.output().array();
    int to = o.output().offset() + at;
    float factor = -2 * BETA * share;
    ResponseLoops.gradient(x, xo, dy, d0, s, powers, products, size, factor, dx, to, channels);
  }
}
