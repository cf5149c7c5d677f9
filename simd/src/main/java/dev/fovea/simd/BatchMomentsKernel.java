package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import java.util.Arrays;

/**
 * Mean and variance per channel of data [rows, channels].
 *
 * <p>Each fixed share of the rows goes through the cache in chunks. The mean of a chunk's first
 * rows, an eighth of them, is the pivot of its sums and squares: at most √7 standard deviations of
 * the chunk from its mean, so that little cancels (three bits at worst). Of a small chunk it is the
 * mean of all rows. Chunks are joined to shares and shares to the whole in their order, by the
 * formula of Chan, Golub and LeVeque (1979), with means counted from the first chunk's.
 */
final class BatchMomentsKernel implements TaskKernel {
  /** Floats of a chunk, whose first part is read twice. */
  private static final int CHUNK = 16_384;

  /** Which part of a chunk makes the pivot. */
  private static final int PIVOT = 8;

  private final int rows;
  private final int channels;
  private final int repeats;
  private final int runs;
  private final int shares;
  private final int chunkRuns;

  BatchMomentsKernel(int rows, int channels) {
    this.rows = rows;
    this.channels = channels;
    this.repeats = Patterns.repeats(channels, rows);
    this.runs = Ranges.ceilDiv(rows, repeats);
    this.shares = Ranges.shares((long) rows * channels, runs);
    this.chunkRuns = Math.max(1, CHUNK / (repeats * channels));
  }

  @Override
  public int phases() {
    return 2;
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? shares : Ranges.channelParts(shares, channels);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withWorkspace(shares * 3 * channels).withScratch(3 * repeats * channels);
  }

  private int begin(int share) {
    return Math.min(rows, Ranges.begin(share, shares, runs) * repeats);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (phase == 1) {
      int from = Ranges.begin(task, tasks(1), channels);
      finish(operands, from, Ranges.begin(task + 1, tasks(1), channels) - from);
      return;
    }
    Span w = operands.workspace();
    int to = w.offset() + task * 3 * channels;
    int count = 0;
    for (int row = begin(task); row < begin(task + 1); row += chunkRuns * repeats) {
      int n = Math.min(begin(task + 1) - row, chunkRuns * repeats);
      chunk(operands.input(0), row, n, own.array(), own.offset());
      if (count == 0) {
        System.arraycopy(own.array(), own.offset(), w.array(), to, 3 * channels);
      } else {
        join(w.array(), to, count, own.array(), own.offset(), n, channels);
      }
      count += n;
    }
  }

  /** Leaves the moments of n rows as three lines of channels at {@code at}. */
  private void chunk(Span x, int row, int n, float[] f, int at) {
    int wide = repeats * channels;
    int mean = at;
    int first = at + wide;
    int second = first + wide;
    int xo = x.offset() + row * channels;
    int some = n < 2 * PIVOT * repeats ? n : Ranges.roundUp(Ranges.ceilDiv(n, PIVOT), repeats);
    Arrays.fill(f, first, first + wide, 0);
    ChannelLoops.add(x.array(), xo, f, first, wide, some * channels);
    Patterns.fold(f, first, channels, repeats);
    for (int c = 0; c < channels; c++) {
      f[mean + c] = f[first + c] / some;
    }
    Patterns.spread(f, mean, channels, repeats);
    Arrays.fill(f, first, second + wide, 0);
    ChannelLoops.addSquares(x.array(), xo, f, mean, second, first, wide, n * channels);
    Patterns.fold(f, first, channels, repeats);
    Patterns.fold(f, second, channels, repeats);
    for (int c = 0; c < channels; c++) {
      // What the mean of some rows was off by.
      float off = f[first + c] / n;
      float squares = f[second + c] - off * f[first + c];
      f[at + channels + c] = off;
      f[second + c] = squares;
    }
    System.arraycopy(f, second, f, at + 2 * channels, channels);
  }

  private void join(float[] to, int at, int count, float[] from, int fromAt, int more, int n) {
    float share = (float) ((double) more / (count + more));
    float both = (float) ((double) count * more / (count + more));
    ChannelLoops.join(to, at, from, fromAt, channels, share, both, n);
  }

  private void finish(Operands operands, int channel, int n) {
    float[] w = operands.workspace().array();
    int at = operands.workspace().offset() + channel;
    for (int s = 1; s < shares; s++) {
      int more = begin(s + 1) - begin(s);
      join(w, at, begin(s), w, at + s * 3 * channels, more, n);
    }
    float[] y = operands.output().array();
    int to = operands.output().offset() + channel;
    for (int c = 0; c < n; c++) {
      y[to + c] = w[at + c] + w[at + channels + c];
      y[to + channels + c] = w[at + 2 * channels + c] / rows;
    }
  }
}
