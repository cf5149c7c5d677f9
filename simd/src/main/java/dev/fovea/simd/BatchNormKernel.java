package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Normalization;

/**
 * Batch norm of data [rows, channels] with its epilogue: per channel, a linear function of x −
 * mean.
 *
 * <p>The factors are computed once, in a phase of their own.
 */
record BatchNormKernel(int rows, int channels, Normalization.BatchNorm op) implements TaskKernel {
  private int repeats() {
    return Patterns.repeats(channels, rows);
  }

  private int wide() {
    return repeats() * channels;
  }

  private int runs() {
    return Ranges.ceilDiv(rows, repeats());
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? 1 : Ranges.parts((long) rows * channels, runs());
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(3 * wide()).over(0, Normalization.BatchNorm.RESIDUAL);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    float[] f = operands.workspace().array();
    int mean = operands.workspace().offset();
    int gain = mean + wide();
    int shift = gain + wide();
    if (phase == 0) {
      Patterns.repeat(operands.input(1), channels, repeats(), f, mean);
      gains(operands.input(1), operands.input(2), op.epsilon(), channels, f, gain);
      Patterns.spread(f, gain, channels, repeats());
      Patterns.repeat(operands.input(3), channels, repeats(), f, shift);
      return;
    }
    int from = Ranges.begin(task, tasks(1), runs()) * wide();
    int end = Math.min(rows * channels, Ranges.begin(task + 1, tasks(1), runs()) * wide());
    float[] x = operands.input(0).array();
    int xo = operands.input(0).offset() + from;
    float[] y = operands.output().array();
    int yo = operands.output().offset() + from;
    Epilogue e = op.epilogue();
    boolean relu = e.activation().kind() == Activation.Kind.RELU;
    float floor = relu ? 0 : Float.NEGATIVE_INFINITY;
    if (e.residual()) {
      Span r = operands.input(Normalization.BatchNorm.RESIDUAL);
      int ro = r.offset() + from;
      ChannelLoops.affineAdd(
          x, xo, r.array(), ro, f, mean, gain, shift, floor, y, yo, wide(), end - from);
    } else {
      ChannelLoops.affine(x, xo, f, mean, gain, shift, floor, y, yo, wide(), end - from);
    }
    if (!relu) {
      Activations.finish(e, y, yo, end - from);
    }
  }

  /** Writes scale / √(variance + ε) of each channel. */
  static void gains(Span moments, Span scale, float epsilon, int channels, float[] f, int at) {
    for (int c = 0; c < channels; c++) {
      double variance = moments.array()[moments.offset() + channels + c];
      double r = 1 / Math.sqrt(variance + epsilon);
      f[at + c] = (float) (scale.array()[scale.offset() + c] * r);
    }
  }
}
