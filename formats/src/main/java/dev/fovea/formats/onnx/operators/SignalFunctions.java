package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** Fourier transforms and what is used around them: windows and filters. */
final class SignalFunctions {
  private SignalFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put("DFT", HostOperator.of((n, in) -> List.of(transform(n, in)), 1, 2));
    to.put("STFT", HostOperator.of((n, in) -> List.of(frames(n, in)), 1, 3));
    to.put("MelWeightMatrix", HostOperator.dynamic((n, in) -> List.of(mel(n, in))));
    window(to, "HannWindow", 0.5, 0.5, 0);
    window(to, "HammingWindow", 25.0 / 46, 21.0 / 46, 0);
    window(to, "BlackmanWindow", 0.42, 0.5, 0.08);
  }

  /** a − b cos(2πi/n) + c cos(4πi/n), n one less where both ends are to be equal. */
  private static void window(Map<String, Operator> to, String type, double a, double b, double c) {
    HostFunction f =
        (n, in) -> {
          int size = length(in.get(0).item(), 0);
          DataType kind = DataType.of(n.small("output_datatype", DataType.FLOAT.code()));
          int period = n.flag("periodic", true) ? size : size - 1;
          return List.of(
              new HostTensor(
                  kind,
                  Shape.of(size),
                  i -> {
                    double turn = 2 * Math.PI * i / period;
                    return kind.hold(a - b * Math.cos(turn) + c * Math.cos(2 * turn));
                  }));
        };
    to.put(type, HostOperator.dynamic(f));
  }

  private static int length(double n, int least) {
    if (!(n >= least && n <= HostTensor.MOST)) {
      throw new FormatException(
          "needs a length of " + least + " to " + HostTensor.MOST + ", got " + n);
    }
    return (int) n;
  }

  /** A line of complex numbers, of which some may be left out or beyond the end. */
  private record Line(IntToDoubleFunction real, IntToDoubleFunction imaginary) {}

  /**
   * Writes y[k] = Σ x[n] · exp(∓2πi·kn/N) for the first k.
   *
   * @param count how many x there are; those beyond are 0
   * @param to receives pairs, {@code step} pairs apart
   */
  private static void transform(
      Line x, int count, int length, int results, boolean inverse, double[] to, int at, int step) {
    for (int k = 0; k < results; k++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < Math.min(count, length); i++) {
        double turn = (inverse ? 2 : -2) * Math.PI * ((long) k * i % length) / length;
        double a = x.real.applyAsDouble(i);
        double b = x.imaginary.applyAsDouble(i);
        re += a * Math.cos(turn) - b * Math.sin(turn);
        im += a * Math.sin(turn) + b * Math.cos(turn);
      }
      to[2 * (at + k * step)] = inverse ? re / length : re;
      to[2 * (at + k * step) + 1] = inverse ? im / length : im;
    }
  }

  /** The axis is an operand from opset 20 on and an attribute, by default 1, before. */
  private static HostTensor transform(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    long given = n.opset() < 20 ? n.integer("axis", 1) : (long) in.number(2, -2);
    int axis = Index.axis(given, t.rank());
    boolean inverse = n.flag("inverse", false);
    boolean onesided = n.flag("onesided", false);
    int parts = t.shape().dim(-1);
    int have = t.shape().dim(axis);
    if (axis == t.rank() - 1 || parts < 1 || parts > 2) {
      throw new FormatException("needs numbers of 1 or 2 parts in the last axis, got " + t.shape());
    }
    boolean real = inverse && onesided;
    int length = length(in.number(1, real ? 2 * (have - 1) : have), 1);
    int results = onesided && !inverse ? length / 2 + 1 : length;
    Shape to = HostTensor.bounded(t.shape().withDim(axis, results).withDim(-1, 2));
    int inner = Index.product(to, axis + 1, to.rank() - 1);
    in.budget().steps(to.elements(), length);
    double[] out = new double[to.elements()];
    for (int line = 0; line < out.length / 2 / results; line++) {
      int from = line / inner * have * inner + line % inner;
      int at = line / inner * results * inner + line % inner;
      Line x =
          real
              ? mirrored(t, from, inner, have, length)
              : new Line(
                  i -> t.at((from + i * inner) * parts),
                  i -> parts == 1 ? 0 : t.at((from + i * inner) * parts + 1));
      transform(x, real ? length : have, length, results, inverse, out, at, inner);
    }
    return real ? realParts(t.type(), to, out) : HostTensor.rounded(t.type(), to, out);
  }

  /** Returns all frequencies of a real signal, of which the first half is given. */
  private static Line mirrored(HostTensor t, int from, int inner, int have, int length) {
    return new Line(
        i -> mirrored(t, from, inner, have, length, i, 0),
        i -> (i < have ? 1 : -1) * mirrored(t, from, inner, have, length, i, 1));
  }

  private static double mirrored(
      HostTensor t, int from, int inner, int have, int length, int i, int part) {
    int at = i < have ? i : length - i;
    return at >= have ? 0 : t.at((from + at * inner) * 2 + part);
  }

  private static HostTensor realParts(DataType type, Shape pairs, double[] numbers) {
    double[] real = new double[numbers.length / 2];
    for (int i = 0; i < real.length; i++) {
      real[i] = numbers[2 * i];
    }
    return HostTensor.rounded(type, pairs.withDim(-1, 1), real);
  }

  /** Transforms pieces [N, frames, length, 2] of a signal [N, length, 1 or 2]. */
  private static HostTensor frames(Node n, HostFunction.Inputs in) {
    HostTensor t = in.get(0);
    int have = t.shape().dim(1);
    int parts = t.rank() == 3 ? t.shape().dim(2) : 1;
    int step = length(in.get(1).item(), 1);
    int length = length(in.number(3, in.has(2) ? in.get(2).size() : have), 1);
    if (length > have || (in.has(2) && in.get(2).size() != length)) {
      throw new FormatException("a frame of " + length + " does not fit " + t.shape());
    }
    int count = (have - length) / step + 1;
    int results = n.flag("onesided", true) ? length / 2 + 1 : length;
    Shape to = HostTensor.bounded(Shape.of(t.shape().dim(0), count, results, 2));
    in.budget().steps(to.elements(), length);
    double[] out = new double[to.elements()];
    for (int f = 0; f < t.shape().dim(0) * count; f++) {
      int from = f / count * have + f % count * step;
      IntToDoubleFunction weight = in.has(2) ? i -> in.get(2).at(i) : i -> 1;
      Line x =
          new Line(
              i -> weight.applyAsDouble(i) * t.at((from + i) * parts),
              i -> parts == 1 ? 0 : weight.applyAsDouble(i) * t.at((from + i) * parts + 1));
      transform(x, length, length, results, false, out, f * results, 1);
    }
    return HostTensor.rounded(t.type(), to, out);
  }

  /** Triangles that are equally wide on the mel scale, 2595 · log₁₀(1 + f/700). */
  private static HostTensor mel(Node n, HostFunction.Inputs in) {
    int bins = length(in.get(0).item(), 1);
    int length = length(in.get(1).item(), 1);
    double rate = in.get(2).item();
    double low = toMel(in.get(3).item());
    double step = (toMel(in.get(4).item()) - low) / (bins + 2);
    int[] edges = new int[bins + 2];
    for (int i = 0; i < edges.length; i++) {
      double frequency = 700 * (Math.pow(10, (low + i * step) / 2595) - 1);
      edges[i] = (int) Math.floor((length + 1) * frequency / rate);
    }
    DataType type = DataType.of(n.small("output_datatype", DataType.FLOAT.code()));
    Shape shape = HostTensor.bounded(Shape.of(length / 2 + 1, bins));
    double[] out = new double[shape.elements()];
    for (int b = 0; b < bins; b++) {
      for (int f = 0; f < shape.dim(0); f++) {
        out[f * bins + b] = triangle(f, edges[b], edges[b + 1], edges[b + 2]);
      }
    }
    return HostTensor.rounded(type, shape, out);
  }

  private static double toMel(double frequency) {
    return 2595 * Math.log10(1 + frequency / 700);
  }

  private static double triangle(int f, int low, int centre, int high) {
    if (f == centre) {
      return 1;
    }
    boolean rising = f >= low && f < centre;
    boolean falling = f > centre && f < high;
    return rising
        ? (double) (f - low) / (centre - low)
        : falling ? (double) (high - f) / (high - centre) : 0;
  }
}
