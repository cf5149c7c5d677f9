package dev.fovea.cli;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Dataset;
import dev.fovea.data.Task;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.pose.PoseReader;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.ConfusionMatrix;
import dev.fovea.train.Evaluation;
import dev.fovea.train.Evaluator;
import dev.fovea.train.Measure;
import dev.fovea.train.Outcomes;
import dev.fovea.train.Scores;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.augment.Augmentations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a model on test samples. */
@Command(
    name = "eval",
    header =
        "Measure a trained model: accuracy and confusion matrix, average precision, IoU of masks.",
    footer = {
      "",
      "Examples:",
      "  fovea eval runs/lenet5-digits/model.safetensors",
      "  fovea eval runs/lenet5-digits/model.safetensors --plots plots --tta shift:1",
      "  fovea eval model.safetensors --data mnist --data-dir data/mnist --json",
      "  fovea eval lenet.prototxt --data mnist --data-dir data/mnist --scale 1/256",
      "  fovea eval runs/yolo-tiny-shapes/model.safetensors --out results.json --plots plots",
      "  fovea eval yolox_nano.onnx --task yolox --data coco --data-dir coco",
      "  fovea eval openpose.onnx --task openpose --data keypoints --data-dir coco",
      "  fovea eval espcn.onnx --task super-resolution --data-dir photos"
    })
final class EvalCommand implements Runnable {
  private static final int WIDEST_MATRIX = 20;
  private static final String SMOOTHING = "label_smoothing";
  static final String CLASS_WEIGHTS = "class_weights";

  @Parameters(
      paramLabel = "MODEL",
      converter = ModelPath.class,
      description = "A network in a file.")
  private Path file;

  @Mixin private AnyDataOptions data;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Option(
      names = "--plots",
      paramLabel = "DIR",
      description =
          "Write pictures into this folder: of a classifier confusion.png, reliability.png, roc.png"
              + " and mistakes.png, of a detector confusion.png and precision.png, of classes of"
              + " pixels confusion.png and worst.png, of key points precision.png (where OKS is"
              + " measured) and near.png (where PCK is).")
  private @Nullable Path plots;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the detections or poses as JSON in the format of COCO's results, with the ids of"
              + " COCO's files where the data have such.")
  private @Nullable Path out;

  @Option(
      names = "--max-detections",
      paramLabel = "N",
      description =
          "So many detections of a picture are looked at at most; by default as many as the network"
              + " is used with, often 100. Above 100 COCO's figures of boxes and masks count as"
              + " many of each class, too (AR_N in place of AR_100); those of key points count 20"
              + " always. Networks of two stages find no more than they were made for.")
  private @Nullable Integer most;

  @Option(
      names = "--tta",
      paramLabel = "LIST",
      defaultValue = "none",
      description =
          "Test-time augmentation: average the predictions for each picture and an"
              + " augmented copy: flip, or of classes of pictures augmentations as in train's"
              + " --augment (default: none).")
  private String tta;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    SampleOptions.requireAugmentation("--tta", () -> Augmentations.view(tta));
    if (NetworkFile.isOwn(file, inputs)) {
      ModelFile description = ModelFile.read(file);
      inputs.requireNone(file);
      if (description.isSystem()) {
        measure(description, description.load(file, compute.engine()));
        return;
      }
      Model model = description.load(file, compute.engine());
      inputs.say(model);
      if (answersWithMask(model)) {
        masks(model, description.rule(), description.data());
        return;
      }
      requireNoResults();
      Losses.CrossEntropy loss = loss(description, file.toString());
      report(model, data.openTest(description), loss, description.rule());
    } else {
      NetworkFile network = NetworkFile.read(file, inputs, compute.engine());
      Optional<ModelFile> described = network.training();
      if (isSystem(network.model()) && described.isPresent()) {
        measure(described.get(), network.model());
        return;
      }
      if (Detector.isDetector(network.model())) {
        List<String> labels = network.model().labels();
        measure(network.model(), data.openUnseenLabels(network.rule().preprocessing(), labels));
        return;
      }
      if (PoseEstimator.isPoseEstimator(network.model())) {
        measurePublishedPoses(network);
        return;
      }
      if (Upscaler.isUpscaler(network.model())) {
        enlarged(Upscaler.of(network.model()));
        return;
      }
      if (answersWithMask(network.model())) {
        masks(network.model(), network.rule(), network.model().metadata().getOrDefault("data", ""));
        return;
      }
      requireNoResults();
      Optional<ModelFile> training = inputs.given() ? Optional.empty() : network.training();
      Losses.CrossEntropy loss =
          training.map(t -> loss(t, file.toString())).orElse(Losses.crossEntropy());
      Dataset test = training.isPresent() ? data.openTest(training.get()) : data.openTest(network);
      report(network.model(), test, loss, network.rule());
    }
  }

  private OptionalInt mostDetections() {
    return most == null
        ? OptionalInt.empty()
        : OptionalInt.of(Range.atLeast("--max-detections", most, 1));
  }

  private static boolean isSystem(Model model) {
    return Detector.isDetector(model) || PoseEstimator.isPoseEstimator(model);
  }

  private void requireOneView() {
    if (!tta.equals("none")) {
      throw new FoveaException(
          "--tta: needs a network that answers with classes of pictures or pixels");
    }
  }

  /** Returns whether mirror images are looked at, too. */
  private boolean isFlipped() {
    if (!List.of("none", "flip").contains(tta)) {
      throw new FoveaException("--tta " + tta + ": flip expected, for key points");
    }
    return tta.equals("flip");
  }

  /** Measures a detector, or what finds key points. */
  private void measure(ModelFile description, Model model) {
    if (PoseEstimator.isPoseEstimator(model)) {
      measurePoses(description, model);
      return;
    }
    measure(model, data.openTestLabels(description));
  }

  private void requireNoMost() {
    if (most != null) {
      throw new FoveaException("--max-detections: is for detectors; " + file + " finds key points");
    }
  }

  /** Measures what finds key points and was trained elsewhere. */
  private void measurePublishedPoses(NetworkFile network) {
    requireNoMost();
    PoseEstimator estimator = PoseEstimator.of(network.model());
    PublishedPoses poses =
        PublishedPoses.of(
            isFlipped() ? estimator.flipped() : estimator,
            data.openUnseenLabels(network.rule().preprocessing(), List.of(estimator.label())));
    PoseFinds finds = poses.find();
    poses.shortage().ifPresent(s -> System.err.println("fovea: " + s));
    print(poses.figures(finds));
    write(finds, true);
  }

  private void print(PoseEval poses) {
    System.out.println(json ? Json.write(poses.fields()) : poses.lines(file.toString()));
  }

  private void write(PoseFinds finds, boolean precision) {
    if (out != null) {
      finds.writeResults(out);
    }
    if (plots != null) {
      finds.writePlots(plots, precision);
    }
  }

  /** Measures what finds key points. */
  private void measurePoses(ModelFile description, Model model) {
    requireNoMost();
    LabelledData test = data.openTestLabels(description);
    PoseReader reader = PoseEstimator.of(model).reader();
    boolean distances = plots != null && PoseEval.tellsNear(description, model, test);
    PoseFinds finds = PoseFinds.of(reader, test, distances);
    boolean kept = out != null || plots != null;
    List<Measure> others = kept ? List.of(finds.from(reader)) : List.of();
    PoseEval poses = PoseEval.of(description, model, test, isFlipped(), others);
    print(poses);
    write(finds, poses.has(PoseEval.OKS + "ap"));
  }

  /** Measures a detector. */
  private void measure(Model model, LabelledData samples) {
    requireOneView();
    DetectorEval eval =
        DetectorEval.of(
            file.toString(), Detector.of(model), samples, mostDetections(), out != null);
    if (out != null) {
      eval.writeResults(out);
    }
    if (plots != null) {
      DetectorPlots.write(plots, eval);
    }
    Optional<PanopticEval> segments =
        PanopticSegmenter.isPanoptic(model)
            ? Optional.of(PanopticEval.of(PanopticSegmenter.of(model), samples))
            : Optional.empty();
    if (json) {
      Map<String, Object> fields = eval.fields();
      segments.ifPresent(s -> fields.putAll(s.fields()));
      System.out.println(Json.write(fields));
    } else {
      segments.ifPresent(PanopticEval::print);
      eval.print();
    }
  }

  /** Measures what enlarges pictures. */
  private void enlarged(Upscaler upscaler) {
    requireOneView();
    requireNoResults();
    if (plots != null) {
      throw new FoveaException("--plots: not of networks that enlarge pictures");
    }
    UpscaleEval eval = UpscaleEval.of(upscaler, data.pictures());
    if (json) {
      eval.printJson();
    } else {
      eval.print();
    }
  }

  private void requireNoResults() {
    if (out != null) {
      throw new FoveaException(
          "--out: writes what detectors and pose networks find, " + file + " is neither");
    }
  }

  private static boolean answersWithMask(Model model) {
    return model.output(0).task() == Task.MASK;
  }

  /**
   * Measures classes of pixels.
   *
   * @param trained the name of the data set that the model was trained on; empty if not known
   */
  private void masks(Model model, InputRule rule, String trained) {
    requireNoResults();
    boolean flip = tta.equals("flip");
    if (!flip && !tta.equals("none")) {
      throw new FoveaException("--tta %s: of classes of pixels flip alone".formatted(tta));
    }
    if (trained.isEmpty() && data.name("").isEmpty()) {
      throw new FoveaException(
          file + ": does not say what it was trained on; name a data set with --data");
    }
    LabelledData test =
        data.test(
            data.masks(trained, model.labels(), model.metadata().getOrDefault("training", "")),
            model.labels(),
            rule.preprocessing());
    Segmenter once = Segmenter.of(model, rule);
    Segmenter segmenter = flip ? once.mirrored() : once;
    MaskEvaluation evaluation = MaskEvaluation.of(file.toString(), segmenter, test);
    if (json) {
      evaluation.printJson();
    } else {
      evaluation.print();
    }
    if (plots != null) {
      evaluation.write(plots, segmenter, test);
    }
  }

  private void report(Model model, Dataset test, Losses.CrossEntropy loss, InputRule rule) {
    Evaluation result = Evaluator.of(model, ProbabilityLoss.of(model, loss)).examine(test);
    Scores scores = result.scores();
    ConfusionMatrix matrix = result.matrix();
    boolean views = !tta.equals("none");
    List<Augmentation> looks =
        views ? List.of(Augmentations.view(tta, rule.preprocessing().meanPixel())) : List.of();
    boolean more = plots != null || views;
    Optional<Outcomes> outcomes =
        more ? Optional.of(Outcomes.of(model, test, Seed.of(0), looks)) : Optional.empty();
    if (json) {
      Map<String, Object> fields = fields(test, loss, scores, matrix);
      outcomes.ifPresent(o -> fields.putAll(fields(o)));
      System.out.println(Json.write(fields));
    } else {
      print(test, loss, scores, matrix);
      outcomes.ifPresent(o -> print(o, views));
    }
    if (plots != null) {
      EvalPlots.write(plots, outcomes.orElseThrow());
      new MistakePicture(model, test, rule).write(plots, outcomes.orElseThrow());
    }
  }

  private static Map<String, Object> fields(Outcomes o) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("accuracy_of_views", o.topK(1));
    fields.put("top_5", o.topK(5));
    fields.put("mean_auc", JsonReport.number(o.meanAuc()));
    double error = o.calibration(EvalPlots.BINS).expectedError();
    fields.put("calibration_error", JsonReport.number(error));
    fields.put("best_temperature", JsonReport.number(o.bestTemperature()));
    return fields;
  }

  private static void print(Outcomes o, boolean views) {
    System.out.println();
    System.out.println(
        String.format(
            Locale.ROOT,
            "%stop-5 %.2f %%, mean area under ROC %.4f, calibration error %.4f, best temperature"
                + " %.2f",
            views
                ? String.format(Locale.ROOT, "with views: accuracy %.2f %%, ", 100 * o.topK(1))
                : "",
            100 * o.topK(5),
            o.meanAuc(),
            o.calibration(EvalPlots.BINS).expectedError(),
            o.bestTemperature()));
  }

  /** Returns the loss that the model was trained and tested with, that figures can be compared. */
  static Losses.CrossEntropy loss(ModelFile model, String source) {
    Losses.CrossEntropy plain = Losses.crossEntropy();
    if (model.training().isEmpty()) {
      return plain;
    }
    String where = source + ": training";
    Map<String, Object> training = Json.parseObject(model.training(), where);
    return weighted(smoothed(plain, training, where), model, training, where);
  }

  private static Losses.CrossEntropy smoothed(
      Losses.CrossEntropy loss, Map<String, Object> training, String source) {
    @Nullable Object smoothing = training.get(SMOOTHING);
    String where = source + ": " + SMOOTHING;
    return smoothing == null
        ? loss
        : loss.labelSmoothing(Range.fraction(where, Json.number(smoothing, where), 1));
  }

  private static Losses.CrossEntropy weighted(
      Losses.CrossEntropy loss, ModelFile model, Map<String, Object> training, String source) {
    @Nullable Object given = training.get(CLASS_WEIGHTS);
    if (given == null) {
      return loss;
    }
    String where = source + ": " + CLASS_WEIGHTS;
    List<Object> numbers = Json.array(given, where);
    if (numbers.size() != model.labels().size()) {
      throw new FoveaException(
          "%s: %s weights for %s classes".formatted(where, numbers.size(), model.labels().size()));
    }
    float[] weights = new float[numbers.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] =
          (float) Range.fraction(where, Json.number(numbers.get(i), where), Float.MAX_VALUE);
    }
    return loss.weights(weights);
  }

  private Map<String, Object> fields(
      Dataset test, Losses.CrossEntropy loss, Scores scores, ConfusionMatrix matrix) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", file.toString());
    fields.put("samples", test.size());
    fields.put("accuracy", JsonReport.number(matrix.accuracy()));
    fields.put("loss", JsonReport.number(scores.loss()));
    fields.put(SMOOTHING, loss.smoothing());
    if (!loss.weights().isEmpty()) {
      fields.put(CLASS_WEIGHTS, List.copyOf(loss.weights()));
    }
    List<Object> classes = new ArrayList<>();
    List<Object> confusion = new ArrayList<>();
    for (int c = 0; c < matrix.classes(); c++) {
      classes.add(ofClass(matrix, c));
      confusion.add(row(matrix, c));
    }
    fields.put("classes", classes);
    fields.put("confusion", confusion);
    return fields;
  }

  private static Map<String, Object> ofClass(ConfusionMatrix matrix, int c) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("label", label(matrix, c));
    fields.put("samples", matrix.samples(c));
    fields.put("precision", JsonReport.number(matrix.precision(c)));
    fields.put("recall", JsonReport.number(matrix.recall(c)));
    fields.put("f1", JsonReport.number(matrix.f1(c)));
    return fields;
  }

  private static List<Long> row(ConfusionMatrix matrix, int actual) {
    List<Long> row = new ArrayList<>();
    for (int c = 0; c < matrix.classes(); c++) {
      row.add(matrix.count(actual, c));
    }
    return row;
  }

  private static String label(ConfusionMatrix matrix, int c) {
    return Text.oneLine(matrix.label(c));
  }

  private static void print(
      Dataset test, Losses.CrossEntropy loss, Scores scores, ConfusionMatrix matrix) {
    System.out.println(
        String.format(
            Locale.ROOT,
            "accuracy %.2f %%, loss %.4f%s, on %,d samples",
            100 * matrix.accuracy(),
            scores.loss(),
            kind(loss),
            test.size()));
    System.out.println();
    Table table = new Table("class", ">samples", ">precision", ">recall", ">F1");
    for (int c = 0; c < matrix.classes(); c++) {
      table.row(
          label(matrix, c),
          Long.toString(matrix.samples(c)),
          percent(matrix.precision(c)),
          percent(matrix.recall(c)),
          percent(matrix.f1(c)));
    }
    System.out.println(table);
    if (matrix.classes() > WIDEST_MATRIX) {
      System.out.println("confusion matrix: too wide for here; --json prints it");
    } else {
      System.out.println("confusion matrix, a row per true class, a column per prediction:");
      System.out.print(confusion(matrix));
    }
  }

  private static String kind(Losses.CrossEntropy loss) {
    List<String> parts = new ArrayList<>();
    if (loss.smoothing() > 0) {
      parts.add("label smoothing " + loss.smoothing());
    }
    if (!loss.weights().isEmpty()) {
      parts.add("class weights");
    }
    return parts.isEmpty() ? "" : " (" + String.join(", ", parts) + ")";
  }

  private static Table confusion(ConfusionMatrix matrix) {
    String[] titles = new String[matrix.classes() + 1];
    titles[0] = "";
    for (int c = 0; c < matrix.classes(); c++) {
      titles[c + 1] = ">" + label(matrix, c);
    }
    Table table = new Table(titles);
    for (int c = 0; c < matrix.classes(); c++) {
      String[] cells = new String[titles.length];
      cells[0] = label(matrix, c);
      for (int p = 0; p < matrix.classes(); p++) {
        cells[p + 1] = Long.toString(matrix.count(c, p));
      }
      table.row(cells);
    }
    return table;
  }

  /** Returns a share, or a dash where there is nothing to have one. */
  private static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }
}
