package dev.fovea.cli;

import dev.fovea.data.Task;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.published.Mtcnn;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Classifies pictures or their pixels. */
@Command(
    name = "predict",
    header = "Classify pictures with a trained model, or run any network on them.",
    description = {
      "Pictures of any size and colour are prepared as in training: resized, converted"
          + " to grey or RGB, normalised. A picture that cannot be read is reported, the"
          + " others are classified, and the exit code is 2.",
      "The model may be a file of any format that inspect knows; options then set the"
          + " preprocessing. For a network that classifies pixels, the share of each class is"
          + " printed, and --out writes the classes in the size of the picture. Other outputs"
          + " are summarised in one line each, or written with --out."
    },
    footer = {
      "",
      "Examples:",
      "  fovea predict runs/lenet5-digits/model.safetensors seven.png",
      "  fovea predict model.safetensors scan.jpg --invert --top 1",
      "  fovea predict model.safetensors *.png --json      one JSON object per line",
      "  fovea predict net.onnx dog.jpg --resize crop --mean 0.485,0.456,0.406 --std"
          + " 0.229,0.224,0.225",
      "  fovea predict unet.onnx scan.png --out classes.png --overlay scan-classes.png",
      "  fovea predict unet.onnx slide.png --tile 256 --overlap 0.25 --out classes.png",
      "  fovea predict yolo.cfg dog.jpg --out drawn.png",
      "  fovea predict yolox_nano.onnx dog.jpg --task yolox --score 0.5",
      "  fovea predict espcn.onnx cat.png --task super-resolution --out large.png",
      "  fovea predict lenet.onnx page.png --windows both --step 4 --scales 1,0.7,0.5 --out drawn.png",
      "  fovea predict cpm.onnx photos --task cpm-pose --boxes yolox.onnx --out skeletons",
      "  fovea predict mtcnn-caffe photos --task mtcnn --out faces",
      "  fovea predict runs/yolo-tiny-shapes/model.safetensors photos --score 0.4 --out drawn"
    })
final class PredictCommand implements Callable<Integer> {

  private static final int TOP = 3;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A network in a file.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Pictures: PNG, JPEG, GIF, BMP, TIFF; for a detector folders of them too.")
  private List<Path> pictures = new ArrayList<>();

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "How many classes to show per picture (default: 3; of pixels all there are).")
  private @Nullable Integer top;

  @Option(
      names = "--invert",
      description =
          "Invert the pictures, such as dark ink on light paper for a model that learned"
              + " light ink on a dark background.")
  private boolean invert;

  @Option(names = "--json", description = "Print one JSON object per picture and line.")
  private boolean json;

  @Option(names = "--raw", description = "Print the raw outputs, not classes.")
  private boolean raw;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the outputs of one picture as they are, with the axes as in the model's file:"
              + " .json, or .npy (one file per output). Of a network that classifies pixels: the"
              + " classes, .png with their numbers as colours of a palette, .npy or .json, or a"
              + " folder for the .png files of several pictures; pixels that the network does not"
              + " see are 255, or −1. Of a detector: a drawing of one picture as .png, or a folder for"
              + " those of several; .json or .csv for what was found.")
  private @Nullable Path out;

  @Option(
      names = "--score",
      paramLabel = "X",
      description = "The smallest score of detections, 0 to 1; by default that of the model.")
  private @Nullable Double score;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description =
          "Write the detections in this format instead of drawings: coco, voc, yolo (a"
              + " file per picture), csv or json.")
  private @Nullable DetectionFormat format;

  @Option(
      names = "--overlay",
      paramLabel = "FILE",
      description =
          "Of a network that classifies pixels: write the picture with its classes in colours, as"
              + " .png, or those of several pictures into a folder.")
  private @Nullable Path overlay;

  @Option(
      names = "--boxes",
      paramLabel = "FROM",
      description =
          "Of a network of key points: one pose in each box that a detector finds or that labels"
              + " mark; the detector's file, or the folder of labels or a file in it.")
  private @Nullable Path boxes;

  @Option(
      names = "--tta",
      paramLabel = "flip",
      description =
          "Of a network of key points: look at mirror images too, and take the mean of both.")
  private @Nullable String tta;

  @Mixin private TileOptions tiles;
  @Mixin private WindowOptions windows;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    if (top != null) {
      Range.atLeast("--top", top, 1);
    }
    if (inputs.isMtcnn()) {
      return faces();
    }
    NetworkFile network = NetworkFile.read(file, inputs, compute.engine());
    if (PoseEstimator.isPoseEstimator(network.model()) && !raw) {
      return estimate(network);
    }
    if (boxes != null || tta != null) {
      throw new FoveaException(
          "--boxes, --tta: are for networks of key points; " + file + " is none");
    }
    if (PanopticSegmenter.isPanoptic(network.model()) && !raw) {
      return divide(network);
    }
    if (windows.given()) {
      return slide(network);
    }
    if (Detector.isDetector(network.model()) && !raw) {
      return detect(network);
    }
    requireNoDetection();
    if (Upscaler.isUpscaler(network.model()) && !raw) {
      Upscaler upscaler = Upscaler.of(network.model());
      return new UpscalePredict(upscaler, Optional.ofNullable(out), json, this::failed)
          .predict(PictureFiles.of(pictures));
    }
    boolean masks = network.isAsked(Task.MASK) && !raw;
    Function<Path, Runnable> reader = masks ? masks(network)::read : reader(network);
    int status = 0;
    for (Path picture : pictures) {
      Runnable answer;
      try {
        answer = reader.apply(picture);
      } catch (FoveaException e) {
        status = failed(e);
        continue;
      }
      answer.run();
    }
    return status;
  }

  /** Looks for objects in all pictures, folders among them. */
  private int detect(NetworkFile network) {
    if (top != null || invert) {
      throw new FoveaException("--top, --invert: " + file + " finds objects; see --score");
    }
    if (overlay != null) {
      throw new FoveaException("--overlay: " + file + " finds objects; --out draws them");
    }
    Optional<Tiles> parts = tiles.ofObjects();
    Detector usual = Detector.of(network.model());
    Detector detector = score == null ? usual : usual.score(Range.fraction("--score", score, 1));
    return predict(
        (path, picture) ->
            parts.map(t -> t.detect(detector, picture)).orElseGet(() -> detector.detect(picture)),
        detector.rule().decoder().skeleton());
  }

  /** Divides all pictures, folders among them, into segments. */
  private int divide(NetworkFile network) {
    tiles.requireNone();
    if (top != null || invert || overlay != null) {
      throw new FoveaException(
          "--top, --invert, --overlay: " + file + " divides pictures; see --score and --out");
    }
    boolean coco = format == DetectionFormat.COCO;
    if (format != null && !(coco && out != null)) {
      throw new FoveaException(
          "--format: segments are written as coco, into a folder given with --out; or printed with"
              + " --json");
    }
    PanopticSegmenter usual = PanopticSegmenter.of(network.model());
    PanopticSegmenter segmenter =
        score == null ? usual : usual.score(Range.fraction("--score", score, 1));
    return new PanopticPredict(segmenter, Optional.ofNullable(out), coco, json, this::failed)
        .run(PictureFiles.of(pictures));
  }

  /** Looks for faces by three networks in all pictures, folders among them. */
  private int faces() {
    tiles.requireNone();
    boolean other = top != null || invert || overlay != null || boxes != null || tta != null;
    if (other || inputs.givesRule() || raw) {
      throw new FoveaException(
          "--task mtcnn: of the options on networks only --score, --out, --format and --json");
    }
    Mtcnn cascade = MtcnnFiles.read(file, compute.engine());
    double least = score == null ? 0 : Range.fraction("--score", score, 1);
    return predict(
        (path, picture) ->
            cascade.detect(picture).stream().filter(d -> d.score() >= least).toList(),
        Mtcnn.SKELETON);
  }

  /** Looks for key points in all pictures, folders among them. */
  private int estimate(NetworkFile network) {
    tiles.requireNone();
    if (top != null || invert || overlay != null) {
      throw new FoveaException(
          "--top, --invert, --overlay: " + file + " finds key points; see --score");
    }
    PoseEstimator usual = PoseEstimator.of(network.model());
    PoseEstimator sure = score == null ? usual : usual.score(Range.fraction("--score", score, 1));
    PoseEstimator estimator = isFlipped() ? sure.flipped() : sure;
    Optional<BoxSource> source =
        Optional.ofNullable(boxes)
            .map(from -> BoxSource.of(from, estimator.label(), compute.engine()));
    return predict(
        (path, picture) ->
            source
                .map(s -> estimator.estimate(picture, s.in(path, picture)))
                .orElseGet(() -> estimator.estimate(picture))
                .stream()
                .flatMap(p -> p.detection().stream())
                .toList(),
        estimator.skeleton());
  }

  /** Asks a classifier about windows of all pictures, folders among them. */
  private int slide(NetworkFile network) {
    tiles.requireNone();
    if (!network.isClassifier() || raw || top != null || invert || overlay != null) {
      throw new FoveaException(
          "--windows: asks a classifier about parts of pictures; without --raw, --top, --invert and"
              + " --overlay");
    }
    double least = score == null ? WindowOptions.SCORE : Range.fraction("--score", score, 1);
    Function<Tensor, List<Detection>> finder = windows.finder(network, least);
    return predict((path, picture) -> finder.apply(picture), Skeleton.NONE);
  }

  private boolean isFlipped() {
    if (tta != null && !tta.equals("flip")) {
      throw new FoveaException("--tta " + tta + ": flip expected, for key points");
    }
    return tta != null;
  }

  private int predict(BiFunction<Path, Tensor, List<Detection>> finder, Skeleton skeleton) {
    DetectorPredict predict =
        new DetectorPredict(
            finder,
            skeleton,
            Optional.ofNullable(out),
            format == null ? DetectorPredict.format(out) : Optional.of(format),
            json,
            this::failed);
    return predict.predict(PictureFiles.of(pictures));
  }

  private int failed(FoveaException e) {
    return new Errors(System.err)
        .report(e, spec.commandLine().getParent().getParseResult().originalArgs());
  }

  private void requireNoDetection() {
    if (score != null || format != null) {
      throw new FoveaException("--score, --format: are for detectors; " + file + " is none");
    }
  }

  /** Returns what is done with pictures of whose pixels the network gives the classes. */
  private MaskAnswer masks(NetworkFile network) {
    return new MaskAnswer(
        network,
        tiles.ofPixels(),
        invert,
        top == null ? Integer.MAX_VALUE : top,
        json,
        Optional.ofNullable(out).map(path -> MaskFiles.of("--out", path, pictures)),
        Optional.ofNullable(overlay).map(path -> MaskFiles.pictures("--overlay", path, pictures)));
  }

  /** Returns what reads a picture and then answers. */
  private Function<Path, Runnable> reader(NetworkFile network) {
    BiConsumer<Path, Tensor> answer = answer(network);
    InputRule rule = network.rule();
    return picture -> {
      Placed placed = rule.place(picture);
      Tensor input = rule.input((invert ? inverted(placed) : placed).input());
      return () -> answer.accept(picture, input);
    };
  }

  /** Returns what is done with the input of a picture. */
  private BiConsumer<Path, Tensor> answer(NetworkFile network) {
    Model model = network.model();
    tiles.requireNone();
    if (overlay != null) {
      throw new FoveaException("--overlay: of networks that classify pixels");
    }
    requireOut();
    return network.isClassifier() && !raw && out == null
        ? (picture, input) -> print(picture, finite(picture, model.predict(input)))
        : (picture, input) -> print(picture, Raw.outputs(network, input));
  }

  private void requireOut() {
    if (out != null) {
      Raw.requireEnding(out);
      if (pictures.size() > 1) {
        throw new FoveaException(
            "--out: writes the outputs of one picture, got " + pictures.size());
      }
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, " %.1f %%", 100 * share);
  }

  private void print(Path picture, Map<String, Tensor> outputs) {
    String name = Text.oneLine(picture.toString());
    if (out != null) {
      List<String> files =
          Raw.write(out, outputs).stream().map(f -> Text.oneLine(f.toString())).toList();
      System.out.println(name + ": " + String.join(", ", files));
    } else if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("outputs", Raw.json(outputs));
      System.out.println(Json.write(fields));
    } else {
      System.out.println(name + ":");
      Raw.lines(outputs).forEach(System.out::println);
    }
  }

  private Prediction finite(Path picture, Prediction p) {
    finite(picture, p.probabilities());
    return p;
  }

  /** Requires that outputs are numbers: finite weights may still give none. */
  private void finite(Path picture, float... values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FoveaException(
            "%s: gives a probability that is no finite number for %s; its weights are damaged or too large"
                .formatted(file, picture));
      }
    }
  }

  private static Placed inverted(Placed placed) {
    Tensor image = placed.input().copy();
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = 255 - image.data()[i];
    }
    return new Placed(image, placed.placement());
  }

  private void print(Path picture, Prediction prediction) {
    List<Prediction.Guess> guesses = prediction.top(top == null ? TOP : top);
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("predictions", guesses.stream().map(PredictCommand::fields).toList());
      System.out.println(Json.write(fields));
      return;
    }
    List<String> words = new ArrayList<>();
    for (Prediction.Guess g : guesses) {
      words.add(label(g) + percent(g.probability()));
    }
    System.out.println(Text.oneLine(picture.toString()) + ": " + String.join(", ", words));
  }

  /** Files of other tools may call classes anything. */
  private static String label(Prediction.Guess g) {
    return Text.oneLine(g.label());
  }

  private static Map<String, Object> fields(Prediction.Guess g) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("index", g.index());
    fields.put("label", label(g));
    fields.put("probability", g.probability());
    return fields;
  }
}
