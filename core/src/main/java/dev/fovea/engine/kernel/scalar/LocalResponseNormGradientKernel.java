package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Normalization;
import dev.fovea.tensor.Shape;

/**
 * dY · s^−β − 2αβ/size · X · Σ dY · X · s^(−β−1) over the channels whose neighbour a channel is; a
 * row of work is a pixel.
 *
 * <p>The scratch holds, per channel, s^−β, then dY · X · s^(−β−1).
 */
final class LocalResponseNormGradientKernel extends RowKernel {
  private final Normalization.LocalResponseNorm norm;
  private final int channels;

  LocalResponseNormGradientKernel(Normalization.LocalResponseNorm norm, Shape x) {
    super(Channels.pixels(x), (35L + 3L * norm.size()) * x.dim(-1));
    this.norm = norm;
    this.channels = x.dim(-1);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(2 * channels).over(0, 1);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      prepare(row * channels, o, scratch.array(), scratch.offset());
      combine(row * channels, o, scratch.array(), scratch.offset());
    }
  }

  private void prepare(int at, Operands o, float[] s, int sAt) {
    float[] x = o.input(0).array();
    float[] dy = o.input(1).array();
    int xAt = o.input(0).offset() + at;
    int dyAt = o.input(1).offset() + at;
    for (int c = 0; c < channels; c++) {
      double spread = LocalResponseNormKernel.spread(norm, x, xAt, channels, c);
      double power = Math.pow(spread, -(double) norm.beta());
      s[sAt + c] = (float) power;
      s[sAt + channels + c] = (float) (dy[dyAt + c] * x[xAt + c] * (power / spread));
    }
  }

  private void combine(int at, Operands o, float[] s, int sAt) {
    float[] x = o.input(0).array();
    float[] dy = o.input(1).array();
    float[] dx = o.output().array();
    int xAt = o.input(0).offset() + at;
    int dyAt = o.input(1).offset() + at;
    int dxAt = o.output().offset() + at;
    double factor = 2.0 * norm.alpha() * norm.beta() / norm.size();
    for (int c = 0; c < channels; c++) {
      int last = Math.min(channels - 1, c + norm.size() / 2);
      double sum = 0;
      for (int i = Math.max(0, c - (norm.size() - 1) / 2); i <= last; i++) {
        sum += s[sAt + channels + i];
      }
      dx[dxAt + c] = (float) ((double) dy[dyAt + c] * s[sAt + c] - factor * x[xAt + c] * sum);
    }
  }
}
