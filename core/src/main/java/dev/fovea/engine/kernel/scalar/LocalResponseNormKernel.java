package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Normalization;
import dev.fovea.tensor.Shape;

/** x · (k + α/size · Σ x² of neighbouring channels)^−β; a row of work is a pixel. */
final class LocalResponseNormKernel extends RowKernel {
  private final Normalization.LocalResponseNorm norm;
  private final int channels;

  LocalResponseNormKernel(Normalization.LocalResponseNorm norm, Shape x) {
    super(Channels.pixels(x), (30L + 2L * norm.size()) * x.dim(-1));
    this.norm = norm;
    this.channels = x.dim(-1);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(channels).over(0);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    float[] y = o.output().array();
    for (int row = from; row < to; row++) {
      int yAt = o.output().offset() + row * channels;
      int xAt = o.input(0).offset() + row * channels;
      System.arraycopy(o.input(0).array(), xAt, scratch.array(), scratch.offset(), channels);
      for (int c = 0; c < channels; c++) {
        double s = spread(norm, scratch.array(), scratch.offset(), channels, c);
        y[yAt + c] =
            (float) (scratch.array()[scratch.offset() + c] * Math.pow(s, -(double) norm.beta()));
      }
    }
  }

  /** Returns k + α/size · Σ x² over the neighbours of a channel. */
  static double spread(
      Normalization.LocalResponseNorm norm, float[] x, int at, int channels, int channel) {
    int first = channel - norm.size() / 2;
    double sum = 0;
    for (int c = Math.max(0, first); c < Math.min(channels, first + norm.size()); c++) {
      sum += (double) x[at + c] * x[at + c];
    }
    return norm.k() + (double) norm.alpha() / norm.size() * sum;
  }
}
