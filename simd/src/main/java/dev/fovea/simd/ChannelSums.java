package dev.fovea.simd;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.BinaryFunction;
import java.util.Arrays;

/**
 * Per-channel statistics of data [rows, channels]: batch moments, or the two sums of batch norm's
 * backward pass.
 *
 * <p>Each fixed share of the rows is summed alone, in cache; a second phase combines the shares in
 * order, the moments by the formula of Chan, Golub and LeVeque (1979), which does not cancel.
 */
final class ChannelSums implements Kernel {
  private final int rows;
  private final int channels;
  private final boolean moments;
  private final float epsilon;
  private final int repeats;
  private final int runs;
  private final int shares;

  /** Creates the kernel of the moments of X. */
  static ChannelSums moments(int rows, int channels) {
    return new ChannelSums(rows, channels, true, 0);
  }

  /** Creates the kernel of Σ dY and Σ dY·(x − mean)/√(variance + ε). */
  static ChannelSums backward(int rows, int channels, float epsilon) {
    return new ChannelSums(rows, channels, false, epsilon);
  }

  private ChannelSums(int rows, int channels, boolean moments, float epsilon) {
    this.rows = rows;
    this.channels = channels;
    this.moments = moments;
    this.epsilon = epsilon;
    this.repeats = Patterns.repeats(channels, rows);
    this.runs = Ranges.ceilDiv(rows, repeats);
    this.shares = Ranges.parts((long) rows * channels, runs);
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? shares : 1;
  }

  @Override
  public int workspace() {
    return shares * 3 * channels;
  }

  @Override
  public int scratch() {
    return 3 * repeats * channels;
  }

  private int begin(int share) {
    return Math.min(rows, Ranges.begin(share, shares, runs) * repeats);
  }

  @Override
  public void run(int phase, int task, Operands operands, Span own) {
    if (phase == 1) {
      combine(operands);
      return;
    }
    int wide = repeats * channels;
    float[] f = own.array();
    int sum = own.offset();
    int mean = sum + wide;
    int second = mean + wide;
    Arrays.fill(f, sum, second + wide, 0);
    int from = begin(task) * channels;
    int length = begin(task + 1) * channels - from;
    if (moments) {
      shareMoments(operands.input(0), from, length, f, sum, mean, second);
    } else {
      shareSums(operands, from, length, f, sum, mean, second);
    }
    Patterns.fold(f, second, channels, repeats);
    Span w = operands.workspace();
    int to = w.offset() + task * 3 * channels;
    System.arraycopy(f, sum, w.array(), to, channels);
    System.arraycopy(f, second, w.array(), to + channels, channels);
    System.arraycopy(f, mean, w.array(), to + 2 * channels, channels);
  }

  private void sum(float[] x, int xo, int length, float[] f, int at) {
    int wide = repeats * channels;
    for (int i = 0; i < length; i += wide) {
      int n = Math.min(wide, length - i);
      Pairs.apply(BinaryFunction.ADD, f, at, x, xo + i, f, at, n);
    }
  }

  private void shareMoments(
      Span x, int from, int length, float[] f, int sum, int mean, int second) {
    int wide = repeats * channels;
    int xo = x.offset() + from;
    sum(x.array(), xo, length, f, sum);
    Patterns.fold(f, sum, channels, repeats);
    float scale = (float) channels / Math.max(1, length);
    for (int c = 0; c < channels; c++) {
      f[mean + c] = f[sum + c] * scale;
    }
    Patterns.spread(f, mean, channels, repeats);
    Arrays.fill(f, sum, sum + wide, 0);
    for (int i = 0; i < length; i += wide) {
      int n = Math.min(wide, length - i);
      ChannelLoops.addSquares(x.array(), xo + i, f, mean, second, sum, n);
    }
    Patterns.fold(f, sum, channels, repeats);
  }

  private void shareSums(
      Operands operands, int from, int length, float[] f, int sum, int mean, int second) {
    int wide = repeats * channels;
    Span x = operands.input(0);
    Span dy = operands.input(2);
    Patterns.repeat(operands.input(1), channels, repeats, f, mean);
    sum(dy.array(), dy.offset() + from, length, f, sum);
    Patterns.fold(f, sum, channels, repeats);
    for (int i = 0; i < length; i += wide) {
      int n = Math.min(wide, length - i);
      int d0 = dy.offset() + from + i;
      ChannelLoops.addProducts(
          x.array(), x.offset() + from + i, dy.array(), d0, f, mean, second, n);
    }
  }

  private void combine(Operands operands) {
    float[] w = operands.workspace().array();
    float[] y = operands.output().array();
    for (int c = 0; c < channels; c++) {
      int at = operands.workspace().offset() + c;
      int to = operands.output().offset() + c;
      if (moments) {
        combineMoments(w, at, y, to);
      } else {
        Span given = operands.input(1);
        float variance = given.array()[given.offset() + channels + c];
        combineSums(w, at, 1 / Math.sqrt(variance + epsilon), y, to);
      }
    }
  }

  private void combineMoments(float[] w, int at, float[] y, int to) {
    double count = 0;
    double mean = 0;
    double squares = 0;
    for (int s = 0; s < shares; s++) {
      double more = begin(s + 1) - begin(s);
      // What the share's mean was off by, since it was rounded.
      double off = w[at + 3 * s * channels] / more;
      double apart = w[at + (3 * s + 2) * channels] + off - mean;
      double all = count + more;
      mean += apart * more / all;
      squares += w[at + (3 * s + 1) * channels] - off * off * more;
      squares += apart * apart * count * more / all;
      count = all;
    }
    y[to] = (float) mean;
    y[to + channels] = (float) (squares / rows);
  }

  private void combineSums(float[] w, int at, double scale, float[] y, int to) {
    double first = 0;
    double second = 0;
    for (int s = 0; s < shares; s++) {
      first += w[at + 3 * s * channels];
      second += w[at + (3 * s + 1) * channels];
    }
    y[to] = (float) first;
    y[to + channels] = (float) (second * scale);
  }
}
