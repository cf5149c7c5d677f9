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

  ResampleKernel(Sampling.Resample op, Shape input, Shape output) {
    this.taps = op.taps();
    this.inner = inner(op, input);
    this.rows = output.elements() / inner;
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
    float[] x = o.input(0).array();
    float[] y = o.output().array();
    int end = Ranges.begin(task + 1, tasks(0), rows);
    for (int row = Ranges.begin(task, tasks(0), rows); row < end; row++) {
      int outer = row / taps.outputs();
      int place = row - outer * taps.outputs();
      int from = o.input(0).offset() + outer * taps.inputs() * inner;
      int to = o.output().offset() + row * inner;
      if (taps.begin(place) == taps.begin(place + 1)) {
        Arrays.fill(y, to, to + inner, 0);
      } else {
        line(x, from, place, y, to);
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
    int t = taps.begin(place);
    int end = taps.begin(place + 1);
    int at = from + taps.source(t) * inner;
    FloatVector w = FloatVector.broadcast(S, taps.weight(t));
    FloatVector a = FloatVector.fromArray(S, x, at).mul(w);
    FloatVector b = FloatVector.fromArray(S, x, at + L).mul(w);
    FloatVector c = FloatVector.fromArray(S, x, at + 2 * L).mul(w);
    FloatVector d = FloatVector.fromArray(S, x, at + 3 * L).mul(w);
    for (t++; t < end; t++) {
      at = from + taps.source(t) * inner;
      w = FloatVector.broadcast(S, taps.weight(t));
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
    int t = taps.begin(place);
    int end = taps.begin(place + 1);
    FloatVector a =
        FloatVector.fromArray(S, x, from + taps.source(t) * inner)
            .mul(FloatVector.broadcast(S, taps.weight(t)));
    for (t++; t < end; t++) {
      FloatVector w = FloatVector.broadcast(S, taps.weight(t));
      a = a.add(FloatVector.fromArray(S, x, from + taps.source(t) * inner).mul(w));
    }
    a.intoArray(y, to);
  }
}
