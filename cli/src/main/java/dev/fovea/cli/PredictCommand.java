package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
      "  fovea predict lenet.onnx page.png --windows both --step 4 --scales 1,0.7,0.5 --out"
          + " drawn.png",
      "  fovea predict cpm.onnx photos --task cpm-pose --boxes yolox.onnx --out skeletons",
      "  fovea predict mtcnn-caffe photos --task mtcnn --out faces",
      "  fovea predict runs/yolo-tiny-shapes/model.safetensors photos --score 0.4 --out drawn"
    })
final class PredictCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      converter = ModelPath.class,
      description = "A network in a file.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Pictures, and folders of them: PNG, JPEG, GIF, BMP, TIFF, PGM, PPM.")
  private List<Path> named = new ArrayList<>();

  @Mixin private PredictOptions options;
  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    Engine engine = compute.engine();
    List<Path> pictures = PictureFiles.of(named);
    if (inputs.isMtcnn()) {
      if (inputs.givesRule()) {
        throw new FoveaException("--task mtcnn: says itself how pictures become inputs");
      }
      PredictTask.FACES.require(options, file);
      return find(ObjectFinder.ofFaces(file, engine, options), pictures);
    }
    NetworkFile network = NetworkFile.read(file, inputs, engine);
    PredictTask task = PredictTask.of(network, options);
    task.require(options, file);
    if (task.namesClasses() && network.model().labels().isEmpty()) {
      hint();
    }
    return switch (task) {
      case FACES -> throw new IllegalStateException("no single network finds faces");
      case POSES -> find(ObjectFinder.ofPoses(network, engine, options), pictures);
      case BOXES -> find(ObjectFinder.ofBoxes(network, options), pictures);
      case WINDOWS -> find(ObjectFinder.ofWindows(network, options), pictures);
      case SEGMENTS -> divide(network, pictures);
      case LARGER -> enlarge(network, pictures);
      case PIXELS -> answer(pictures, MaskAnswer.of(network, options, pictures)::read);
      case CLASSES -> answer(pictures, ClassAnswer.of(network, options)::read);
      case OUTPUTS -> answer(pictures, OutputAnswer.of(network, options, pictures)::read);
    };
  }

  /** Says where names of classes come from, if somebody reads the answers. */
  private void hint() {
    if (Terminal.isInteractive() && !options.json()) {
      System.err.println(
          "fovea: the model has no names of its classes; --labels FILE gives them, or --task for a"
              + " published network");
    }
  }

  /** Looks for objects in all pictures. */
  private int find(ObjectFinder finder, List<Path> pictures) {
    Optional<DetectionFormat> format =
        options.format().or(() -> options.out().flatMap(DetectorPredict::format));
    return new DetectorPredict(finder, options.out(), format, options.json(), this::failed)
        .predict(pictures);
  }

  /** Divides all pictures into segments. */
  private int divide(NetworkFile network, List<Path> pictures) {
    boolean coco = options.format().filter(f -> f == DetectionFormat.COCO).isPresent();
    if (options.format().isPresent() && !(coco && options.out().isPresent())) {
      throw new FoveaException(
          "--format: segments are written as coco, into a folder given with --out; or printed with"
              + " --json");
    }
    PanopticSegmenter usual = PanopticSegmenter.of(network.model());
    OptionalDouble least = options.score();
    PanopticSegmenter segmenter = least.isPresent() ? usual.score(least.getAsDouble()) : usual;
    return new PanopticPredict(segmenter, options.out(), coco, options.json(), this::failed)
        .run(pictures);
  }

  private int enlarge(NetworkFile network, List<Path> pictures) {
    return new UpscalePredict(
            Upscaler.of(network.model()), options.out(), options.json(), this::failed)
        .predict(pictures);
  }

  /**
   * Answers about all pictures that can be read.
   *
   * @param reader reads a picture and returns what then answers, and last tells the answer
   */
  private int answer(List<Path> pictures, Function<Path, Supplier<Runnable>> reader) {
    PictureProgress progress = new PictureProgress(pictures.size(), options.json());
    int status = 0;
    for (int i = 0; i < pictures.size(); i++) {
      progress.show(i);
      Supplier<Runnable> answer;
      try {
        answer = reader.apply(pictures.get(i));
      } catch (FoveaException e) {
        progress.erase();
        status = failed(e);
        continue;
      }
      answered(answer, progress).run();
    }
    return status;
  }

  private static Runnable answered(Supplier<Runnable> answer, PictureProgress progress) {
    try {
      return answer.get();
    } finally {
      progress.erase();
    }
  }

  private int failed(FoveaException e) {
    return new Errors(System.err)
        .report(e, spec.commandLine().getParent().getParseResult().originalArgs());
  }
}
