package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A scan in double precision: a loop over its steps. */
final class ReferenceScan {
  private ReferenceScan() {}

  static void apply(Scan op, List<Nd> in, Nd out) {
    double[][] carries = new double[op.carries()][];
    for (int i = 0; i < carries.length; i++) {
      carries[i] = in.get(i).data();
    }
    for (int k = 0; k < op.length(); k++) {
      int t = op.backwards() ? op.length() - 1 - k : k;
      Map<Value, double[]> given = new HashMap<>();
      for (int i = 0; i < in.size(); i++) {
        Value inner = op.body().inputs().get(i);
        boolean sequence = i >= carries.length && i < carries.length + op.sequences();
        double[] whole = i < carries.length ? carries[i] : in.get(i).data();
        given.put(inner, sequence ? part(op, inner.shape(), whole, t) : whole);
      }
      carries = step(op, given, out.data(), t, carries.length);
    }
    for (int i = 0; i < carries.length; i++) {
      System.arraycopy(carries[i], 0, out.data(), op.begin(i), carries[i].length);
    }
  }

  private static double[][] step(
      Scan op, Map<Value, double[]> given, double[] out, int t, int carries) {
    List<Value> results = op.body().results();
    double[][] next = new double[carries][];
    for (int i = 0; i < results.size(); i++) {
      double[] y = Reference.evaluate(results.get(i), given);
      if (i < carries) {
        next[i] = y;
      } else {
        for (int e = 0; e < y.length; e++) {
          out[op.begin(i) + place(op, results.get(i).shape(), e, t)] = y[e];
        }
      }
    }
    return next;
  }

  private static double[] part(Scan op, Shape shape, double[] whole, int t) {
    double[] part = new double[shape.elements()];
    for (int e = 0; e < part.length; e++) {
      part[e] = whole[place(op, shape, e, t)];
    }
    return part;
  }

  /** Returns where element {@code e} of part {@code t} lies in a sequence. */
  private static int place(Scan op, Shape part, int e, int t) {
    int inner = 1;
    for (int i = op.axis(); i < part.rank(); i++) {
      inner *= part.dim(i);
    }
    return (e / inner * op.length() + t) * inner + e % inner;
  }
}
