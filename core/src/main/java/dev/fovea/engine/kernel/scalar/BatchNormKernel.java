package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Normalization;
import dev.fovea.tensor.Shape;

/**
 * (x − mean) / √(variance + ε) · scale + shift, per channel, and the epilogue; a row of work is a
 * pixel.
 */
final class BatchNormKernel extends RowKernel {
  private final float epsilon;
  private final EpilogueLines epilogue;
  private final boolean residual;
  private final int channels;

  BatchNormKernel(Normalization.BatchNorm op, Shape x) {
    super(Channels.pixels(x), 4L * x.dim(-1));
    this.epsilon = op.epsilon();
    this.epilogue = new EpilogueLines(op.epilogue(), Normalization.BatchNorm.RESIDUAL);
    this.residual = op.epilogue().residual();
    this.channels = x.dim(-1);
  }

  @Override
  public Footprint footprint() {
    Footprint f = Footprint.NONE.withScratch(channels);
    return residual ? f : f.over(0);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    Span scale = o.input(2);
    for (int c = 0; c < channels; c++) {
      scratch.array()[scratch.offset() + c] =
          Channels.gain(o.input(1), scale, channels, c, epsilon);
    }
    for (int row = from; row < to; row++) {
      pixel(row * channels, o, scratch);
    }
  }

  private void pixel(int at, Operands o, Span gains) {
    Span mean = o.input(1);
    Span shift = o.input(3);
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    int xAt = o.input(0).offset() + at;
    int yAt = o.output().offset() + at;
    for (int c = 0; c < channels; c++) {
      float centred = x[xAt + c] - mean.array()[mean.offset() + c];
      y[yAt + c] = centred * gains.array()[gains.offset() + c] + shift.array()[shift.offset() + c];
    }
    epilogue.finish(o, at, 0, channels);
  }
}
