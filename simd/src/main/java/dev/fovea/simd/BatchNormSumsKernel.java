package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Normalization;
import java.util.Arrays;

/**
 * Σ dY and Σ dY·(x − mean)/√(variance + ε) per channel of data [rows, channels].
 *
 * <p>First come the patterns that the loops read, then a pair of sums for each fixed share of the
 * rows, then these in their order.
 */
final class BatchNormSumsKernel implements TaskKernel {
  private final int rows;
  private final int channels;
  private final Normalization.BatchNormSums op;
  private final int repeats;
  private final int runs;
  private final int shares;

  BatchNormSumsKernel(int rows, int channels, Normalization.BatchNormSums op) {
    this.rows = rows;
    this.channels = channels;
    this.op = op;
    this.repeats = Patterns.repeats(channels, rows);
    this.runs = Ranges.ceilDiv(rows, repeats);
    this.shares = Ranges.shares((long) rows * channels, runs);
  }

  @Override
  public int phases() {
    return 3;
  }

  @Override
  public int tasks(int phase) {
    return switch (phase) {
      case 0 -> 1;
      case 1 -> shares;
      default -> Ranges.channelParts(shares, channels);
    };
  }

  private int wide() {
    return repeats * channels;
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(3 * wide() + shares * 2 * channels).withScratch(5 * wide());
  }

  private int begin(int share) {
    return Math.min(rows, Ranges.begin(share, shares, runs) * repeats);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    switch (phase) {
      case 0 -> patterns(operands);
      case 1 -> sum(task, operands, own);
      default -> {
        int from = Ranges.begin(task, tasks(2), channels);
        finish(operands, from, Ranges.begin(task + 1, tasks(2), channels));
      }
    }
  }

  /** Writes mean, gain and shift. */
  private void patterns(Operands operands) {
    float[] w = operands.workspace().array();
    int mean = operands.workspace().offset();
    Patterns.repeat(operands.input(1), channels, repeats, w, mean);
    if (op.rectified()) {
      int gain = mean + wide();
      BatchNormKernel.gains(operands.input(1), operands.input(3), op.epsilon(), channels, w, gain);
      Patterns.spread(w, gain, channels, repeats);
      Patterns.repeat(operands.input(4), channels, repeats, w, gain + wide());
    }
  }

  private void sum(int share, Operands operands, Span own) {
    float[] f = own.array();
    Span w = operands.workspace();
    int mean = own.offset();
    System.arraycopy(w.array(), w.offset(), f, mean, 3 * wide());
    int first = mean + 3 * wide();
    int second = first + wide();
    Arrays.fill(f, first, second + wide(), 0);
    int from = begin(share) * channels;
    int n = begin(share + 1) * channels - from;
    float[] x = operands.input(0).array();
    int xo = operands.input(0).offset() + from;
    float[] dy = operands.input(2).array();
    int d0 = operands.input(2).offset() + from;
    if (op.rectified()) {
      int gain = mean + wide();
      int shift = gain + wide();
      ChannelLoops.addRectified(x, xo, dy, d0, f, mean, gain, shift, first, second, wide(), n);
    } else {
      ChannelLoops.addProducts(x, xo, dy, d0, f, mean, first, second, wide(), n);
    }
    Patterns.fold(f, first, channels, repeats);
    Patterns.fold(f, second, channels, repeats);
    int to = w.offset() + 3 * wide() + share * 2 * channels;
    System.arraycopy(f, first, w.array(), to, channels);
    System.arraycopy(f, second, w.array(), to + channels, channels);
  }

  private void finish(Operands operands, int from, int end) {
    float[] w = operands.workspace().array();
    int sums = operands.workspace().offset() + 3 * wide();
    Span moments = operands.input(1);
    float[] y = operands.output().array();
    int to = operands.output().offset();
    for (int c = from; c < end; c++) {
      double first = 0;
      double second = 0;
      for (int s = 0; s < shares; s++) {
        first += w[sums + 2 * s * channels + c];
        second += w[sums + (2 * s + 1) * channels + c];
      }
      float variance = moments.array()[moments.offset() + channels + c];
      y[to + c] = (float) first;
      y[to + channels + c] = (float) (second / Math.sqrt(variance + (double) op.epsilon()));
    }
  }
}
