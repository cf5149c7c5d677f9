package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Normalization;
import dev.fovea.tensor.Shape;

/**
 * scale · r · (dY − sums₀/m − x̂ · sums₁/m) per channel; a row of work is a pixel. A ReLU behind
 * the normalisation makes dY zero where it let nothing through.
 *
 * <p>The scratch holds, per channel, scale · r, then sums₀/m, then r · sums₁/m.
 */
final class BatchNormInputGradientKernel extends RowKernel {
  private final float epsilon;
  private final int channels;
  private final int pixels;
  private final boolean rectified;

  BatchNormInputGradientKernel(Normalization.BatchNormInputGradient op, Shape x) {
    super(Channels.pixels(x), 5L * x.dim(-1));
    this.epsilon = op.epsilon();
    this.rectified = op.rectified();
    this.channels = x.dim(-1);
    this.pixels = Channels.pixels(x);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(3 * channels).over(0, 4);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span scale = o.input(2);
    Span sums = o.input(3);
    float[] s = scratch.array();
    for (int c = 0; c < channels; c++) {
      double r = Channels.reciprocalDeviation(o.input(1), channels, c, epsilon);
      int at = scratch.offset() + c;
      int sumAt = sums.offset() + c;
      s[at] = (float) (scale.array()[scale.offset() + c] * r);
      s[at + channels] = (float) ((double) sums.array()[sumAt] / pixels);
      s[at + 2 * channels] = (float) (r * sums.array()[sumAt + channels] / pixels);
    }
    for (int row = from; row < to; row++) {
      pixel(row * channels, o, s, scratch.offset());
    }
  }

  private void pixel(int at, Operands o, float[] s, int sAt) {
    float[] x = o.input(0).array();
    float[] dy = o.input(4).array();
    float[] dx = o.output().array();
    Span mean = o.input(1);
    int xAt = o.input(0).offset() + at;
    int dyAt = o.input(4).offset() + at;
    int dxAt = o.output().offset() + at;
    for (int c = 0; c < channels; c++) {
      float centred = x[xAt + c] - mean.array()[mean.offset() + c];
      boolean through = !rectified || centred * s[sAt + c] + shift(o, c) > 0;
      float d = through ? dy[dyAt + c] : 0;
      float rest = d - s[sAt + channels + c] - centred * s[sAt + 2 * channels + c];
      dx[dxAt + c] = s[sAt + c] * rest;
    }
  }

  private static float shift(Operands o, int channel) {
    return o.input(5).array()[o.input(5).offset() + channel];
  }
}
