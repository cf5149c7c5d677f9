package dev.fovea.cli;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.FileNames;
import dev.fovea.nn.ClassifierHead;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Objective;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Recipe;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network from a file of another tool.
 *
 * @param file the file
 * @param network what was read
 */
record FileTrainee(Path file, ImportedNetwork network) implements Trainee {
  /** Small steps, for the features are learned already. */
  private static final Recipe FINE = new Recipe("adam", 1e-4, "one-cycle", 10, 32, 0);

  FileTrainee {
    if (network.inputs().size() != 1) {
      throw new FoveaException(
          "%s: has %s inputs; the command knows networks of one picture"
              .formatted(file, network.inputs().size()));
    }
  }

  @Override
  public String name() {
    return FileNames.stem(file);
  }

  @Override
  public String net() {
    return "";
  }

  @Override
  public Task task() {
    return Task.CLASSES;
  }

  @Override
  public Recipe recipe() {
    return FINE;
  }

  @Override
  public Shape input() {
    return network.inputs().get(0).sample();
  }

  @Override
  public Optional<InputRule> own() {
    return InputRule.of(network.metadata(), file.toString());
  }

  @Override
  public InputRule rule(DataSource source, InputOptions inputs) {
    DataOptions.requirePictures(source, input(), "network");
    return inputs.rule(input(), own());
  }

  @Override
  public String ending() {
    return ".onnx";
  }

  @Override
  public Model model(ModelFile description, Seed seed, Engine engine) {
    if (network.isQuantized()) {
      throw new FoveaException(
          "%s: computes with whole numbers of 8 bits (%s), which cannot be trained; train the network that it was made of"
              .formatted(file, network.quantizedOperator().orElseThrow()));
    }
    int classes = description.labels().size();
    Model all = network.model(engine);
    boolean same =
        all.outputs().size() == 1
            && all.outputs().get(0).elements() == classes
            && all.outputs().get(0).dim(-1) == classes;
    Model model = same ? rows(all, seed) : replaced(all, classes, seed);
    if (model.parameters().count(true) == 0) {
      throw new FoveaException(file + ": no parameters, so nothing can be trained");
    }
    Map<String, String> texts = new LinkedHashMap<>(all.metadata());
    if (!same) {
      texts.keySet().removeIf(key -> key.equals(ImportedNetwork.NAME + "output0"));
    }
    texts.remove(ImportedNetwork.PLAIN + "output0");
    texts.remove(ModelFile.NET);
    texts.putAll(description.metadata());
    return model.withMetadata(texts);
  }

  /** Returns a model whose output is one row per sample. */
  private Model rows(Model all, Seed seed) {
    if (all.outputs().get(0).rank() == 1) {
      return all;
    }
    Network flat = in -> List.of(Layers.flatten().apply(network.network().forward(in).get(0)));
    Model model = Model.build(flat, all.inputs(), seed, all.engine());
    model.parameters().load(file.toString(), all.parameters().tensors());
    return model;
  }

  private Model replaced(Model all, int classes, Seed seed) {
    try {
      ClassifierHead head = ClassifierHead.of(all);
      Model model = head.replaced(classes, seed);
      Trainee.tellReplaced(file, head, classes);
      return model;
    } catch (FoveaException e) {
      throw new FoveaException(
          "%s: cannot learn %s classes: %s".formatted(file, classes, e.getMessage()), e);
    }
  }

  @Override
  public void begin(Model model) {
    // It has its values.
  }

  @Override
  public Objective objective(ModelFile description, Model model, Loss loss) {
    requireGradients(model);
    return Objective.deepSupervision(ProbabilityLoss.of(model, loss));
  }

  /** Requires that gradients reach all parameters that do not stand still. */
  private void requireGradients(Model model) {
    Traced traced = model.trace(1, true);
    List<Value> trained =
        traced.parameters().entrySet().stream()
            .filter(e -> model.parameters().get(e.getKey().name()).trainable())
            .filter(e -> !model.isFrozen(e.getKey().name()))
            .map(Map.Entry::getValue)
            .toList();
    try {
      Autodiff.gradients(traced.outputs().get(0).sum(), trained, traced.paths());
    } catch (FoveaException e) {
      throw new FoveaException(file + ": cannot be trained: " + e.getMessage(), e);
    }
  }

  @Override
  public Model used(Model trained, ModelFile description) {
    return trained;
  }
}
