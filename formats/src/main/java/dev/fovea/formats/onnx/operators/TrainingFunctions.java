package dev.fovea.formats.onnx.operators;

import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Paths;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gradients and steps of optimisers as operators, of the domain ai.onnx.preview.training. */
final class TrainingFunctions {
  private static final String DOMAIN = "ai.onnx.preview.training:";

  /** Updates the numbers of one element: parameter, gradient, then states; returns the new ones. */
  private interface Step {
    double[] apply(Node n, double rate, double count, double x, double g, double[] states);
  }

  private TrainingFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put(DOMAIN + "Adagrad", operator(1, TrainingFunctions::adagrad));
    to.put(DOMAIN + "Adam", operator(2, TrainingFunctions::adam));
    to.put(DOMAIN + "Momentum", operator(1, TrainingFunctions::momentum));
    to.put(DOMAIN + "Gradient", TrainingFunctions::gradient);
  }

  /**
   * Returns the gradient of the sum of a tensor of the graph with respect to the first operands.
   */
  private static List<Operand> gradient(Call c) {
    List<Operand.Held> by = new ArrayList<>();
    for (int i = 0; i < c.node().texts("xs").size(); i++) {
      if (!(c.input(i) instanceof Operand.Held h)) {
        throw new FormatException("input " + i + " is fixed, so nothing is differentiated by it");
      }
      by.add(h);
    }
    Value y = c.graph().held(c.graph().get(c.node().text("y", ""))).value();
    Value sum = y.reshape(Shape.of(y.shape().elements())).sum();
    List<Value> gradients =
        Autodiff.gradients(sum, by.stream().map(Operand.Held::value).toList(), new Paths());
    List<Operand> results = new ArrayList<>();
    for (int i = 0; i < by.size(); i++) {
      results.add(by.get(i).with(gradients.get(i)));
    }
    return results;
  }

  /** Inputs: rate, count of steps, then all parameters, all gradients, all states of each kind. */
  private static Operator operator(int states, Step step) {
    return HostOperator.of((n, in) -> {
      int count = (in.size() - 2) / (2 + states);
      List<HostTensor> results = new ArrayList<>();
      for (int kind = 0; kind <= states; kind++) {
        for (int t = 0; t < count; t++) {
          results.add(updated(n, in, step, new Place(states, count, kind, t)));
        }
      }
      return results;
    });
  }

  /** Which result of a step: of which kind, of which parameter. */
  private record Place(int states, int count, int kind, int tensor) {
    int input(int kindOfInput) {
      return 2 + kindOfInput * count + tensor;
    }
  }

  private static HostTensor updated(Node n, HostFunction.Inputs in, Step step, Place p) {
    HostTensor x = in.get(p.input(0));
    HostTensor g = in.get(p.input(1));
    double[] out = x.doubles();
    double[] states = new double[p.states];
    for (int i = 0; i < out.length; i++) {
      for (int s = 0; s < states.length; s++) {
        states[s] = in.get(p.input(2 + s)).at(i);
      }
      double[] next = step.apply(n, in.get(0).item(), in.get(1).item(), x.at(i), g.at(i), states);
      out[i] = x.type().hold(next[p.kind]);
    }
    return HostTensor.of(x.type(), x.shape(), out);
  }

  private static double[] adagrad(
      Node n, double rate, double count, double x, double g, double[] s) {
    double r = rate / (1 + count * n.number("decay_factor", 0));
    double gradient = n.number("norm_coefficient", 0) * x + g;
    double squares = s[0] + gradient * gradient;
    double root = Math.sqrt(squares) + n.number("epsilon", 1e-6);
    return new double[] {x - r * gradient / root, squares};
  }

  private static double[] adam(Node n, double rate, double count, double x, double g, double[] s) {
    double alpha = n.number("alpha", 0.9);
    double beta = n.number("beta", 0.999);
    double gradient = n.number("norm_coefficient", 0) * x + g;
    double v = alpha * s[0] + (1 - alpha) * gradient;
    double h = beta * s[1] + (1 - beta) * gradient * gradient;
    double r =
        count > 0
            ? rate * Math.sqrt(1 - Math.pow(beta, count)) / (1 - Math.pow(alpha, count))
            : rate;
    double next = x - r * v / (Math.sqrt(h) + n.number("epsilon", 1e-6));
    return new double[] {(1 - n.number("norm_coefficient_post", 0)) * next, v, h};
  }

  private static double[] momentum(
      Node n, double rate, double count, double x, double g, double[] s) {
    double alpha = n.number("alpha", 0);
    double gradient = n.number("norm_coefficient", 0) * x + g;
    double beta = n.number("beta", 0);
    double v = alpha * s[0] + (count > 0 ? beta : 1) * gradient;
    boolean nesterov = n.text("mode", "standard").equals("nesterov");
    return new double[] {x - rate * (nesterov ? gradient + alpha * v : v), v};
  }
}
