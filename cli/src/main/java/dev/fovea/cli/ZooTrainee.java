package dev.fovea.cli;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.nn.ClassifierHead;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.systems.segment.Segmentation;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Metric;
import dev.fovea.train.Objective;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Zoo;
import java.util.List;
import java.util.Optional;

/**
 * A network of the zoo.
 *
 * @param architecture the network
 * @param auxiliary what is said of its auxiliary classifiers
 * @param weights the file of weights that it begins with
 */
record ZooTrainee(
    Architecture architecture, AuxiliaryClassifiers auxiliary, Optional<FileTrainee> weights)
    implements Trainee {
  /**
   * Returns the network of this name.
   *
   * @throws FoveaException if there is none, or it does not classify
   */
  static Architecture classifier(String net) {
    Architecture a =
        Zoo.named(net)
            .orElseThrow(() ->
                new FoveaException(
                    "no network named \"%s\"%s"
                        .formatted(Text.shown(net), Suggest.hint(net, SummaryCommand.names()))));
    if (a.task() != Task.CLASSES && a.task() != Task.MASK) {
      throw new FoveaException(
          "%s: answers with %s; the command trains networks that answer with classes"
              .formatted(net, a.task().text()));
    }
    return a;
  }

  @Override
  public String name() {
    return architecture.name();
  }

  @Override
  public String net() {
    return architecture.name();
  }

  @Override
  public Task task() {
    return architecture.task();
  }

  @Override
  public Recipe recipe() {
    return architecture.recipe();
  }

  @Override
  public Shape input() {
    return weights.map(FileTrainee::input).orElse(architecture.input());
  }

  @Override
  public Optional<InputRule> own() {
    return weights.flatMap(FileTrainee::own);
  }

  @Override
  public InputRule rule(DataSource source, InputOptions inputs) {
    InputRule usual = new InputRule(source.preprocessing(), false);
    Optional<InputRule> own = own();
    return own.isEmpty() && !inputs.givesRule()
        ? usual
        : inputs.rule(source.preprocessing().shape(), own.or(() -> Optional.of(usual)));
  }

  @Override
  public String ending() {
    return ".safetensors";
  }

  @Override
  public Model model(ModelFile file, Seed seed, Engine engine) {
    return auxiliary.model(file, seed, engine);
  }

  @Override
  public void begin(Model model) {
    weights.ifPresent(w -> {
      Model file = w.network().model(model.engine());
      int classes = model.outputs().get(0).dim(-1);
      ClassifierHead head = ClassifierHead.of(file);
      if (head.classes() != classes) {
        Trainee.tellReplaced(w.file(), head, classes);
      }
      Transfer.load(model, w.file(), file.parameters().tensors());
    });
  }

  @Override
  public List<Metric> metrics(ModelFile file) {
    return task() == Task.MASK
        ? new Segmentation(file.labels()).metrics()
        : Trainee.super.metrics(file);
  }

  @Override
  public Objective objective(ModelFile file, Model model, Loss loss) {
    if (task() == Task.MASK) {
      Segmentation segmentation = new Segmentation(file.labels());
      return auxiliary.objective(file, segmentation.objective(loss), segmentation.pixels(loss));
    }
    return auxiliary.objective(file, loss);
  }

  @Override
  public Model used(Model trained, ModelFile file) {
    return auxiliary.used(trained, file);
  }
}
