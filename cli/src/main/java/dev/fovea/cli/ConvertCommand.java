package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.SelfSuppressing;
import dev.fovea.systems.net.Systems;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a network in another format. */
@Command(
    name = "convert",
    header = "Write a network or its weights in another format, also with 8 bits.",
    description = {
      "Reads any format that inspect knows. The ending of OUT selects what is written:"
          + " .safetensors for the weights, .onnx for the whole network. Options about"
          + " preprocessing, the published network (--task) and the names of the classes"
          + " (--labels) are stored in the file, which then needs no options when it is used.",
      "A network with 8-bit weights keeps them in ONNX. --int8 quantizes a network:"
          + " int8 per output channel for weights, uint8 for activations, batch norms folded"
          + " first. The output of the last layer, and layers that are neither convolution"
          + " nor dense, stay in floating point.",
      "Regions that r-cnn-small and fast-rcnn-small search in Java are a second input of their"
          + " ONNX files, [N, R, 4] in pixels of the first; predict and eval search them."
    },
    footer = {
      "",
      "Examples:",
      "  fovea convert model.h5 model.onnx",
      "  fovea convert weights.pth weights.safetensors --net resnet18",
      "  fovea convert yolox_nano.onnx yolox.onnx --task yolox",
      "  fovea convert runs/yolo-tiny-voc/model.safetensors cells.onnx --with-nms",
      "  fovea convert model.h5 int8.onnx --int8 --calibrate photos",
      "  fovea convert mnist.onnx int8.onnx --int8 --data mnist --data-dir data/mnist --scale 1",
      "  fovea convert net.onnx int8.onnx --int8 --calibrate photos --calibration mse"
          + " --bias-correction --report",
      "  fovea convert net.onnx int8.onnx --int8 --data mnist --data-dir data/mnist --max-drop 0.5"
    })
final class ConvertCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      converter = ModelPath.class,
      description = "A network or its weights.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(
      names = "--with-nms",
      description =
          "For detectors, written as ONNX: the network decodes and suppresses boxes by itself. Its"
              + " output is [N, D, 6]: left, top, right, bottom in pixels of the input, score and"
              + " class of each, the surest first; rows behind the last box have class -1. Networks"
              + " of two stages always are like this. Without it the file holds the raw rows, and"
              + " in its metadata how they are read.")
  private boolean suppress;

  @Option(
      names = "--score",
      paramLabel = "X",
      description =
          "With --with-nms, the least score of boxes in the network's output; by default that of"
              + " its use.")
  private @Nullable Double score;

  @Mixin private Int8Options int8;
  @Mixin private InputOptions inputs;

  @Override
  public void run() {
    ModelFile.requireFile(in);
    requireSuppression();
    if (int8.isAsked(out)) {
      quantize();
      return;
    }
    boolean own = NetworkFile.isOwn(in, inputs);
    Optional<ImportedNetwork> network = own ? Optional.empty() : Optional.of(inputs.read(in));
    Model model =
        suppressed(
            network
                .map(this::model)
                .orElseGet(() -> NetworkFile.read(in, inputs, Engine.shared()).model()));
    save(model);
    boolean weightsOnly =
        out.toString().endsWith(".safetensors") && !model.metadata().containsKey(ModelFile.NET);
    System.out.println(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters%s of %s%s",
            Text.oneLine(out.toString()),
            model.parameters().count(false),
            network.isPresent() && network.get().isQuantized() ? " beside weights of 8 bits" : "",
            Text.oneLine(in.toString()),
            weightsOnly ? "; the weights alone: the network is not in the zoo" : ""));
  }

  /** Writes the network; what other tools cannot search themselves they give it. */
  private void save(Model model) {
    boolean others = !out.toString().endsWith(".safetensors");
    (others ? Systems.forOtherTools(model) : model).save(out);
  }

  private void requireSuppression() {
    if (suppress && (int8.isAsked(out) || !out.toString().endsWith(".onnx"))) {
      throw new FoveaException(
          "--with-nms: goes with detectors written as .onnx without --int8, got "
              + Text.oneLine(out.toString()));
    }
    if (score != null && !suppress) {
      throw new FoveaException("--score: needs --with-nms");
    }
  }

  /** Returns a detector that suppresses by itself, if that was asked for. */
  private Model suppressed(Model model) {
    if (!suppress) {
      return model;
    }
    if (!Detector.isDetector(model)) {
      throw new FoveaException(in + ": finds no boxes; --with-nms is for detectors");
    }
    InputRule rule =
        InputRule.of(model.metadata(), in.toString())
            .orElseThrow(() ->
                new FoveaException(
                    in
                        + ": does not say how pictures become inputs; say it by --mean and the"
                        + " like"));
    Size size = new Size(rule.preprocessing().height(), rule.preprocessing().width());
    if (score != null && SelfSuppressing.suppresses(model)) {
      throw new FoveaException(
          "--score: %s suppresses boxes by itself already and keeps its least score; leave it out"
              .formatted(Text.oneLine(in.toString())));
    }
    return SelfSuppressing.of(model, size, Optional.ofNullable(score));
  }

  /** Returns the network with what is said of it. */
  private Model model(ImportedNetwork network) {
    if (suppress || inputs.givesRule() || inputs.givesMeaning()) {
      NetworkFile file = NetworkFile.read(in, inputs, Engine.shared());
      return file.described(file.model(), true);
    }
    Model model = network.model();
    inputs.say(model);
    return model;
  }

  private void quantize() {
    NetworkFile network = NetworkFile.read(in, inputs, Engine.shared());
    Int8Report made = int8.quantize(network);
    network.described(made.network().model(), true).save(out);
    int8.tell(made, out, OutputFiles.size(out), in, OutputFiles.size(in));
  }
}
