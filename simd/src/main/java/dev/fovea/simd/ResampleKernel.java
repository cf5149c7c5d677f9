package dev.fovea.simd;

import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.op.Sampling;
import dev.fovea.op.Taps;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums, for each place of an axis, weighted lines of the input; a line is what lies within.
 *
 * <p>Some vectors of a line at a time are summed up in registers over all places they are made of.
 * Products are rounded before they are added, as in the scalar kernel.
 */
final class ResampleKernel implements TaskKernel {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int L = S.length();

  private final Taps taps;
  private final int inner;
  private final int rows;

  /** Which tap of each place is the first; the last entry is the number of taps. */
  private final int[] firsts;

  /** Where the lines of taps begin in an image. */
  private final int[] sources;

  private final float[] weights;

  ResampleKernel(Sampling.Resample op, Shape input, Shape output) {
    this.taps = op.taps();
    this.inner = inner(op, input);
    this.rows = output.elements() / inner;
    this.firsts = new int[taps.outputs() + 1];
    this.sources = new int[taps.size()];
    this.weights = new float[taps.size()];
    Arrays.setAll(firsts, taps::begin);
    Arrays.setAll(sources, t -> taps.source(t) * inner);
    for (int t = 0; t < weights.length; t++) {
      weights[t] = taps.weight(t);
    }
  }

  /** Returns whether this kernel suits an input: a line is at least a vector long. */
  static boolean suits(Sampling.Resample op, Shape input) {
    return inner(op, input) >= L;
  }

  private static int inner(Sampling.Resample op, Shape input) {
    int inner = 1;
    for (int axis = op.axis() + 1; axis < input.rank(); axis++) {
      inner *= input.dim(axis);
    }
    return inner;
  }

  @Override
  public int tasks(int phase) {
    long each = Ranges.ceilDiv(taps.size(), Math.max(1, taps.outputs()));
    return Ranges.parts(each * rows * inner, rows);
  }

  @Override
  public void compute(int phase, int task, Operands o, Span own) {
    Span x = o.input(0);
    Span y = o.output();
    int begin = Ranges.begin(task, tasks(0), rows);
    int end = Ranges.begin(task + 1, tasks(0), rows);
    if (inner < 4 * L) {
      shortLines(x.array(), x.offset(), begin, end, y.array(), y.offset());
      return;
    }
    for (int row = begin; row < end; row++) {
      int outer = row / taps.outputs();
      int place = row - outer * taps.outputs();
      int from = x.offset() + outer * taps.inputs() * inner;
      int to = y.offset() + row * inner;
      if (firsts[place] == firsts[place + 1]) {
        Arrays.fill(y.array(), to, to + inner, 0);
      } else {
        line(x.array(), from, place, y.array(), to);
      }
    }
  }

  /**
   * Sums lines of few vectors, all in one method: a call for each vector takes longer than its sum.
   * The first product is not added to 0, as in the scalar kernel: that keeps −0.
   */
  private void shortLines(float[] x, int x0, int begin, int end, float[] y, int y0) {
    int[] firsts = this.firsts;
    int[] sources = this.sources;
    float[] weights = this.weights;
    int inner = this.inner;
    int outputs = taps.outputs();
    int image = taps.inputs() * inner;
    for (int row = begin; row < end; row++) {
      int outer = row / outputs;
      int first = firsts[row - outer * outputs];
      int last = firsts[row - outer * outputs + 1];
      int from = x0 + outer * image;
      int to = y0 + row * inner;
      for (int i = 0; i < inner; i += L) {
        // The last vector lies over the one before; what both write is the same.
        int at = Math.min(i, inner - L);
        FloatVector sum = FloatVector.zero(S);
        for (int t = first; t < last; t++) {
          FloatVector v = FloatVector.fromArray(S, x, from + sources[t] + at).mul(weights[t]);
          sum = t == first ? v : sum.add(v);
        }
        sum.intoArray(y, to + at);
      }
    }
  }

  private void line(float[] x, int from, int place, float[] y, int to) {
    int i = 0;
    for (; i + 4 * L <= inner; i += 4 * L) {
      four(x, from + i, place, y, to + i);
    }
    for (; i < inner; i += L) {
      // The last vector lies over the one before; what both write is the same.
      int at = Math.min(i, inner - L);
      one(x, from + at, place, y, to + at);
    }
  }

  private void four(float[] x, int from, int place, float[] y, int to) {
    int t = firsts[place];
    int end = firsts[place + 1];
    int at = from + sources[t];
    FloatVector w = FloatVector.broadcast(S, weights[t]);
    FloatVector a = FloatVector.fromArray(S, x, at).mul(w);
    FloatVector b = FloatVector.fromArray(S, x, at + L).mul(w);
    FloatVector c = FloatVector.fromArray(S, x, at + 2 * L).mul(w);
    FloatVector d = FloatVector.fromArray(S, x, at + 3 * L).mul(w);
    for (t++; t < end; t++) {
      at = from + sources[t];
      w = FloatVector.broadcast(S, weights[t]);
      a = a.add(FloatVector.fromArray(S, x, at).mul(w));
      b = b.add(FloatVector.fromArray(S, x, at + L).mul(w));
      c = c.add(FloatVector.fromArray(S, x, at + 2 * L).mul(w));
      d = d.add(FloatVector.fromArray(S, x, at + 3 * L).mul(w));
    }
    a.intoArray(y, to);
    b.intoArray(y, to + L);
    c.intoArray(y, to + 2 * L);
    d.intoArray(y, to + 3 * L);
  }

  private void one(float[] x, int from, int place, float[] y, int to) {
    int t = firsts[place];
    int end = firsts[place + 1];
    FloatVector a =
        FloatVector.fromArray(S, x, from + sources[t]).mul(FloatVector.broadcast(S, weights[t]));
    for (t++; t < end; t++) {
      FloatVector w = FloatVector.broadcast(S, weights[t]);
      a = a.add(FloatVector.fromArray(S, x, from + sources[t]).mul(w));
    }
    a.intoArray(y, to);
  }
}
