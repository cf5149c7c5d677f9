package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.nn.Model;
import dev.fovea.nn.ReceptiveField;
import dev.fovea.nn.Summary;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the layers of a network. */
@Command(
    name = "summary",
    header = "Show a network's layers, shapes, parameters, FLOPs and memory.",
    footer = {
      "",
      "Examples:",
      "  fovea summary lenet5",
      "  fovea summary yolo-tiny",
      "  fovea summary resnet50 --input 160x160x3 --classes 10 --json",
      "  fovea summary runs/lenet5-digits/model.safetensors",
      "  fovea summary model.onnx"
    })
final class SummaryCommand implements Runnable {
  @Parameters(
      paramLabel = "NET|MODEL",
      description = "A network or a vision system (see fovea zoo), or a model file.")
  private String network;

  @Option(
      names = "--input",
      paramLabel = "HxWxC",
      description = "Shape of a picture; by default the network's own.")
  private @Nullable String input;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description = "Number of classes; by default the network's own.")
  private @Nullable Integer classes;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description =
          "The network of the zoo to which a file of weights belongs, if the file does not"
              + " say so.")
  private @Nullable String net;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    Path file = FileName.path(network);
    boolean named = Zoo.named(network).isPresent() || Systems.named(network).isPresent();
    boolean known = named && !Files.isRegularFile(file);
    if (!known && !Files.exists(file) && !network.endsWith(".safetensors")) {
      throw new FoveaException(
          "no network named \"" + network + "\" and no such file" + Suggest.hint(network, names()));
    }
    if (known && net != null) {
      throw new FoveaException("--net: " + network + " is a network itself; leave the option out");
    }
    print(known ? ofName() : ofFile(NetworkFile.inside(file)));
  }

  /** Returns the names of all networks and vision systems. */
  static List<String> names() {
    return Stream.concat(Zoo.names().stream(), Systems.names().stream()).toList();
  }

  private Model ofName() {
    Optional<VisionSystem> system = Systems.named(network);
    if (system.isEmpty()) {
      return ofZoo(Zoo.find(network));
    }
    Optional<Shape> shape =
        input == null ? Optional.empty() : Optional.of(InputShape.parse(input, "--input"));
    Integer count = classes == null ? null : Range.atLeast("--classes", classes, 1);
    return SystemNetwork.of(system.get(), shape, count);
  }

  private Model ofZoo(Architecture a) {
    Shape shape = input == null ? a.input() : InputShape.parse(input, "--input");
    return model(a, shape, classes == null ? a.classes() : classes);
  }

  private Model ofFile(Path file) {
    if (net != null || !NetworkFile.isOwn(file, new InputOptions())) {
      ModelFile.requireFile(file);
      if (classes != null || input != null) {
        throw new FoveaException(
            "--classes, --input: " + file + " has its own; leave the options out");
      }
      return Formats.read(file, Optional.ofNullable(net)).model(idle());
    }
    ModelFile description = ModelFile.read(file);
    if (classes != null) {
      throw new FoveaException("--classes: " + file + " has its classes; leave the option out");
    }
    Shape own = description.preprocessing().shape();
    Shape shape = input == null ? own : InputShape.parse(input, "--input");
    return description.build(shape, Seed.of(0), idle());
  }

  private static Model model(Architecture a, Shape shape, int count) {
    return a.model(Scale.full(count), shape, Seed.of(0), idle());
  }

  /** No thread is started: nothing is computed. */
  private static Engine idle() {
    return Engine.idle();
  }

  private void print(Model model) {
    Summary summary = model.summary();
    System.out.println(json ? Json.write(fields(model, summary)) : summary.toString());
  }

  private Map<String, Object> fields(Model model, Summary summary) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", network);
    fields.put("input", dims(model.inputs().getFirst()));
    fields.put("output", dims(model.outputs().getFirst()));
    fields.put("parameters", summary.parameters());
    fields.put("trainable", summary.trainable());
    fields.put("flops", summary.flops());
    fields.put("activation_bytes", summary.activationBytes());
    fields.put("layers", summary.rows().stream().map(SummaryCommand::layer).toList());
    return fields;
  }

  private static Map<String, Object> layer(Summary.Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", row.path());
    fields.put("kind", row.kind());
    fields.put("output", dims(row.output()));
    fields.put("parameters", row.parameters());
    fields.put("shared", row.shared());
    fields.put("flops", row.flops());
    row.field().ifPresent(f -> putField(fields, f));
    return fields;
  }

  private static void putField(Map<String, Object> fields, ReceptiveField f) {
    fields.put("receptive_field", List.of(f.height(), f.width()));
    fields.put("stride", List.of(f.strideHeight(), f.strideWidth()));
  }

  static List<Integer> dims(Shape shape) {
    return Arrays.stream(shape.dims()).boxed().toList();
  }
}
