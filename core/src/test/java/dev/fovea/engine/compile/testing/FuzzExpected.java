package dev.fovea.engine.compile.testing;

import dev.fovea.engine.kernel.testing.Reference;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Reduction;
import dev.fovea.op.Regions;
import dev.fovea.op.Sampling;
import dev.fovea.op.Scan;
import dev.fovea.op.Selection;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Rng;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a graph's values are in double precision, and how far floats may be from it.
 *
 * <p>Results may be off by 2·10⁻⁵ of the largest magnitude in their value. Where that is not
 * enough, the graph is computed again with an error of 10⁻⁶ in every op that rounds, which is some
 * ten times what floats bring: a result may be off by forty times what that changes. Maxima that
 * are nearly equal and slopes at a kink are so let pass, wrong numbers are not.
 */
final class FuzzExpected {
  private static final double NEAR = 2e-5;
  private static final double NOISE = 1e-6;
  private static final int TRIALS = 6;

  private final List<Value> values;
  private final Map<Value, double[]> given;
  private final Map<Value, double[]> exact;
  private final List<Map<Value, double[]>> noisy = new ArrayList<>();

  FuzzExpected(List<Value> values, Map<Value, double[]> given) {
    this.values = values;
    this.given = given;
    this.exact = evaluate(0, 0);
  }

  /** Returns what an array that ought to hold a value does wrong, or nothing. */
  String mistake(String name, Value value, float[] array, int from) {
    double[] wanted = get(exact, value);
    double near = NEAR * largest(wanted) + NOISE;
    int worst = worst(wanted, array, from, near);
    if (worst < 0) {
      return "";
    }
    double allowed = near + 40 * spread(value);
    worst = worst(wanted, array, from, allowed);
    return worst < 0
        ? ""
        : "%s[%d] of %s: got %s, expected %s ± %s"
            .formatted(name, worst, value.shape(), array[from + worst], wanted[worst], allowed);
  }

  /** Returns whether any result needed the second, wider look. */
  boolean doubted() {
    return !noisy.isEmpty();
  }

  private static int worst(double[] wanted, float[] got, int from, double allowed) {
    int worst = -1;
    double most = allowed;
    for (int i = 0; i < wanted.length; i++) {
      float g = got[from + i];
      boolean same = Float.compare(g, (float) wanted[i]) == 0;
      double error = Math.abs(g - wanted[i]);
      if (!same && !(error <= most)) {
        worst = i;
        most = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
      }
    }
    return worst;
  }

  /** Returns by how much small errors change a value. */
  private double spread(Value value) {
    while (noisy.size() < TRIALS) {
      noisy.add(evaluate(NOISE, noisy.size() + 1));
    }
    double[] wanted = get(exact, value);
    double spread = 0;
    for (Map<Value, double[]> trial : noisy) {
      double[] other = get(trial, value);
      for (int i = 0; i < wanted.length; i++) {
        double change = Math.abs(other[i] - wanted[i]);
        spread = Double.isFinite(change) ? Math.max(spread, change) : spread;
      }
    }
    return spread;
  }

  private Map<Value, double[]> evaluate(double noise, int seed) {
    Map<Value, double[]> known = new IdentityHashMap<>(given);
    Rng rng = new Rng(seed);
    for (Value v : values) {
      if (!known.containsKey(v)) {
        List<double[]> in = v.inputs().stream().map(i -> get(known, i)).toList();
        double[] y = Reference.apply(v.op(), v.inputs().stream().map(Value::shape).toList(), in);
        known.put(v, rounds(v.op()) ? disturbed(y, noise, rng) : y);
      }
    }
    return known;
  }

  /** Returns whether an op rounds; a maximum must stay equal to what it is the maximum of. */
  private static boolean rounds(Op op) {
    return switch (op) {
      case Source _, Movement _, Selection _, Quantized _, HostCall _, Elementwise.Convert _ ->
          false;
      case Scan _ -> true;
      case Pooling p -> !(p instanceof Pooling.MaxPool || p instanceof Pooling.MaxPoolGather);
      case Regions r -> !(r instanceof Regions.MaxPool || r instanceof Regions.MaxPoolGather);
      case Reduction r -> r.kind() == Reduction.Kind.SUM;
      case Elementwise.Binary b ->
          switch (b.function()) {
            case ADD, SUBTRACT, MULTIPLY, DIVIDE -> true;
            case MAX, MIN, GREATER, EQUAL -> false;
          };
      case Elementwise.Unary u ->
          switch (u.function()) {
            case EXP, LOG, SQRT, RECIPROCAL, SQUARE, ERF -> true;
            case NEGATE, ABS, SIGN -> false;
          };
      case Elementwise _, Sampling _, Contraction _, Normalization _ -> true;
    };
  }

  private static double[] disturbed(double[] y, double noise, Rng rng) {
    if (noise == 0) {
      return y;
    }
    double floor = largest(y) / 10;
    double[] other = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      other[i] = y[i] + noise * rng.nextGaussian() * (Math.abs(y[i]) + floor);
    }
    return other;
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double v : x) {
      largest = Double.isFinite(v) ? Math.max(largest, Math.abs(v)) : largest;
    }
    return largest;
  }

  private static double[] get(Map<Value, double[]> known, Value v) {
    double[] x = known.get(v);
    if (x == null) {
      throw new IllegalArgumentException("not part of the graph: " + v);
    }
    return x;
  }
}
