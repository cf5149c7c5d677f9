package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.published.ModelCard;
import dev.fovea.systems.published.ModelCards;
import dev.fovea.systems.published.Mtcnn;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options for networks from files of other tools: which one, and how pictures become inputs.
 */
final class InputOptions {
  private static final long MOST_TEXT = 1_000_000;
  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,5})[x×]([1-9]\\d{0,5})");
  private static final List<String> FIELDS =
      List.of("scale", "mean", "std", "bgr", "resize", "fill", "height", "width", "channels");

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description =
          "The network of the zoo to which a file of weights belongs; found by names and"
              + " shapes if left out.")
  private @Nullable String net;

  @Option(
      names = "--preprocessing",
      paramLabel = "FILE",
      description =
          "A JSON object with any of scale, mean, std, bgr and resize, for networks of"
              + " other tools; the options below take precedence.")
  private @Nullable Path file;

  @Option(
      names = "--scale",
      paramLabel = "X",
      description =
          "Factor of the values 0 to 255 before mean and std, such as 1 or 1/255; by"
              + " default 1 if the network takes bytes, otherwise 1/255.")
  private @Nullable String scale;

  @Option(
      names = "--mean",
      paramLabel = "M",
      split = ",",
      description = "Mean after scaling, one number or one per channel: 0.485,0.456,0.406.")
  private @Nullable List<Float> mean;

  @Option(
      names = "--std",
      paramLabel = "S",
      split = ",",
      description = "Standard deviation after scaling, one number or one per channel.")
  private @Nullable List<Float> std;

  @Option(
      names = "--bgr",
      description = "The network takes blue, green, red; mean and std are in that order too.")
  private boolean bgr;

  @Option(
      names = "--resize",
      paramLabel = "WAY",
      description =
          "stretch (the default), crop, letterbox, corner (a letter box with the picture at the"
              + " upper left) or darknet (one whose size is rounded down): how pictures of another"
              + " size are fitted.")
  private Preprocessing.@Nullable Resize resize;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description =
          "Height and width of the pictures, such as 320x240, for networks whose files leave them"
              + " free.")
  private @Nullable String size;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "The task of the network, if its last layer does not determine it: classes (one"
              + " per picture), labels (any number per picture), mask (a class per pixel) or"
              + " regression; or the published network that it is, which also sets preprocessing,"
              + " classes and the meaning of the outputs: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Cards.class)
  private @Nullable String task;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the classes, one per line or as JSON, instead of the model's.")
  private @Nullable Path labels;

  /** The names of published networks, for the help. */
  static final class Cards implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.concat(ModelCards.names().stream(), Stream.of(Mtcnn.NAME)).iterator();
    }
  }

  /**
   * Says what the only output of a network is asked, if that was told.
   *
   * @throws FoveaException if the output cannot be that
   */
  void say(Model model) {
    if (task == null || card().isPresent()) {
      return;
    }
    Task asked = asked(task);
    Output output = model.output(0);
    boolean fits =
        switch (asked) {
          case CLASSES, LABELS -> output.shape().elements() == output.width();
          case MASK -> output.shape().rank() == 3;
          case REGRESSION -> true;
          case BOXES, KEY_POINTS, SEQUENCE -> false;
        };
    if (!fits || model.outputs().size() > 1) {
      throw new FoveaException(
          "--task %s: does not suit a network that gives %s".formatted(task, model.outputs()));
    }
    model.setTask(0, asked);
  }

  private static Task asked(String task) {
    if (task.equals(Mtcnn.NAME)) {
      throw new FoveaException(
          "--task mtcnn: three networks; predict takes the folder of their files");
    }
    List<String> all = new ArrayList<>(Arrays.stream(Task.values()).map(Task::text).toList());
    all.addAll(ModelCards.names());
    if (!all.contains(task)) {
      throw new FoveaException(
          "--task: task \"%s\" is not known%s"
              .formatted(Text.shown(task), Suggest.hint(task, all)));
    }
    return Task.parse(task, "--task");
  }

  /** Returns whether a network was told to be the first of the cascade {@link Mtcnn}. */
  boolean isMtcnn() {
    return Mtcnn.NAME.equals(task);
  }

  /** Returns which published network it is, if that was told. */
  Optional<ModelCard> card() {
    return task == null ? Optional.empty() : ModelCards.named(task);
  }

  /** Returns the names of the classes that were given, none if none were. */
  List<String> labels() {
    return labels == null ? List.of() : LabelFile.read(labels);
  }

  /**
   * Returns a model with the names of the classes that were given, if any were.
   *
   * @throws FoveaException if there are not as many as classes
   */
  Model labelled(Model model) {
    List<String> names = labels();
    if (names.isEmpty()) {
      return model;
    }
    int classes = classes(model);
    if (names.size() != classes) {
      throw new FoveaException(
          "%s: %s labels, the model has %s classes".formatted(labels, names.size(), classes));
    }
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.put("labels", String.join("\n", names));
    return model.withMetadata(texts);
  }

  private static int classes(Model model) {
    return Detector.isDetector(model) && !model.labels().isEmpty()
        ? model.labels().size()
        : model.output(0).classes();
  }

  /** Returns the name of the network in the zoo, if one was given. */
  Optional<String> net() {
    return Optional.ofNullable(net);
  }

  /**
   * Reads a network for pictures of the size that was given, if one was.
   *
   * @throws FoveaException if the file is broken, or fixes another size
   */
  ImportedNetwork read(Path network) {
    ImportedNetwork read = tellingUnread(network, Formats.read(network, net()));
    if (size == null) {
      return read;
    }
    Matcher m = SIZE.matcher(size);
    if (!m.matches()) {
      throw new FoveaException("--size: needs height and width such as 320x240, got " + size);
    }
    try {
      return read.at(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    } catch (FoveaException e) {
      throw new FoveaException(network + ": " + e.getMessage(), e);
    }
  }

  /** Returns a network after a line about what of its file was not read, if anything was not. */
  static ImportedNetwork tellingUnread(Path file, ImportedNetwork network) {
    if (!network.unread().isEmpty()) {
      System.err.println("fovea: " + file + ": " + network.unreadText());
    }
    return network;
  }

  /** Returns how pictures of another size are fitted, where the file says this of inputs. */
  Preprocessing.Resize resize(Optional<InputRule> own) {
    return resize != null
        ? resize
        : resize(
            fields(),
            own.map(r -> r.preprocessing().resize()).orElse(Preprocessing.Resize.STRETCH));
  }

  /** Returns whether anything was said about inputs. */
  boolean given() {
    return net != null || size != null || card().isPresent() || givesRule();
  }

  /** Returns whether it was said which published network it is, or what classes are called. */
  boolean givesMeaning() {
    return card().isPresent() || labels != null;
  }

  /** Returns whether anything was said about how pictures become inputs. */
  boolean givesRule() {
    return file != null || scale != null || mean != null || std != null || bgr || resize != null;
  }

  /**
   * Requires that nothing was said about inputs.
   *
   * @throws FoveaException if something was: the file says it itself
   */
  void requireNone(Path model) {
    if (given()) {
      throw new FoveaException(
          model
              + ": says itself which network it is of and how pictures become inputs; leave --net,"
              + " --task NETWORK, --size, --preprocessing, --scale, --mean, --std, --bgr and"
              + " --resize out");
    }
  }

  /** Returns whether a sample of this shape is a picture [H, W, C], grey or coloured. */
  static boolean isPicture(Shape input) {
    return input.rank() == 3 && (input.dim(2) == 1 || input.dim(2) == 3);
  }

  /**
   * Returns how pictures become inputs.
   *
   * @param input the shape of one sample [H, W, C]
   * @param own what the file says itself, if anything
   * @throws FoveaException if the network takes no pictures or the options do not fit it
   */
  InputRule rule(Shape input, Optional<InputRule> own) {
    if (!isPicture(input)) {
      throw new FoveaException(
          "the network takes " + input.prepend(1).batched() + ", which is no picture");
    }
    Map<String, Object> fields = fields();
    Preprocessing base =
        own.map(InputRule::preprocessing).orElseGet(() -> Preprocessing.scaled(input));
    int channels = input.dim(2);
    Preprocessing rule =
        new Preprocessing(
            input.dim(0),
            input.dim(1),
            channels,
            scale != null ? factor(scale) : number(fields, "scale", base.scale()),
            perChannel("--mean", mean, numbers(fields, "mean"), base.mean(), channels),
            perChannel("--std", std, numbers(fields, "std"), base.std(), channels),
            resize != null ? resize : resize(fields, base.resize()),
            number(fields, "fill", base.fill()));
    boolean usual = own.map(InputRule::bgr).orElse(false);
    Object said = fields.getOrDefault("bgr", usual);
    return new InputRule(rule, bgr || Json.bool(said, file + " bgr"));
  }

  private Map<String, Object> fields() {
    if (file == null) {
      return Map.of();
    }
    Map<String, Object> fields =
        new LinkedHashMap<>(Json.parseObject(TextFile.read(file, MOST_TEXT), file.toString()));
    for (String name : fields.keySet()) {
      if (!FIELDS.contains(name)) {
        throw new FoveaException(
            file + ": unknown field \"" + Text.shown(name) + "\"" + Suggest.hint(name, FIELDS));
      }
    }
    return fields;
  }

  private float number(Map<String, Object> fields, String name, float otherwise) {
    Object value = fields.get(name);
    return value == null ? otherwise : (float) Json.number(value, file + " " + name);
  }

  private @Nullable List<Float> numbers(Map<String, Object> fields, String name) {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    List<Float> all = new ArrayList<>();
    List<Object> items =
        value instanceof Number ? List.of(value) : Json.array(value, file + " " + name);
    items.forEach(v -> all.add((float) Json.number(v, file + " " + name)));
    return all;
  }

  private Preprocessing.Resize resize(Map<String, Object> fields, Preprocessing.Resize otherwise) {
    Object value = fields.get("resize");
    if (value == null) {
      return otherwise;
    }
    String where = file + " resize";
    return Preprocessing.Resize.parse(Json.string(value, where), where);
  }

  private static List<Float> perChannel(
      String name,
      @Nullable List<Float> option,
      @Nullable List<Float> field,
      List<Float> otherwise,
      int channels) {
    List<Float> some = option != null ? option : field != null ? field : otherwise;
    if (some.size() == 1) {
      return Collections.nCopies(channels, some.get(0));
    }
    if (some.size() != channels) {
      throw new FoveaException(
          "%s: %s numbers for %s channels; one, or one per channel expected"
              .formatted(name, some.size(), channels));
    }
    return some;
  }

  /** Returns a number, which may be written as a fraction. */
  private static float factor(String text) {
    String[] parts = text.split("/", 2);
    try {
      double top = Double.parseDouble(parts[0]);
      double x = parts.length == 2 ? top / Double.parseDouble(parts[1]) : top;
      return (float) Range.positive("--scale", x);
    } catch (NumberFormatException e) {
      throw new FoveaException(
          "--scale " + Text.shown(text) + ": a number such as 1 or 1/255 expected", e);
    }
  }
}
