package dev.fovea.studio.state;

import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Reading;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the loss of one sample changes with what each layer computes of it: what training sends
 * backwards.
 *
 * @param loss the cross-entropy of the sample
 * @param gradients of each layer, by its path, [1, …]
 */
public record LossGradients(double loss, Map<String, Tensor> gradients) {
  /** Copies the map. */
  public LossGradients {
    gradients = new LinkedHashMap<>(gradients);
  }

  /**
   * Computes them.
   *
   * @param model a classifier that answers with logits [classes]
   * @param input a batch of 1
   * @param label the class of the sample
   * @throws FoveaException if it answers with something else
   */
  public static LossGradients of(Model model, Tensor input, int label) {
    Shape y = model.outputs().get(0);
    if (y.rank() != 1 || label >= y.dim(0)) {
      throw new FoveaException("slow motion: a network that answers with classes is needed");
    }
    List<String> paths =
        model.summary().rows().stream()
            .map(Summary.Row::path)
            .filter(Layers.of(model).paths()::contains)
            .toList();
    Reading read = Probe.ofLayers(model, crossEntropy(label), paths).read(input);
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    read.gradients().forEach((path, g) -> gradients.put(path, g.reshape(g.shape().prepend(1))));
    return new LossGradients(read.score(), gradients);
  }

  /** Returns log Σ exp(y) − y of the class; the largest is taken off before exp. */
  private static Target crossEntropy(int label) {
    return network -> {
      Value y = network.outputs().getFirst();
      Value most = y.max(1);
      Value sum = y.minus(most).map(UnaryFunction.EXP).sum(1);
      return sum.map(UnaryFunction.LOG)
          .plus(most)
          .minus(y.slice(1, label, 1))
          .reshape(Shape.of(y.shape().dim(0)));
    };
  }
}
