package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Objective;
import dev.fovea.zoo.Heads;
import dev.fovea.zoo.Zoo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The auxiliary classifiers that some networks have while they are trained. */
final class AuxiliaryClassifiers {
  @Option(
      names = "--no-auxiliary",
      description =
          "Train without the auxiliary classifiers of GoogLeNet, Inception v3 and DeepLab, which are"
              + " left out of the saved model in any case.")
  private boolean none;

  private Optional<Heads> heads(ModelFile file) {
    return none ? Optional.empty() : Zoo.find(file.net()).heads();
  }

  /**
   * Returns an untrained model, with auxiliary classifiers where the network has some.
   *
   * @throws FoveaException if the pictures are too small
   */
  Model model(ModelFile file, Seed seed, Engine engine) {
    if (heads(file).isEmpty()) {
      return file.build(seed, engine);
    }
    try {
      return file.buildWithHeads(seed, engine);
    } catch (FoveaException e) {
      // What is too small for the network itself is told without the option.
      file.build(seed, engine);
      throw new FoveaException(e.getMessage() + "; --no-auxiliary leaves them out", e);
    }
  }

  /** Returns the loss of the logits and, with their weights, of the auxiliary classifiers. */
  Objective objective(ModelFile file, Loss loss) {
    double[] weights =
        heads(file).stream().flatMap(h -> h.weights().stream()).mapToDouble(w -> w).toArray();
    return Objective.deepSupervision(loss, weights);
  }

  /**
   * Returns the losses of the first output and, with their weights, of the auxiliary classifiers.
   *
   * @param first the losses of the first output
   * @param loss the loss of each auxiliary classifier
   */
  Objective objective(ModelFile file, Objective first, Loss loss) {
    List<Double> weights = heads(file).map(Heads::weights).orElse(List.of());
    List<Objective.Head> all = new ArrayList<>(first.heads());
    for (int i = 0; i < weights.size(); i++) {
      all.add(Objective.head(i + 1, 0, loss).weight(weights.get(i)));
    }
    return new Objective(all);
  }

  /** Returns the trained model as it is used: auxiliary classifiers have no part in that. */
  Model used(Model trained, ModelFile file) {
    if (heads(file).isEmpty()) {
      return trained;
    }
    Model used = file.build(Seed.of(0), trained.engine());
    Map<String, Tensor> tensors = trained.parameters().tensors();
    tensors.keySet().removeIf(name -> !used.parameters().contains(name));
    used.parameters().load("the trained model", tensors);
    return used;
  }

  /** Adds what was chosen to the settings that are saved with the model. */
  void put(Map<String, Object> fields) {
    if (none) {
      fields.put("auxiliary", false);
    }
  }
}
