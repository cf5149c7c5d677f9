package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.HostFunction;
import java.util.List;

/** One step of a recurrent layer in one direction. */
final class RecurrentCell {
  private static final List<String> PLAIN = List.of("Tanh");
  private static final List<String> GATED = List.of("Sigmoid", "Tanh");
  private static final List<String> MEMORY = List.of("Sigmoid", "Tanh", "Tanh");

  private final Node node;
  private final HostTensor x;
  private final HostTensor w;
  private final HostTensor r;
  private final HostFunction.Inputs in;
  private final int gates;
  private final int direction;
  private final int hidden;
  private final int width;
  private final double clip;

  RecurrentCell(Node node, HostFunction.Inputs in, int gates, int direction) {
    this.node = node;
    this.in = in;
    this.x = in.get(0);
    this.w = in.get(1);
    this.r = in.get(2);
    this.gates = gates;
    this.direction = direction;
    this.hidden = r.shape().dim(2);
    this.width = x.shape().dim(2);
    this.clip = node.has("clip") ? node.number("clip", 0) : Double.POSITIVE_INFINITY;
  }

  /** Replaces hidden state and memory by those after row {@code row} of the input. */
  void step(int row, double[] h, double[] c) {
    switch (gates) {
      case 1 -> plain(row, h);
      case 3 -> gated(row, h);
      default -> memory(row, h, c);
    }
  }

  private void plain(int row, double[] h) {
    double[] next = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      next[i] = f(0, input(row, 0, i) + state(h, 0, i) + bias(0, i) + bias(1, i), PLAIN);
    }
    System.arraycopy(next, 0, h, 0, hidden);
  }

  /** Gates z (keep) and r (reset); the reset comes before or after the product with R. */
  private void gated(int row, double[] h) {
    boolean after = node.flag("linear_before_reset", false);
    double[] z = new double[hidden];
    double[] reset = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      z[i] = f(0, input(row, 0, i) + state(h, 0, i) + bias(0, i) + bias(3, i), GATED);
      double s = f(0, input(row, 1, i) + state(h, 1, i) + bias(1, i) + bias(4, i), GATED);
      reset[i] = after ? s : s * h[i];
    }
    double[] next = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      double recurrent =
          after ? reset[i] * (state(h, 2, i) + bias(5, i)) : state(reset, 2, i) + bias(5, i);
      double made = f(1, input(row, 2, i) + recurrent + bias(2, i), GATED);
      next[i] = (1 - z[i]) * made + z[i] * h[i];
    }
    System.arraycopy(next, 0, h, 0, hidden);
  }

  /** Gates in the order input, output, forget, and what is written. */
  private void memory(int row, double[] h, double[] c) {
    double[] nextH = new double[hidden];
    double[] nextC = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      double write = f(0, sum(row, h, 0, i) + peephole(0, i) * c[i], MEMORY);
      double forget =
          node.flag("input_forget", false)
              ? 1 - write
              : f(0, sum(row, h, 2, i) + peephole(2, i) * c[i], MEMORY);
      nextC[i] = forget * c[i] + write * f(1, sum(row, h, 3, i), MEMORY);
      double read = f(0, sum(row, h, 1, i) + peephole(1, i) * nextC[i], MEMORY);
      nextH[i] = read * f(2, nextC[i], MEMORY);
    }
    System.arraycopy(nextH, 0, h, 0, hidden);
    System.arraycopy(nextC, 0, c, 0, hidden);
  }

  private double sum(int row, double[] h, int gate, int i) {
    return input(row, gate, i) + state(h, gate, i) + bias(gate, i) + bias(gates + gate, i);
  }

  private double input(int row, int gate, int i) {
    int at = ((direction * gates + gate) * hidden + i) * width;
    double sum = 0;
    for (int k = 0; k < width; k++) {
      sum += w.at(at + k) * x.at(row * width + k);
    }
    return sum;
  }

  private double state(double[] h, int gate, int i) {
    int at = ((direction * gates + gate) * hidden + i) * hidden;
    double sum = 0;
    for (int k = 0; k < hidden; k++) {
      sum += r.at(at + k) * h[k];
    }
    return sum;
  }

  private double bias(int part, int i) {
    return in.has(3) ? in.get(3).at((direction * 2 * gates + part) * hidden + i) : 0;
  }

  private double peephole(int part, int i) {
    return in.has(7) ? in.get(7).at((direction * 3 + part) * hidden + i) : 0;
  }

  /** Returns activation {@code which} of this direction. */
  private double f(int which, double sum, List<String> usual) {
    List<String> names = node.texts("activations");
    int at = direction * usual.size() + which;
    String name = at < names.size() ? names.get(at) : usual.get(which);
    double clipped = Math.clamp(sum, -clip, clip);
    return RecurrentFunctions.activation(
        name, clipped, part("activation_alpha", at), part("activation_beta", at));
  }

  private double part(String attribute, int at) {
    List<Float> all = node.numbers(attribute);
    return at < all.size() ? all.get(at) : 0;
  }
}
