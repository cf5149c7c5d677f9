package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Recurrent layers: plain, with gates (GRU) and with a memory (LSTM). */
final class RecurrentFunctions {
  /** How many products take the time of one step of other computations. */
  private static final int PRODUCTS_AT_ONCE = 16;

  /** What cells ask for; which results are wanted ({@code output_sequence}) their names tell. */
  private static final String[] OBEYED = {
    "direction",
    "activations",
    "activation_alpha",
    "activation_beta",
    "clip",
    "input_forget",
    "linear_before_reset",
    "output_sequence"
  };

  private RecurrentFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put("RNN", HostOperator.of((n, in) -> run(n, in, 1), 4));
    to.put("GRU", HostOperator.of((n, in) -> run(n, in, 3), 4));
    to.put("LSTM", HostOperator.of((n, in) -> run(n, in, 4), 4));
  }

  /** The extents of a layer and where its elements lie. */
  private record Extents(int steps, int batch, int directions, int hidden, boolean batchFirst) {
    int y(int t, int d, int b, int i) {
      return batchFirst
          ? ((b * steps + t) * directions + d) * hidden + i
          : ((t * directions + d) * batch + b) * hidden + i;
    }

    int state(int d, int b, int i) {
      return batchFirst ? (b * directions + d) * hidden + i : (d * batch + b) * hidden + i;
    }

    Shape yShape() {
      return batchFirst
          ? Shape.of(batch, steps, directions, hidden)
          : Shape.of(steps, directions, batch, hidden);
    }

    Shape stateShape() {
      return batchFirst ? Shape.of(batch, directions, hidden) : Shape.of(directions, batch, hidden);
    }
  }

  /** Inputs: X, W, R, B, lengths, first h, and for an LSTM first c and P. */
  private static List<HostTensor> run(Node n, HostFunction.Inputs in, int gates) {
    HostTensor x = in.get(0);
    n.obeys(OBEYED);
    boolean batchFirst = n.integer("layout", 0) == 1;
    Extents e =
        new Extents(
            x.shape().dim(batchFirst ? 1 : 0),
            x.shape().dim(batchFirst ? 0 : 1),
            in.get(1).shape().dim(0),
            in.get(2).shape().dim(2),
            batchFirst);
    if (n.small("hidden_size", e.hidden) != e.hidden) {
      throw new FormatException(
          "hidden_size " + n.small("hidden_size", 0) + " is not that of its weights: " + e.hidden);
    }
    int products = gates * (e.hidden + x.shape().dim(-1));
    in.budget().steps(e.yShape().elements(), 1 + products / PRODUCTS_AT_ONCE);
    double[] y = new double[HostTensor.bounded(e.yShape()).elements()];
    double[] h = new double[e.stateShape().elements()];
    double[] c = new double[h.length];
    for (int d = 0; d < e.directions; d++) {
      for (int b = 0; b < e.batch; b++) {
        sequence(n, in, gates, e, new int[] {d, b}, y, h, c);
      }
    }
    HostTensor all = HostTensor.rounded(x.type(), e.yShape(), y);
    HostTensor last = HostTensor.rounded(x.type(), e.stateShape(), h);
    return gates == 4
        ? List.of(all, last, HostTensor.rounded(x.type(), e.stateShape(), c))
        : List.of(all, last);
  }

  /** Walks one sequence in one direction. */
  private static void sequence(
      Node n,
      HostFunction.Inputs in,
      int gates,
      Extents e,
      int[] place,
      double[] y,
      double[] lastH,
      double[] lastC) {
    int d = place[0];
    int b = place[1];
    int length = in.has(4) ? Math.clamp((long) in.get(4).at(b), 0, e.steps) : e.steps;
    boolean backwards = d == 1 || n.text("direction", "forward").equals("reverse");
    double[] h = new double[e.hidden];
    double[] c = new double[e.hidden];
    for (int i = 0; i < e.hidden; i++) {
      h[i] = in.has(5) ? in.get(5).at(e.state(d, b, i)) : 0;
      c[i] = in.has(6) ? in.get(6).at(e.state(d, b, i)) : 0;
    }
    RecurrentCell cell = new RecurrentCell(n, in, gates, d);
    for (int k = 0; k < length; k++) {
      int t = backwards ? length - 1 - k : k;
      cell.step(e.batchFirst ? b * e.steps + t : t * e.batch + b, h, c);
      for (int i = 0; i < e.hidden; i++) {
        y[e.y(t, d, b, i)] = h[i];
      }
    }
    for (int i = 0; i < e.hidden; i++) {
      lastH[e.state(d, b, i)] = h[i];
      lastC[e.state(d, b, i)] = c[i];
    }
  }

  /** Returns an activation by the name that attributes give. */
  static double activation(String name, double x, double alpha, double beta) {
    return switch (name.toLowerCase(java.util.Locale.ROOT)) {
      case "sigmoid" -> 1 / (1 + Math.exp(-x));
      case "tanh" -> Math.tanh(x);
      case "relu" -> Math.max(x, 0);
      case "affine" -> alpha * x + beta;
      case "leakyrelu" -> x >= 0 ? x : (alpha == 0 ? 0.01 : alpha) * x;
      case "thresholdedrelu" -> x > alpha ? x : 0;
      case "scaledtanh" -> alpha * Math.tanh(beta * x);
      case "hardsigmoid" ->
          ElementFunctions.clip((alpha == 0 ? 0.2 : alpha) * x + (beta == 0 ? 0.5 : beta), 0, 1);
      case "elu" -> x >= 0 ? x : (alpha == 0 ? 1 : alpha) * Math.expm1(x);
      case "softsign" -> x / (1 + Math.abs(x));
      case "softplus" -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      default -> throw new FormatException("activation " + name + " is not known");
    };
  }
}
