package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Classifies pictures. */
@Command(
    name = "predict",
    header = "Classify pictures with a trained model, or run any network on them.",
    description = {
      "Pictures of any size and colour become what the model was trained on: resized, grey or RGB,"
          + " normalised. A picture that cannot be read is reported, the others are classified, and"
          + " the exit code is 2.",
      "The model may be a file of any format that inspect knows; how pictures become its inputs is"
          + " then told by options. Outputs that are not one number per class are summed up in a"
          + " line each, or written with --out."
    },
    footer = {
      "",
      "Examples:",
      "  fovea predict runs/lenet5-digits/model.safetensors seven.png",
      "  fovea predict model.safetensors scan.jpg --invert --top 1",
      "  fovea predict model.safetensors *.png --json      one JSON object per line",
      "  fovea predict net.onnx dog.jpg --resize crop --mean 0.485,0.456,0.406 --std"
          + " 0.229,0.224,0.225",
      "  fovea predict yolo.cfg dog.jpg --out raw.json"
    })
final class PredictCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A network in a file.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Pictures: PNG, JPEG, GIF, BMP, TIFF.")
  private List<Path> pictures = new ArrayList<>();

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many classes to show per picture (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(
      names = "--labels",
      paramLabel = "FILE",
      description = "Names of the classes, one per line or as JSON, instead of the model's.")
  private @Nullable Path labels;

  @Option(
      names = "--invert",
      description =
          "Swap dark and light, for dark ink on light paper where the model learned light"
              + " ink on dark.")
  private boolean invert;

  @Option(names = "--json", description = "Print one JSON object per picture and line.")
  private boolean json;

  @Option(names = "--raw", description = "The outputs as they are, not as classes.")
  private boolean raw;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Write the outputs as they are, with the axes as in the model's file: .json, or .npy (one"
              + " file per output). Takes one picture.")
  private @Nullable Path out;

  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public Integer call() {
    Range.atLeast("--top", top, 1);
    requireOut();
    NetworkFile network = NetworkFile.read(file, inputs, compute.engine());
    Model model = network.model();
    if (labels != null) {
      model = model.withMetadata(labelled(labels, model.metadata(), network.classes()));
    }
    boolean classes = network.isClassifier() && !raw && out == null;
    int status = 0;
    for (Path picture : pictures) {
      Tensor input;
      try {
        input = input(picture, network.rule());
      } catch (FoveaException e) {
        status =
            new Errors(System.err)
                .report(e, spec.commandLine().getParent().getParseResult().originalArgs());
        continue;
      }
      if (classes) {
        print(picture, finite(picture, model.predict(input)));
      } else {
        print(picture, Raw.outputs(network, input));
      }
    }
    return status;
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

  /** Requires probabilities that are numbers: finite weights may still give none. */
  private Prediction finite(Path picture, Prediction p) {
    float[] all = p.probabilities();
    if (IntStream.range(0, all.length).allMatch(i -> Float.isFinite(all[i]))) {
      return p;
    }
    throw new FoveaException(
        "%s: gives a probability that is no finite number for %s; its weights are damaged or too large"
            .formatted(file, picture));
  }

  private Tensor input(Path picture, InputRule rule) {
    Tensor image = Images.read(picture, rule.preprocessing());
    if (invert) {
      float[] values = image.data();
      for (int i = 0; i < values.length; i++) {
        values[i] = 255 - values[i];
      }
    }
    return rule.input(image);
  }

  private static Map<String, String> labelled(
      Path labels, Map<String, String> metadata, int classes) {
    List<String> names = LabelFile.read(labels);
    if (names.size() != classes) {
      throw new FoveaException(
          "%s: %s labels, the model has %s classes".formatted(labels, names.size(), classes));
    }
    Map<String, String> texts = new LinkedHashMap<>(metadata);
    texts.put("labels", String.join("\n", names));
    return texts;
  }

  private void print(Path picture, Prediction prediction) {
    List<Prediction.Guess> guesses = prediction.top(top);
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("predictions", guesses.stream().map(PredictCommand::fields).toList());
      System.out.println(Json.write(fields));
      return;
    }
    List<String> words = new ArrayList<>();
    for (Prediction.Guess g : guesses) {
      words.add(label(g) + String.format(Locale.ROOT, " %.1f %%", 100 * g.probability()));
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
