package dev.fovea.cli;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.nn.ClassifierHead;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.Metric;
import dev.fovea.train.Metrics;
import dev.fovea.train.Objective;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A network that is to be trained, before it is known for which classes. */
interface Trainee {
  /**
   * Returns the network of this name in the zoo, or the one in this file.
   *
   * @throws FoveaException if there is neither, or the network does not answer with classes of
   *     pictures or pixels
   */
  static Trainee of(String net, InputOptions inputs, AuxiliaryClassifiers auxiliary) {
    boolean file = net.indexOf('/') >= 0 || Formats.ENDINGS.stream().anyMatch(lower(net)::endsWith);
    if (Zoo.named(net).isPresent() || !(file || Files.exists(Path.of(net)))) {
      if (inputs.net().isPresent()) {
        throw new FoveaException(
            "--net: goes with a file of weights; " + net + " is the network itself");
      }
      return new ZooTrainee(ZooTrainee.classifier(net), auxiliary, Optional.empty());
    }
    Path path = NetworkFile.inside(FileName.path(net));
    ModelFile.requireFile(path);
    ImportedNetwork network = inputs.read(path);
    // Weights alone are of a network of the zoo.
    return Formats.tensors(path).isEmpty()
        ? new FileTrainee(path, network)
        : new ZooTrainee(
            ZooTrainee.classifier(network.metadata().getOrDefault(ModelFile.NET, "")),
            auxiliary,
            Optional.of(new FileTrainee(path, network)));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Returns what it is called in reports and as a folder. */
  String name();

  /** Returns the name that the network has in the zoo; empty if it has none. */
  String net();

  /** Returns what it answers. */
  Task task();

  /** Returns how it is trained where nothing else is asked for. */
  Recipe recipe();

  /** Returns the shape of the pictures that it takes, or usually takes. */
  Shape input();

  /** Returns how pictures become inputs as far as its file says. */
  Optional<InputRule> own();

  /**
   * Returns how pictures become inputs.
   *
   * @throws FoveaException if the network takes no such pictures
   */
  InputRule rule(DataSource source, InputOptions inputs);

  /** Returns the ending of the file that holds the trained model and all that is said of it. */
  String ending();

  /**
   * Returns a model that learns the classes of a description.
   *
   * @throws FoveaException if the network cannot take such pictures or classes, or be trained
   */
  Model model(ModelFile file, Seed seed, Engine engine);

  /** Gives a model the values that are known of its parameters, and says so. */
  void begin(Model model);

  /** Returns what is measured while it is trained. */
  default List<Metric> metrics(ModelFile file) {
    return List.of(Metrics.accuracy());
  }

  /** Returns what is minimised: a loss over logits of all outputs. */
  Objective objective(ModelFile file, Model model, Loss loss);

  /** Returns the trained model as it is used. */
  Model used(Model trained, ModelFile file);

  /** Says which layer makes way for one of other classes. */
  static void tellReplaced(Path file, ClassifierHead head, int classes) {
    System.err.println(
        "fovea: %s: its last layer, %s, has %s classes; a new one for %s replaces it"
            .formatted(file, head.path(), head.classes(), classes));
  }
}
