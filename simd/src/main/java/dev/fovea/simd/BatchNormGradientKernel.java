package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Normalization;

/**
 * The gradient of batch norm to its input of data [rows, channels]: per channel, a linear function
 * of x − mean and dY.
 */
record BatchNormGradientKernel(int rows, int channels, Normalization.BatchNormInputGradient op)
    implements TaskKernel {
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
    return Footprint.NONE.withWorkspace(5 * wide()).over(0, 4);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    float[] f = operands.workspace().array();
    int mean = operands.workspace().offset();
    if (phase == 0) {
      factors(operands, f, mean);
      return;
    }
    int a = mean + wide();
    int b = a + wide();
    int gain = b + wide();
    int from = Ranges.begin(task, tasks(1), runs()) * wide();
    int n = Math.min(rows * channels, Ranges.begin(task + 1, tasks(1), runs()) * wide()) - from;
    float[] x = operands.input(0).array();
    int xo = operands.input(0).offset() + from;
    float[] dy = operands.input(4).array();
    int d0 = operands.input(4).offset() + from;
    float[] y = operands.output().array();
    int yo = operands.output().offset() + from;
    if (op.rectified()) {
      int shift = gain + wide();
      ChannelLoops.gradientRectified(x, xo, dy, d0, f, mean, a, b, gain, shift, y, yo, wide(), n);
    } else {
      ChannelLoops.gradient(x, xo, dy, d0, f, mean, a, b, gain, y, yo, wide(), n);
    }
  }

  /** scale·r · (dY − sums₀/m − (x − mean)·r · sums₁/m), as factors of x − mean, 1 and dY. */
  private void factors(Operands operands, float[] f, int mean) {
    int wide = wide();
    Patterns.repeat(operands.input(1), channels, repeats(), f, mean);
    Span moments = operands.input(1);
    Span sums = operands.input(3);
    int gain = mean + 3 * wide;
    BatchNormKernel.gains(moments, operands.input(2), op.epsilon(), channels, f, gain);
    for (int c = 0; c < channels; c++) {
      double variance = moments.array()[moments.offset() + channels + c];
      double r = 1 / Math.sqrt(variance + op.epsilon());
      double first = sums.array()[sums.offset() + c] / (double) rows;
      double second = sums.array()[sums.offset() + channels + c] / (double) rows;
      f[mean + wide + c] = (float) (-f[gain + c] * r * second);
      f[mean + 2 * wide + c] = (float) (-f[gain + c] * first);
    }
    for (int at = mean + wide; at <= gain; at += wide) {
      Patterns.spread(f, at, channels, repeats());
    }
    if (op.rectified()) {
      Patterns.repeat(operands.input(5), channels, repeats(), f, gain + wide);
    }
  }
}
