package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Trainer;
import dev.fovea.zoo.Whitening;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where a training begins and which parameters it changes how. */
final class Transfer {
  /** As many pictures as their authors looked at. */
  private static final int WHITENED = 5000;

  @Option(
      names = "--from",
      converter = ModelPath.class,
      paramLabel = "FILE",
      description =
          "Start with the parameters in a file of any format that inspect knows: all of"
              + " this network, or those with the same names and shapes. The others, such as the"
              + " head for other classes, are initialised at random.")
  private @Nullable Path from;

  @Option(
      names = "--whiten",
      paramLabel = "CONVOLUTION",
      description =
          "Initialise this first convolution of 2·k·k·C filters with filters that whiten"
              + " patches of the training pictures, and freeze it.")
  private @Nullable String whiten;

  @Option(
      names = "--freeze",
      paramLabel = "PATTERN",
      split = ",",
      description =
          "Freeze these parameters: names in which * stands for one part of a path and **"
              + " for any number of parts, such as 'features.**'.")
  private List<String> freeze = List.of();

  @Option(
      names = "--unfreeze",
      paramLabel = "EPOCH:PATTERN",
      split = ",",
      description = "Freeze these parameters until an epoch begins.")
  private List<String> unfreeze = List.of();

  @Option(
      names = "--rate",
      paramLabel = "PATTERN=FACTOR",
      split = ",",
      description = "Multiply the learning rate of these parameters.")
  private Map<String, Double> rates = new LinkedHashMap<>();

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      defaultValue = "1",
      description = "Accumulate the gradients of N batches for each step (default: 1).")
  private int accumulate;

  @Option(
      names = "--ema",
      paramLabel = "DECAY",
      description =
          "Keep an exponential moving average of the parameters with this decay, which is"
              + " evaluated and saved; 0.999 is usual.")
  private @Nullable Double average;

  /**
   * Returns a model with its beginning and what is frozen, and says which parameters were found.
   *
   * @param pictures the samples to train on, before random changes
   * @param net the name of the network in the zoo; empty if it has none
   * @throws FoveaException if the file is unreadable or has none of them, a pattern matches none or
   *     there is nothing to whiten with
   */
  Model begin(Model model, Dataset pictures, String net, boolean resuming) {
    if (from != null && !resuming) {
      load(model, from, weights(model, from, net));
    }
    List<String> frozen = new ArrayList<>(freeze);
    if (whiten != null) {
      String weight = whiten + ".weight";
      whiten(model, weight, pictures);
      frozen.add(weight);
    }
    return frozen.isEmpty() ? model : model.freeze(frozen.toArray(String[]::new));
  }

  /** Gives a model the parameters that tensors have, and says how many it found. */
  static void load(Model model, Path file, Map<String, Tensor> tensors) {
    String source = file.toString();
    System.err.println(
        "fovea: " + source + ": " + model.parameters().loadMatching(source, tensors));
  }

  /** Returns the weights of a file by the names that a network of the zoo has for them. */
  private static Map<String, Tensor> weights(Model model, Path file, String net) {
    ModelFile.requireFile(file);
    if (file.toString().endsWith(".safetensors")) {
      Safetensors content = Safetensors.read(file);
      Map<String, Tensor> own = content.tensors();
      boolean told = net.isEmpty() || content.metadata().containsKey(ModelFile.NET);
      if (told || own.entrySet().stream().anyMatch(e -> fits(model, e))) {
        return own;
      }
    }
    boolean alone = !net.isEmpty() && !Formats.tensors(file).isEmpty();
    try {
      ImportedNetwork read = Formats.read(file, alone ? Optional.of(net) : Optional.empty());
      return InputOptions.tellingUnread(file, read).model(model.engine()).parameters().tensors();
    } catch (FormatException e) {
      Map<String, Tensor> part = alone ? Formats.part(file, model) : Map.of();
      if (part.isEmpty()) {
        throw e;
      }
      return part;
    }
  }

  private static boolean fits(Model model, Map.Entry<String, Tensor> tensor) {
    return model.parameters().contains(tensor.getKey())
        && model.parameters().get(tensor.getKey()).shape().equals(tensor.getValue().shape());
  }

  private static void whiten(Model model, String weight, Dataset pictures) {
    if (!model.parameters().contains(weight)) {
      throw new FoveaException("--whiten: the network has no parameter " + weight);
    }
    Shape shape = model.parameters().get(weight).shape();
    int channels = pictures.inputShape().dim(-1);
    if (shape.rank() != 4
        || shape.dim(0) != shape.dim(1)
        || shape.dim(2) != channels
        || shape.dim(3) != 2 * shape.dim(0) * shape.dim(0) * channels) {
      throw new FoveaException(
          "--whiten: %s has the shape %s; [k, k, %s, 2·k·k·%s] expected"
              .formatted(weight, shape, channels, channels));
    }
    model.parameters().set(weight, Whitening.filters(pictures, shape.dim(0), WHITENED));
  }

  /**
   * Checks what can be checked before data are read.
   *
   * @throws FoveaException if a value is not understood
   */
  void require() {
    batchesOfAStep();
    unfreeze.forEach(Transfer::colon);
    if (average != null && !(average > 0 && average < 1)) {
      throw new FoveaException("--ema " + average + ": a number above 0 and below 1 expected");
    }
  }

  /** Returns the end of the epoch in {@code EPOCH:PATTERN}. */
  private static int colon(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || !text.substring(0, colon).matches("[0-9]{1,6}")) {
      throw new FoveaException(
          "--unfreeze \"" + text + "\": EPOCH:PATTERN expected, such as 3:features.**");
    }
    return colon;
  }

  /** Returns of how many batches together a step is made. */
  int batchesOfAStep() {
    return Range.atLeast("--accumulate", accumulate, 1);
  }

  /** Returns how many copies of the parameters a checkpoint holds for what was chosen. */
  int copies() {
    return average == null ? 0 : 1;
  }

  /** Returns a trainer with what was chosen. */
  Trainer apply(Trainer trainer) {
    Trainer t = trainer.accumulate(batchesOfAStep());
    for (Map.Entry<String, Double> e : rates.entrySet()) {
      t = t.rate(e.getKey(), e.getValue());
    }
    for (String u : unfreeze) {
      int colon = colon(u);
      t = t.unfreeze(Integer.parseInt(u.substring(0, colon)), u.substring(colon + 1));
    }
    return average == null ? t : t.averaging(average);
  }

  /** Adds what was chosen to the settings that are saved with the model. */
  void put(Map<String, Object> fields) {
    if (from != null) {
      fields.put("from", from.toString());
    }
    if (whiten != null) {
      fields.put("whiten", whiten);
    }
    put(fields, "freeze", freeze);
    put(fields, "unfreeze", unfreeze);
    if (!rates.isEmpty()) {
      fields.put("rates", rates.toString());
    }
    if (accumulate != 1) {
      fields.put("accumulate", accumulate);
    }
    if (average != null) {
      fields.put("ema", average);
    }
  }

  private static void put(Map<String, Object> fields, String name, List<String> patterns) {
    if (!patterns.isEmpty()) {
      fields.put(name, String.join(",", patterns));
    }
  }
}
