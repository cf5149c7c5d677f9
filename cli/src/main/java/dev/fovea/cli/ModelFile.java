package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.formats.FileKind;
import dev.fovea.formats.Format;
import dev.fovea.io.Safetensors;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.systems.panoptic.PanopticRule;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a model file says beside the weights: all that is needed to use them.
 *
 * @param net the name of the network in the zoo; empty if it has none
 * @param labels the names of the classes
 * @param rule how pictures become inputs
 * @param data the name of the data set it was trained on
 * @param training how it was trained, as JSON
 * @param system what else a vision system says of its network and how that is read; empty for a
 *     network of the zoo
 * @param source the file it was read from, to be named in messages; none while it is trained
 */
record ModelFile(
    String net,
    List<String> labels,
    InputRule rule,
    String data,
    String training,
    Map<String, String> system,
    Optional<Path> source) {
  private static final String VERSION = "fovea";
  static final String NET = "net";
  private static final String LABELS = "labels";
  private static final String PREPROCESSING = "preprocessing";
  private static final String DATA = "data";
  private static final String TRAINING = "training";

  /** With this, names of the parameters of vision systems began before they had layers of one. */
  private static final String EARLIER = "block.";

  ModelFile {
    labels = labels.stream().map(Text::oneLine).toList();
    system = Collections.unmodifiableMap(new LinkedHashMap<>(system));
  }

  /** Creates the description of a model that is about to be trained. */
  ModelFile(String net, List<String> labels, InputRule rule, String data, String training) {
    this(net, labels, rule, data, training, Map.of(), Optional.empty());
  }

  /** Returns size and normalisation of pictures. */
  Preprocessing preprocessing() {
    return rule.preprocessing();
  }

  /**
   * Returns an untrained model of this description.
   *
   * @throws FoveaException if the network cannot take such pictures or classes
   */
  Model build(Seed seed, Engine engine) {
    return build(preprocessing().shape(), seed, engine).withMetadata(metadata());
  }

  /**
   * Returns a model of this description with the weights of its file.
   *
   * @throws FoveaException if they are those of another network
   */
  Model load(Path file, Engine engine) {
    Model model = build(Seed.of(0), engine);
    if (!isSystem()) {
      return model.load(file);
    }
    Safetensors content = Safetensors.readWhole(file);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    boolean earlier =
        content.tensors().keySet().stream().allMatch(name -> name.startsWith(EARLIER))
            && model.parameters().all().stream().noneMatch(p -> p.name().startsWith(EARLIER));
    content
        .tensors()
        .forEach((name, t) -> tensors.put(earlier ? name.substring(EARLIER.length()) : name, t));
    model.parameters().load(file.toString(), tensors);
    return model.withMetadata(content.metadata());
  }

  /** Returns an untrained model with the network's auxiliary classifiers. */
  Model buildWithHeads(Seed seed, Engine engine) {
    return Zoo.find(net)
        .modelWithHeads(Scale.full(labels.size()), preprocessing().shape(), seed, engine)
        .withMetadata(metadata());
  }

  /** Returns an untrained model for pictures of another shape. */
  Model build(Shape input, Seed seed, Engine engine) {
    try {
      Optional<VisionSystem> known = Systems.named(net);
      if (known.isPresent()) {
        return known.get().build(metadata(), "model", seed, engine);
      }
      return Zoo.find(net).model(Scale.full(labels.size()), input, seed, engine);
    } catch (FoveaException e) {
      throw source
          .map(file ->
              new FoveaException(
                  file + ": " + net + " cannot be built as it says: " + e.getMessage(), e))
          .orElse(e);
    }
  }

  /** Returns the texts that are stored in the file; the same description gives the same texts. */
  Map<String, String> metadata() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(VERSION, Version.TEXT);
    if (!net.isEmpty()) {
      texts.put(NET, net);
    }
    texts.put(DATA, data);
    texts.put(LABELS, String.join("\n", labels));
    rule.put(texts);
    texts.put(TRAINING, training);
    texts.putAll(system);
    return texts;
  }

  /** Returns whether texts say all that is needed to use the weights beside them. */
  static boolean isWhole(Map<String, String> texts) {
    return texts.keySet().containsAll(List.of(NET, LABELS, PREPROCESSING));
  }

  /**
   * Reads the description of a file and none of its weights.
   *
   * @throws FoveaException if the file is not a model of the zoo
   */
  static ModelFile read(Path file) {
    requireFile(file);
    Map<String, String> texts = Safetensors.readMetadata(file);
    for (String name : List.of(NET, LABELS, PREPROCESSING)) {
      if (!texts.containsKey(name)) {
        throw new FoveaException(
            file
                + ": weights without the network they belong to (no \""
                + name
                + "\" in its metadata); a file that fovea train wrote is needed");
      }
    }
    String net = texts.getOrDefault(NET, "");
    requireKnown(file, net);
    return told(texts, file);
  }

  private static InputRule rule(Map<String, String> texts, Path file) {
    InputRule rule =
        InputRule.of(texts, file.toString())
            .orElseThrow(() -> new FoveaException(file + ": preprocessing: empty"));
    try {
      Objects.requireNonNull(rule.preprocessing().shape());
    } catch (FoveaException e) {
      throw new FoveaException(file + ": preprocessing: " + e.getMessage(), e);
    }
    return rule;
  }

  /** Returns what texts beside a network say of its training, if they say enough to test it. */
  static Optional<ModelFile> of(Map<String, String> texts, Path file) {
    boolean told =
        List.of(LABELS, PREPROCESSING, DATA, TRAINING).stream()
            .noneMatch(name -> texts.getOrDefault(name, "").isEmpty());
    return told ? Optional.of(told(texts, file)) : Optional.empty();
  }

  private static ModelFile told(Map<String, String> texts, Path file) {
    return new ModelFile(
        texts.getOrDefault(NET, ""),
        List.of(texts.getOrDefault(LABELS, "").split("\n", -1)),
        rule(texts, file),
        texts.getOrDefault(DATA, ""),
        texts.getOrDefault(TRAINING, ""),
        system(texts),
        Optional.of(file));
  }

  /** Returns what only systems say. */
  static Map<String, String> system(Map<String, String> texts) {
    Map<String, String> own = new LinkedHashMap<>();
    for (String key : List.of(Plan.SYSTEM, DetectionRule.KEY, PoseRule.KEY, PanopticRule.KEY)) {
      if (texts.containsKey(key)) {
        own.put(key, texts.getOrDefault(key, ""));
      }
    }
    return own;
  }

  /** Returns whether it is of a vision system. */
  boolean isSystem() {
    return Systems.named(net).isPresent();
  }

  private static void requireKnown(Path file, String net) {
    if (Zoo.named(net).isEmpty() && Systems.named(net).isEmpty()) {
      List<String> names = Stream.concat(Zoo.names().stream(), Systems.names().stream()).toList();
      throw new FoveaException(
          "%s: its network \"%s\" is not known%s"
              .formatted(file, Text.shown(net), Suggest.hint(Text.shown(net), names)));
    }
  }

  /**
   * Requires the same network, data and classes in the metadata of a checkpoint.
   *
   * @throws FoveaException if they differ
   */
  void requireSame(Map<String, String> before, String source) {
    Map<String, String> now = metadata();
    for (String name : List.of(NET, DATA, LABELS, PREPROCESSING)) {
      String was = before.getOrDefault(name, "");
      String is = now.getOrDefault(name, "");
      if (!was.equals(is)) {
        throw new FoveaException(
            "%s: the checkpoint is of another training: %s was %s, is %s; leave --resume out to begin anew"
                .formatted(source, name, shown(was), shown(is)));
      }
    }
  }

  private static String shown(String text) {
    return text.isEmpty() ? "not known" : Text.shown(text.replace("\n", ", "));
  }

  /** Requires that there is such a file, and that it is not plainly something else. */
  static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new FoveaException(ModelFolder.refusal(file));
    }
    if (!Files.exists(file)) {
      String hint =
          file.toString().endsWith(".safetensors") ? "; fovea train writes model files" : "";
      throw new FoveaException(file + ": no such file" + hint);
    }
    if (file.toString().endsWith(".safetensors")) {
      FileKind.require(Format.SAFETENSORS, file);
    }
  }
}
