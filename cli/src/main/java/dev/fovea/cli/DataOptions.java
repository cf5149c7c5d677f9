package dev.fovea.cli;

import dev.fovea.data.ClassSampling;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelProblem;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.systems.panoptic.PanopticRule;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.DataSets;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.ImageFolder;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose a data set; which there are depends on the command. */
abstract class DataOptions {
  private static final String EMBEDDED = "digits";
  private static final String SPLIT = "split";
  private static final String CLASSES = "classes";

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Folder of the data set's files, or the list of csv; needed for all but digits and"
              + " shapes.")
  private @Nullable Path folder;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description = "Use only the samples of these classes.")
  private List<String> classes = List.of();

  @Option(
      names = "--per-class",
      paramLabel = "N",
      description = "Use only the first N samples of each class to train on, and all to test with.")
  private @Nullable Integer perClass;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Use only the first N training samples and the first N test samples, which"
              + " alternate between the classes of a folder; 0 for all.")
  private int limit;

  @Option(
      names = "--split",
      paramLabel = "SHARE",
      description =
          "Share of each class to train on if a folder or list has no test part; the rest"
              + " is used for testing (default: 0.8, or the share with which the model was"
              + " trained).")
  private @Nullable Double share;

  /** Returns the name of the data set that was given. */
  abstract @Nullable String given();

  /** Returns what was said of the values of masks. */
  abstract MaskValueOption maskValues();

  /** Returns the name of the data set, or another where none was given. */
  String name(String otherwise) {
    String name = given();
    return name == null ? otherwise : name;
  }

  /** Returns the folder of the data set, or its name where it has none, for messages. */
  String folderOr(String otherwise) {
    return folder == null ? name(otherwise) : folder.toString();
  }

  /** Adds what was chosen to the settings that are saved with a model. */
  void put(Map<String, Object> fields) {
    fields.put("limit", limit);
    maskValues().put(fields);
    if (!classes.isEmpty()) {
      fields.put(CLASSES, String.join(",", classes));
    }
    if (perClass != null) {
      fields.put("per_class", perClass);
    }
    if (share != null) {
      fields.put(SPLIT, share);
    }
  }

  /**
   * Opens the data set and says which files were skipped.
   *
   * @param otherwise the data set where none was named
   * @param input the shape to which pictures of a folder are brought
   * @param resize how
   * @throws FoveaException if a folder is given for a data set that needs none
   */
  DataSource open(String otherwise, Shape input, Preprocessing.Resize resize) {
    ImageFolder.Options usual = ImageFolder.Options.standard().withInput(input).withResize(resize);
    return open(otherwise, usual, classes);
  }

  private DataSource open(String otherwise, ImageFolder.Options usual, List<String> kept) {
    Range.atLeast("--limit", limit, 0);
    ImageFolder.Options options =
        share == null ? usual : usual.withShare(requireShare("--split", share));
    if (folder != null && name(otherwise).equals(EMBEDDED)) {
      throw new FoveaException(
          "--data-dir: the data set " + EMBEDDED + " is embedded; name another with --data");
    }
    if (LabelSets.names().contains(name(otherwise))) {
      throw new FoveaException(
          "data set %s has labels of objects or pixels; the network answers with classes of pictures"
              .formatted(name(otherwise)));
    }
    DataSource source = DataSets.open(name(otherwise), folder, options);
    if (share != null && source.parted()) {
      throw new FoveaException(
          "--split: data set %s has its own parts to train on and to test with"
              .formatted(source.name()));
    }
    for (String problem : source.problems()) {
      System.err.println("fovea: skipped " + Text.oneLine(problem));
    }
    DataSplit some = chosen(source.split(), kept);
    return new DataSource(
        source.name(), some, source.parted(), source.preprocessing(), source.problems());
  }

  /**
   * Opens a data set of labelled pictures and says what is wrong with its labels.
   *
   * @param otherwise the data set where none was named
   * @param cast what may be in drawn scenes
   * @param options how labelled pictures become samples
   * @throws FoveaException if an option is for data sets with a class per picture
   */
  LabelSplit openLabels(String otherwise, SceneCast cast, LabelOptions options) {
    return readable(openLabels(otherwise, cast, options, List.of(), ""));
  }

  /**
   * Opens the labelled pictures that a trained model is to be tested with.
   *
   * @throws FoveaException if they have other classes than the model knows
   */
  LabelledData openTestLabels(ModelFile model) {
    LabelOptions boxes = LabelOptions.of(model.preprocessing(), Marking.BOXES);
    LabelOptions options =
        model.system().containsKey(PanopticRule.KEY)
            ? LabelOptions.of(model.preprocessing(), Marking.BOXES, Marking.MASK)
            : boxes;
    String usual = model.data().isEmpty() ? LabelSets.SHAPES : model.data();
    Optional<VisionSystem> system = Systems.named(model.net());
    SceneCast cast = system.map(VisionSystem::scenes).orElse(SceneCast.usual());
    boolean posed = model.system().containsKey(PoseRule.KEY);
    List<String> names = posed ? List.of() : model.labels();
    LabelledData test =
        openLabels(usual, cast, options, names, model.training()).test().readable(DataOptions::say);
    if (posed) {
      requireSameJoints(test, model, name(usual));
    } else {
      requireSameClasses(name(usual), test.things(), model.labels());
    }
    return test;
  }

  private static void requireSameClasses(String name, List<String> classes, List<String> known) {
    if (!classes.equals(known)) {
      throw new FoveaException(
          "data set %s has %s classes %s, the model knows %s: %s"
              .formatted(name, classes.size(), some(classes), known.size(), some(known)));
    }
  }

  /** Of key points the class that has them is known to a model, and not what else is labelled. */
  private static void requireSameJoints(LabelledData test, ModelFile model, String name) {
    String text = model.system().getOrDefault(PoseRule.KEY, "");
    List<String> joints = PoseRule.parse(text, model.net()).skeleton().joints();
    if (!test.things().containsAll(model.labels()) || !test.skeleton().joints().equals(joints)) {
      throw new FoveaException(
          "data set %s has key points %s of %s, the model finds %s of %s"
              .formatted(
                  name,
                  some(test.skeleton().joints()),
                  some(test.things()),
                  some(joints),
                  some(model.labels())));
    }
  }

  /**
   * Opens labelled pictures to test a network with that was trained elsewhere: all there are,
   * unless files say which are to test with.
   *
   * @param classes the names of the classes that the network knows
   * @throws FoveaException if no data set of files is named
   */
  LabelledData openUnseenLabels(Preprocessing rule, List<String> classes) {
    requireNoneOfClassifiers();
    String name = given();
    if (name == null || folder == null) {
      throw new FoveaException(
          "--data, --data-dir: name labelled pictures to measure a network of other tools with");
    }
    LabelSet set = maskValues().read(name, folder, ofObjects(name, classes), "");
    LabelledData all = set.unseen(LabelOptions.of(rule, Marking.BOXES), DataOptions::say);
    return (limit == 0 ? all : all.take(limit)).readable(DataOptions::say);
  }

  /**
   * Returns the pictures of the folder, without labels.
   *
   * @throws FoveaException if none is named or it has none
   */
  List<Path> pictures() {
    requireNoneOfClassifiers();
    if (given() != null || folder == null) {
      throw new FoveaException("--data-dir: name a folder of pictures, without --data");
    }
    List<Path> all = PictureFiles.of(List.of(folder));
    return limit == 0 ? all : all.subList(0, Math.min(limit, all.size()));
  }

  private void requireNoneOfClassifiers() {
    Range.atLeast("--limit", limit, 0);
    if (share != null || perClass != null || !classes.isEmpty()) {
      throw new FoveaException(
          "--split, --per-class, --classes: are for data sets with one class per picture");
    }
  }

  private LabelSplit opened(
      String which, SceneCast cast, LabelOptions options, List<String> names, String training) {
    return which.equals(LabelSets.SHAPES) || folder == null
        ? LabelSets.open(which, folder, cast, options)
        : maskValues().read(which, folder, ofObjects(which, names), training).split(options);
  }

  /** Says what is wrong with labels and pictures; in one line each, whatever names say. */
  static void say(LabelProblem problem) {
    System.err.println("fovea: " + Text.oneLine(problem.line()));
  }

  /** Names of objects tell nothing about values of masks, among which is a background. */
  private static List<String> ofObjects(String form, List<String> names) {
    return form.equals("masks") ? List.of() : names;
  }

  private LabelSplit openLabels(
      String otherwise, SceneCast cast, LabelOptions options, List<String> names, String training) {
    requireNoneOfClassifiers();
    String which = name(otherwise);
    if (folder != null && which.equals(LabelSets.SHAPES)) {
      throw new FoveaException(
          "--data-dir: the data set " + which + " is embedded; name another with --data");
    }
    return limited(opened(which, cast, options, names, training));
  }

  /** Says what is wrong with samples and returns as many as are asked for. */
  private LabelSplit limited(LabelSplit split) {
    split.problems().forEach(DataOptions::say);
    return limit == 0
        ? split
        : new LabelSplit(
            split.train().take(limit), split.test().take(limit), split.parted(), split.problems());
  }

  /** Returns the samples that can be read, so that a training does not end by a damaged one. */
  private static LabelSplit readable(LabelSplit split) {
    return new LabelSplit(
        split.train().readable(DataOptions::say),
        split.test().readable(DataOptions::say),
        split.parted(),
        split.problems());
  }

  /**
   * Opens the data set of a network that answers with classes of pixels.
   *
   * @param otherwise the data set where none was named
   * @param names the names of the classes of pixels, if they are known
   * @param training how the model that they are for was trained, as JSON; else empty
   */
  MaskData masks(String otherwise, List<String> names, String training) {
    if (perClass != null || share != null) {
      throw new FoveaException(
          (share != null ? "--split" : "--per-class") + ": not with classes of pixels");
    }
    return MaskData.open(
        name(otherwise),
        folder,
        (form, where) ->
            maskValues()
                .read(form, where, classes.isEmpty() ? inFiles(form, names) : classes, training));
  }

  /** Returns classes of pixels as files name them: objects stand before a background of no name. */
  private static List<String> inFiles(String form, List<String> names) {
    boolean before = !form.equals("masks") && names.indexOf(LabelNames.BACKGROUND) == 0;
    return before ? names.subList(1, names.size()) : names;
  }

  /** Returns the samples of a data set with masks, and says what is wrong with them. */
  DataSource open(MaskData masks, Preprocessing rule) {
    Range.atLeast("--limit", limit, 0);
    LabelSplit split = readable(limited(masks.split(rule)));
    return new DataSource(
        masks.name(),
        split.split(),
        split.parted(),
        rule,
        split.problems().stream().map(LabelProblem::line).toList());
  }

  /** Returns the samples to test with of a data set with masks. */
  LabelledData test(MaskData masks, List<String> names, Preprocessing rule) {
    Range.atLeast("--limit", limit, 0);
    LabelledData test = limited(masks.split(rule)).test();
    if (!names.isEmpty()) {
      List<String> classes = test.classes().stream().map(Text::oneLine).toList();
      requireSameClasses(masks.name(), classes, names);
    }
    return test.readable(DataOptions::say);
  }

  private static double requireShare(String where, double share) {
    if (!(share > 0 && share < 1)) {
      throw new FoveaException(where + " " + share + ": a number above 0 and below 1 expected");
    }
    return share;
  }

  /** Returns the share to train on that a model's training had. */
  private static OptionalDouble share(ModelFile model) {
    if (model.training().isEmpty()) {
      return OptionalDouble.empty();
    }
    String where = where(model);
    @Nullable Object split = Json.parseObject(model.training(), where).get(SPLIT);
    return split == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(requireShare(where + ": " + SPLIT, Json.number(split, where)));
  }

  /** Returns the classes of whose samples a model knows, where the command does not say. */
  private List<String> classes(ModelFile model) {
    boolean some =
        !model.training().isEmpty()
            && Json.parseObject(model.training(), where(model)).containsKey(CLASSES);
    return classes.isEmpty() && some ? model.labels() : classes;
  }

  /**
   * Returns the classes by whose names and numbers pictures of some of them are labelled; none
   * where the command chooses classes itself.
   */
  private List<String> names(ModelFile model) {
    return classes(model).isEmpty() ? model.labels() : List.of();
  }

  private static String where(ModelFile model) {
    return model.source().map(Path::toString).orElse("model") + ": training";
  }

  private DataSplit chosen(DataSplit all, List<String> kept) {
    Dataset train = all.train();
    Dataset test = all.test();
    if (!kept.isEmpty()) {
      train = ClassSampling.only(train, kept);
      test = ClassSampling.only(test, kept);
    }
    if (perClass != null) {
      train = ClassSampling.firstOfEach(train, Range.atLeast("--per-class", perClass, 1));
    }
    return limit == 0
        ? new DataSplit(train, test)
        : new DataSplit(train.take(limit), test.take(limit));
  }

  /**
   * Opens the test samples as a trained model wants them.
   *
   * @throws FoveaException if the model was trained for other pictures or classes
   */
  Dataset openTest(ModelFile model) {
    return model.rule().over(open(model, model.preprocessing()).split().test());
  }

  /** Opens the samples of a trained model's classes, divided as its training divided them. */
  private DataSource open(ModelFile model, Preprocessing rule) {
    String usual = model.data().isEmpty() ? EMBEDDED : model.data();
    ImageFolder.Options options =
        ImageFolder.Options.standard().withInput(rule).withClasses(names(model));
    OptionalDouble trained = share(model);
    if (trained.isPresent()) {
      options = options.withShare(trained.getAsDouble());
    }
    DataSource source = open(usual, options, classes(model));
    requirePictures(source, rule.shape(), "model");
    requireSameClasses(
        source.name(), source.classes().stream().map(Text::oneLine).toList(), model.labels());
    return source;
  }

  /**
   * Opens the test samples as a network from a file of another tool wants them.
   *
   * @throws FoveaException if no data set is named, or it has other pictures or classes
   */
  Dataset openTest(NetworkFile network) {
    return network.rule().over(requireClasses(open(network), network).split().test());
  }

  /**
   * Opens the samples to train on, in random order, and to test with, as a network wants them,
   * divided as its training divided them if it says so.
   *
   * @throws FoveaException if no data set is known, or it has other pictures or classes
   */
  DataSplit openSplit(NetworkFile network) {
    InputRule rule = network.rule();
    DataSource source =
        network
            .training()
            .map(trained -> open(trained, rule.preprocessing()))
            .orElseGet(() -> open(network));
    DataSplit all = requireClasses(source, network).split();
    return new DataSplit(rule.over(all.train()).shuffled(), rule.over(all.test()));
  }

  private DataSource open(NetworkFile network) {
    String name = given();
    if (name == null) {
      throw new FoveaException(
          network.file() + ": does not say what it was trained on; name a data set with --data");
    }
    Preprocessing input = network.rule().preprocessing();
    DataSource source = open(name, input.shape(), input.resize());
    requirePictures(source, input.shape(), "network");
    return source;
  }

  private static DataSource requireClasses(DataSource source, NetworkFile network) {
    if (!network.isClassifier() || network.classes() != source.classes().size()) {
      throw new FoveaException(
          "data set %s has %s classes, the network gives %s"
              .formatted(
                  source.name(),
                  source.classes().size(),
                  network.outputs().stream().map(p -> p.fileSample().toString()).toList()));
    }
    return source;
  }

  /** Requires that a data set has the pictures that a model or a network takes. */
  static void requirePictures(DataSource source, Shape input, String taker) {
    Shape own = source.preprocessing().shape();
    if (!own.equals(input)) {
      throw new FoveaException(
          "data set %s: pictures of %s, the %s takes %s"
              .formatted(source.name(), own.times(), taker, input.times()));
    }
  }

  /** Returns the first of some names for a message. */
  static String some(List<String> names) {
    List<String> first = names.stream().limit(4).map(Text::oneLine).toList();
    return names.isEmpty()
        ? "none"
        : String.join(", ", first) + (names.size() > first.size() ? ", …" : "");
  }
}
