package dev.fovea.cli;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Format;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.RegionSearcher;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network in a file of any format, ready to be run on pictures.
 *
 * @param file the file
 * @param model the network with its weights
 * @param outputs what its outputs are called and how they lie in the file
 * @param rule how pictures become inputs
 */
record NetworkFile(Path file, Model model, List<Port> outputs, InputRule rule) {
  /**
   * Reads a network.
   *
   * @throws FoveaException if the file is broken, of no known format, or takes no pictures
   */
  static NetworkFile read(Path file, InputOptions options, Engine engine) {
    if (isOwn(file, options)) {
      ModelFile own = ModelFile.read(file);
      options.requireNone(file);
      Model model = own.load(file, engine);
      options.say(model);
      Model used = options.labelled(model);
      return new NetworkFile(file, used, plain(model.outputs()), own.rule());
    }
    return of(file, options.read(file), options, engine);
  }

  /**
   * Returns a network of another tool.
   *
   * @throws FoveaException if it takes no pictures
   */
  static NetworkFile of(Path file, ImportedNetwork network, InputOptions options, Engine engine) {
    boolean searched = network.metadata().containsKey(RegionSearcher.KEY);
    if (network.inputs().size() != (searched ? 2 : 1)) {
      throw new FoveaException(
          "%s: has %s inputs; the command knows networks of one picture"
              .formatted(file, network.inputs().size()));
    }
    Shape input = network.inputs().get(0).sample();
    Optional<ModelCard> card = card(options, network);
    Optional<InputRule> own =
        card.map(c -> c.rule(input)).or(() -> InputRule.of(network.metadata(), file.toString()));
    InputRule rule = options.rule(input, own);
    Model model = network.model(engine);
    options.say(model);
    Model used =
        card.map(c -> c.describe(model, rule, options.labels()))
            .orElseGet(() -> options.labelled(model));
    return new NetworkFile(file, used, network.outputs(), rule);
  }

  /** Returns which published network it is: what is told, else what the file shows. */
  private static Optional<ModelCard> card(InputOptions options, ImportedNetwork network) {
    return options.card().or(() -> ModelCards.of(network.metadata()));
  }

  /** Returns whether a file is one that {@code fovea train} writes, under whatever name. */
  static boolean isOwn(Path file, InputOptions options) {
    ModelFile.requireFile(file);
    boolean safetensors =
        file.toString().endsWith(".safetensors")
            || (Formats.isKnown(file) && Formats.format(file) == Format.SAFETENSORS);
    return safetensors
        && options.net().isEmpty()
        && ModelFile.isWhole(Safetensors.readMetadata(file));
  }

  /** Returns the file of a network, which may be that of a training's output folder. */
  static Path inside(Path path) {
    Path inside = path.resolve("model.safetensors");
    Path other = path.resolve("model.onnx");
    return !Files.isDirectory(path)
        ? path
        : Files.exists(inside) ? inside : Files.exists(other) ? other : path;
  }

  private static List<Port> plain(List<Shape> shapes) {
    List<Port> ports = new ArrayList<>();
    for (Shape s : shapes) {
      ports.add(Port.plain("output" + (ports.isEmpty() ? "" : ports.size()), s));
    }
    return ports;
  }

  /** Returns what the file says of the training that it comes from, if it is one of fovea. */
  Optional<ModelFile> training() {
    return ModelFile.of(model.metadata(), file);
  }

  /** Returns this network with other texts. */
  NetworkFile with(Map<String, String> texts) {
    return new NetworkFile(file, model.withMetadata(texts), outputs, rule);
  }

  /**
   * Returns a model made of this network with all that is said of it, and how pictures become its
   * inputs.
   *
   * @param same whether it still is the network of the zoo that this one is, if it is one
   */
  Model described(Model made, boolean same) {
    Map<String, String> texts = new LinkedHashMap<>(made.metadata());
    rule.put(texts);
    if (!same) {
      texts.remove(ModelFile.NET);
    }
    return made.withMetadata(texts);
  }

  /**
   * Returns the input for a picture.
   *
   * @param invert whether dark and light are swapped
   * @throws FoveaException if the picture cannot be read
   */
  Tensor input(Path picture, boolean invert) {
    Tensor placed = rule.place(picture).input();
    return rule.input(invert ? negative(placed) : placed);
  }

  /** Returns a picture of values 0 … 255 with dark and light swapped. */
  static Tensor negative(Tensor picture) {
    Tensor negative = picture.copy();
    for (int i = 0; i < negative.data().length; i++) {
      negative.data()[i] = 255 - negative.data()[i];
    }
    return negative;
  }

  /** Returns whether the only output is one number per class. */
  boolean isClassifier() {
    return isAsked(Task.CLASSES) || isAsked(Task.LABELS);
  }

  /** Returns whether the network has one output and is asked this. */
  boolean isAsked(Task task) {
    return outputs.size() == 1 && model.output(0).task() == task;
  }

  /** Returns the number of classes of a classifier of pictures or pixels. */
  int classes() {
    return model.output(0).classes();
  }
}
