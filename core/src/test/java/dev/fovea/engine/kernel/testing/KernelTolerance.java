package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Epilogue;
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
import dev.fovea.op.UnaryFunction;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How far a kernel may be off: a few roundings, for a sum of n terms √n / 2 more, each of the size
 * of the sum of the terms' magnitudes. Ops that only move or compare must be exact.
 */
final class KernelTolerance {
  private static final double EPSILON = 0x1p-23;
  private static final double TINY = 0x1p-120;

  private final Op op;
  private final List<Shape> shapes;
  private final List<double[]> inputs;
  private final double[] expected;

  private KernelTolerance(Op op, List<Shape> shapes, List<double[]> inputs, double[] expected) {
    this.op = op;
    this.shapes = shapes;
    this.inputs = inputs;
    this.expected = expected;
  }

  /** Returns the allowed error of each element of the result. */
  static double[] of(Op op, List<Shape> shapes, List<double[]> inputs, double[] expected) {
    double[] allowed = new KernelTolerance(op, shapes, inputs, expected).allowed();
    boolean exact =
        op instanceof Movement || op instanceof Pooling.MaxPool || op instanceof Quantized;
    return exact
        ? new double[expected.length]
        : Arrays.stream(allowed).map(a -> a + TINY).toArray();
  }

  private double[] allowed() {
    return switch (op) {
      case Source _ -> relative(1);
      case Elementwise e -> elementwise(e);
      case Reduction r -> r.kind() == Reduction.Kind.SUM ? summed(length()) : relative(0);
      case Movement _, Selection _, Quantized _, HostCall _ -> relative(0);
      case Scan _ -> throw new IllegalArgumentException("a scan is compared as a program");
      case Sampling a -> sampling(a);
      case Contraction c -> contraction(c);
      case Regions r -> regions(r);
      case Pooling p -> p instanceof Pooling.MaxPool ? relative(0) : summed(p.window().taps());
      case Normalization n -> normalization(n);
    };
  }

  /** Returns this many roundings of each result. */
  private double[] relative(double roundings) {
    return Arrays.stream(expected).map(v -> Math.abs(v) * roundings * EPSILON).toArray();
  }

  private double[] elementwise(Elementwise e) {
    return switch (e) {
      case Elementwise.Convert _ -> relative(0);
      case Elementwise.Unary u -> relative(u.function() == UnaryFunction.EXP ? 8 : 4);
      case Elementwise.Binary b ->
          relative(
              b.function() == BinaryFunction.GREATER || b.function() == BinaryFunction.EQUAL
                  ? 0
                  : 1);
      case Elementwise.Activate a -> activation(a.activation());
      case Elementwise.ActivateGradient g -> {
        double[] y = inputs.get(0);
        double[] dy = inputs.get(1);
        double alpha = g.activation().alpha();
        double[] allowed = relative(2);
        boolean smooth = !piecewiseLinear(g.activation());
        Arrays.setAll(
            allowed,
            i ->
                smooth ? Math.abs(dy[i]) * (1 + Math.abs(y[i]) + alpha) * 4 * EPSILON : allowed[i]);
        yield allowed;
      }
    };
  }

  /** Where a bin is read is computed in doubles; its weights, four roundings, add up to 1. */
  private double[] regions(Regions op) {
    if (op instanceof Regions.MaxPool || op instanceof Regions.MaxPoolGather) {
      return relative(0);
    }
    double largest =
        inputs.stream().skip(1).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    boolean spreads = op instanceof Regions.AlignGradient || op instanceof Regions.MaxPoolGradient;
    double terms = spreads ? inputs.get(inputs.size() - 1).length : 16;
    double[] allowed = new double[expected.length];
    Arrays.fill(allowed, largest * (8 + Math.sqrt(terms)) * EPSILON);
    return allowed;
  }

  /** A resampled place may be a difference of its taps' magnitudes, none above the largest here. */
  private double[] sampling(Sampling a) {
    return switch (a) {
      case Sampling.Gather _ -> relative(0);
      case Sampling.Resample r -> {
        double[] allowed = new double[expected.length];
        double largest = Arrays.stream(inputs.get(0)).map(Math::abs).max().orElse(0);
        double most = (double) r.taps().size() / Math.max(1, r.taps().outputs());
        Arrays.fill(allowed, largest * (4 + Math.sqrt(most)) * EPSILON);
        yield allowed;
      }
      case Sampling.ScatterAdd _ -> {
        double largest = Arrays.stream(inputs.get(1)).map(Math::abs).max().orElse(0);
        double n = shapes.get(0).elements();
        double[] allowed = new double[expected.length];
        Arrays.fill(allowed, largest * (4 + n / 8) * EPSILON);
        yield allowed;
      }
    };
  }

  private static boolean piecewiseLinear(Activation a) {
    return switch (a.kind()) {
      case IDENTITY, RELU, CLIPPED_RELU, LEAKY_RELU -> true;
      case ELU, SIGMOID, TANH, SOFTPLUS -> false;
    };
  }

  /** Where a result near 0 is the difference of larger numbers, the error is that of those. */
  private double[] activation(Activation a) {
    double floor =
        switch (a.kind()) {
          case IDENTITY, RELU, CLIPPED_RELU, LEAKY_RELU, SIGMOID -> 0;
          case ELU -> a.alpha();
          case TANH, SOFTPLUS -> 1;
        };
    double roundings = piecewiseLinear(a) ? 1 : 8;
    return Arrays.stream(expected).map(v -> (Math.abs(v) + floor) * roundings * EPSILON).toArray();
  }

  private int length() {
    return Math.max(1, shapes.get(0).elements() / Math.max(1, expected.length));
  }

  /** Returns 4 + √n / 2 roundings of the result that the inputs' magnitudes would have. */
  private double[] summed(double n) {
    return summed(op, n);
  }

  private double[] summed(Op linear, double n) {
    List<double[]> magnitudes =
        inputs.stream().map(x -> Arrays.stream(x).map(Math::abs).toArray()).toList();
    // Only gradients of max pooling look at input 0 to choose; it must stay as it is there.
    boolean chooses = op instanceof Pooling.MaxPoolGradient || op instanceof Pooling.MaxPoolGather;
    List<double[]> used = chooses ? List.of(inputs.get(0), magnitudes.get(1)) : magnitudes;
    double roundings = (4 + Math.sqrt(n) / 2) * EPSILON;
    return Arrays.stream(Reference.apply(linear, shapes, used)).map(v -> v * roundings).toArray();
  }

  private double[] contraction(Contraction c) {
    return switch (c) {
      case Contraction.MatMul m ->
          sloped(
              m.epilogue(),
              summed(
                  new Contraction.MatMul(
                      m.transposeA(), m.transposeB(), linear(m.epilogue()), Optional.empty()),
                  shapes.get(0).dim(m.transposeA() ? -2 : -1)));
      case Contraction.Conv2d v ->
          sloped(
              v.epilogue(),
              summed(
                  new Contraction.Conv2d(
                      v.window(), v.groups(), linear(v.epilogue()), Optional.empty()),
                  (double) v.window().taps() * shapes.get(1).dim(2)));
      case Contraction.ConvTranspose2d t ->
          summed((double) t.window().taps() * shapes.get(1).dim(3) / t.groups());
      case Contraction.ConvWeightGradient _ ->
          summed((double) shapes.get(1).elements() / shapes.get(1).dim(3));
    };
  }

  private static Epilogue linear(Epilogue e) {
    return e.with(Activation.IDENTITY);
  }

  /**
   * Adds the activation's own error. No activation here is steeper than max(1, α); SiLU's slope is
   * at most 1.1.
   */
  private double[] sloped(Epilogue e, double[] before) {
    double[] own = activation(e.activation());
    boolean clipped = e.activation().kind() == Activation.Kind.CLIPPED_RELU;
    double least = e.silu() ? 1.1 : 1;
    double slope = clipped ? 1 : Math.max(least, e.activation().alpha());
    double[] all = new double[own.length];
    Arrays.setAll(all, i -> before[i] * slope + own[i]);
    return all;
  }

  private double[] normalization(Normalization n) {
    int last = shapes.get(0).dim(-1);
    double[] x = inputs.get(0);
    double[] allowed = new double[expected.length];
    switch (n) {
      case Normalization.Softmax _ ->
          Arrays.setAll(
              allowed,
              i -> expected[i] * (8 + 2 * Math.sqrt(last) + Math.abs(x[i] - largest(i, last))));
      case Normalization.LogSoftmax _ ->
          Arrays.setAll(
              allowed, i -> 4 * (Math.abs(x[i]) + Math.abs(largest(i, last)) + Math.log(last) + 1));
      case Normalization.BatchMoments _ -> moments(allowed, last);
      case Normalization.BatchNorm b ->
          Arrays.setAll(
              allowed,
              i ->
                  8 * Math.abs(inputs.get(2)[i % last]) * normal(b.epsilon(), i, last)
                      + 2 * Math.abs(inputs.get(3)[i % last])
                      + (b.epilogue().residual() ? 2 * Math.abs(inputs.get(4)[i]) : 0)
                      + (b.epilogue().isNone() ? 0 : 8 * Math.abs(expected[i])));
      case Normalization.BatchNormSums b -> {
        for (int i = 0; i < x.length; i++) {
          double dy = Math.abs(inputs.get(2)[i]) * (4 + Math.sqrt((double) x.length / last) / 2);
          allowed[i % last] += dy;
          allowed[last + i % last] += dy * normal(b.epsilon(), i, last);
        }
      }
      case Normalization.BatchNormInputGradient b -> {
        double[] sums = inputs.get(3);
        double m = (double) x.length / last;
        double[] dy = inputs.get(4);
        Arrays.setAll(
            allowed,
            i -> {
              int c = i % last;
              double rest =
                  Math.abs(sums[c]) + normal(b.epsilon(), i, last) * Math.abs(sums[last + c]);
              return 8 * gain(b.epsilon(), c, last) * (Math.abs(dy[i]) + rest / m);
            });
      }
      case Normalization.LocalResponseNorm r ->
          Arrays.setAll(allowed, i -> Math.abs(expected[i]) * (8 + r.size()));
      case Normalization.LocalResponseNormGradient g -> response(g, allowed);
    }
    return Arrays.stream(allowed).map(a -> a * EPSILON).toArray();
  }

  /** The gradient for |X| and −|dY| is Σ − own, the magnitudes of its two parts. */
  private void response(Normalization.LocalResponseNormGradient g, double[] allowed) {
    double[] x = Arrays.stream(inputs.get(0)).map(Math::abs).toArray();
    double[] dy = Arrays.stream(inputs.get(1)).map(Math::abs).toArray();
    double[] near = Arrays.stream(dy).map(v -> -v).toArray();
    double[] mixed = Reference.apply(op, shapes, List.of(x, near));
    Normalization.LocalResponseNorm n = g.norm();
    Nd wide = new Nd(shapes.get(0), x);
    for (int i = 0; i < allowed.length; i++) {
      double own = dy[i] * Math.pow(ReferenceNormalizations.spread(n, wide, i), -n.beta());
      allowed[i] = (2 * own + mixed[i]) * (12 + 2 * n.size());
    }
  }

  private double largest(int i, int length) {
    double[] x = inputs.get(0);
    int row = i / length * length;
    return Arrays.stream(x, row, row + length).max().orElse(0);
  }

  private void moments(double[] allowed, int channels) {
    double[] x = inputs.get(0);
    double count = (double) x.length / channels;
    double roundings = 4 + Math.sqrt(count) / 2;
    for (int i = 0; i < x.length; i++) {
      allowed[i % channels] += Math.abs(x[i]) / count * roundings;
    }
    for (int c = 0; c < channels; c++) {
      double lost = expected[c] * expected[c] * EPSILON;
      allowed[channels + c] = (expected[channels + c] + lost) * roundings;
    }
  }

  /** Returns (|x| + |mean|) / √(variance + ε). */
  private double normal(double epsilon, int i, int channels) {
    double[] moments = inputs.get(1);
    double spread = Math.abs(inputs.get(0)[i]) + Math.abs(moments[i % channels]);
    return spread / Math.sqrt(moments[channels + i % channels] + epsilon);
  }

  private double gain(double epsilon, int c, int channels) {
    return Math.abs(inputs.get(2)[c]) / Math.sqrt(inputs.get(1)[channels + c] + epsilon);
  }
}
