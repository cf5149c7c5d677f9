package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;

/**
 * Batch norm of data [rows, channels], or its gradient to the input: per channel, a linear function
 * of x − mean (and dY).
 */
record BatchNormKernel(int rows, int channels, float epsilon, boolean backward) implements Kernel {
  private int repeats() {
    return Patterns.repeats(channels, rows);
  }

  private int runs() {
    return Ranges.ceilDiv(rows, repeats());
  }

  @Override
  public int tasks(int phase) {
    return Ranges.parts((long) rows * channels, runs());
  }

  @Override
  public int scratch() {
    return 4 * repeats() * channels;
  }

  @Override
  public boolean inPlace(int i) {
    return i == 0 || (backward && i == 4);
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    int wide = repeats() * channels;
    float[] f = own.array();
    int mean = own.offset();
    int a = mean + wide;
    int b = a + wide;
    int g = b + wide;
    for (int c = 0; c < channels; c++) {
      if (backward) {
        gradientFactors(operands, c, f, mean, wide);
      } else {
        factors(operands, c, f, mean, wide);
      }
    }
    for (int at = mean; at <= g; at += wide) {
      Patterns.spread(f, at, channels, repeats());
    }
    float[] x = operands.input(0).array();
    float[] y = operands.output().array();
    int end = Ranges.begin(task + 1, tasks(0), runs());
    for (int i = Ranges.begin(task, tasks(0), runs()); i < end; i++) {
      int at = i * wide;
      int n = Math.min(wide, rows * channels - at);
      int xo = operands.input(0).offset() + at;
      int yo = operands.output().offset() + at;
      if (backward) {
        Span dy = operands.input(4);
        int d0 = dy.offset() + at;
        ChannelLoops.gradient(x, xo, dy.array(), d0, f, mean, a, b, g, y, yo, n);
      } else {
        ChannelLoops.affine(x, xo, f, mean, a, b, y, yo, n);
      }
    }
  }

  private static float value(Span s, int i) {
    return s.array()[s.offset() + i];
  }

  /** (x − mean) · scale·r + shift. */
  private void factors(Operands operands, int c, float[] f, int at, int wide) {
    double r = 1 / Math.sqrt(value(operands.input(1), channels + c) + (double) epsilon);
    f[at + c] = value(operands.input(1), c);
    f[at + wide + c] = (float) (value(operands.input(2), c) * r);
    f[at + 2 * wide + c] = value(operands.input(3), c);
    f[at + 3 * wide + c] = 0;
  }

  /** scale·r · (dY − sums₀/m − (x − mean)·r · sums₁/m). */
  private void gradientFactors(Operands operands, int c, float[] f, int at, int wide) {
    double r = 1 / Math.sqrt(value(operands.input(1), channels + c) + (double) epsilon);
    double gain = value(operands.input(2), c) * r;
    Span sums = operands.input(3);
    f[at + c] = value(operands.input(1), c);
    f[at + wide + c] = (float) (-gain * r * value(sums, channels + c) / rows);
    f[at + 2 * wide + c] = (float) (-gain * value(sums, c) / rows);
    f[at + 3 * wide + c] = (float) gain;
  }
}
