package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Losses as operators. */
final class LossFunctions {
  private LossFunctions() {}

  static void register(Map<String, Operator> to) {
    to.put(
        "NegativeLogLikelihoodLoss",
        HostOperator.of((n, in) -> List.of(likelihood(n, in.get(0), in))));
    to.put(
        "SoftmaxCrossEntropyLoss",
        HostOperator.of((n, in) -> {
          HostTensor log = logSoftmax(in.get(0));
          return List.of(likelihood(n, log, in), log);
        }));
  }

  /** Returns log(softmax) over axis 1. */
  private static HostTensor logSoftmax(HostTensor x) {
    int classes = x.shape().dim(1);
    int inner = Index.product(x.shape(), 2, x.rank());
    double[] out = x.doubles();
    for (int line = 0; line < out.length / Math.max(classes, 1); line++) {
      int first = line / inner * classes * inner + line % inner;
      double most = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        most = Math.max(most, out[first + c * inner]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(out[first + c * inner] - most);
      }
      for (int c = 0; c < classes; c++) {
        int at = first + c * inner;
        out[at] = x.type().hold(out[at] - most - Math.log(sum));
      }
    }
    return HostTensor.of(x.type(), x.shape(), out);
  }

  /** Returns −weight · log probability of each target; the mean is over the weights. */
  private static HostTensor likelihood(Node n, HostTensor log, HostFunction.Inputs in) {
    HostTensor target = in.get(1);
    int classes = log.shape().dim(1);
    int inner = Index.product(log.shape(), 2, log.rank());
    double[] loss = new double[HostTensor.bounded(target.shape()).elements()];
    double weights = 0;
    boolean ignoring = n.has("ignore_index");
    long ignored = n.integer("ignore_index", 0);
    for (int i = 0; i < loss.length; i++) {
      double t = target.at(i);
      if (ignoring && t == ignored) {
        continue;
      }
      int label = IndexFunctions.inside(t, classes);
      double w = in.has(2) ? in.get(2).at(label) : 1;
      loss[i] = -w * log.at((i / inner * classes + label) * inner + i % inner);
      weights += w;
    }
    double sum = Arrays.stream(loss).sum();
    return switch (n.text("reduction", "mean")) {
      case "none" -> HostTensor.rounded(log.type(), target.shape(), loss);
      case "sum" -> HostTensor.rounded(log.type(), Shape.scalar(), new double[] {sum});
      case "mean" -> HostTensor.rounded(log.type(), Shape.scalar(), new double[] {sum / weights});
      default ->
          throw new FormatException("reduction " + n.text("reduction", "") + " is not known");
    };
  }
}
