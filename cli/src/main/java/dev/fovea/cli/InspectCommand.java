package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Description;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in a file of a network. */
@Command(
    name = "inspect",
    header = "Show what a network's file holds: format, inputs, outputs, operators, parameters.",
    description = {
      "Reads ONNX, safetensors, PyTorch (.pt, .pth, .th), Keras (.h5, .keras), Caffe (.prototxt"
          + " with .caffemodel), Darknet (.cfg with .weights) and TensorFlow Lite. If a file needs"
          + " something that Fovea does not support, it is named and the exit code is 2."
    },
    footer = {
      "",
      "Examples:",
      "  fovea inspect model.onnx",
      "  fovea inspect weights.pth --net resnet18 --json"
    })
final class InspectCommand implements Callable<Integer> {
  private static final int SHOWN = 40;

  @Parameters(
      paramLabel = "FILE",
      converter = ModelPath.class,
      description = "A network or its weights.")
  private Path file;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description = "The network of the zoo to which a file of weights belongs.")
  private @Nullable String net;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    ModelFile.requireFile(file);
    String format = Formats.format(file).title();
    ImportedNetwork network;
    try {
      network = Formats.read(file, Optional.ofNullable(net));
    } catch (FormatException e) {
      printWhatIsThere(format, String.valueOf(e.getMessage()));
      throw e;
    }
    // No thread is started: nothing is computed.
    Model model = network.model(Engine.idle());
    Map<String, Object> fields = fields(format, network, model);
    if (json) {
      fields.put("unread", reasons(network.unread()));
      System.out.println(Json.write(fields));
    } else {
      print(network, fields);
    }
    return 0;
  }

  /** Shows what a file that is no network for Fovea holds all the same. */
  private void printWhatIsThere(String format, String problem) {
    Optional<Description> told = readable(() -> Formats.description(file), Optional.empty());
    Map<String, Shape> tensors = readable(() -> Formats.tensors(file), Map.of());
    Map<String, String> unread = readable(() -> Formats.unread(file), Map.of());
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("format", format);
      fields.put("problem", Text.oneLine(problem));
      told.ifPresent(d -> fields.putAll(fields(d)));
      Map<String, Object> shapes = new LinkedHashMap<>();
      tensors.forEach((name, s) -> shapes.put(name, SummaryCommand.dims(s)));
      fields.put("tensors", shapes);
      fields.put("unread", reasons(unread));
      System.out.println(Json.write(fields));
      return;
    }
    line("format", format);
    told.ifPresent(InspectCommand::print);
    printTensors(tensors);
    printUnread(unread);
  }

  private static Map<String, Object> reasons(Map<String, String> unread) {
    Map<String, Object> reasons = new LinkedHashMap<>();
    unread.forEach((name, reason) -> reasons.put(Text.oneLine(name), Text.oneLine(reason)));
    return reasons;
  }

  private static void printUnread(Map<String, String> unread) {
    reasons(unread).forEach((name, reason) -> line("unread", Text.shown(name) + ": " + reason));
  }

  /** Returns what can be read of a file, or nothing where even that is broken. */
  private static <T> T readable(Supplier<T> reading, T nothing) {
    try {
      return reading.get();
    } catch (FormatException e) {
      return nothing;
    }
  }

  private static void printTensors(Map<String, Shape> tensors) {
    if (tensors.isEmpty()) {
      return;
    }
    long numbers = tensors.values().stream().mapToLong(Shape::elements).sum();
    line("tensors", String.format(Locale.ROOT, "%,d with %,d numbers", tensors.size(), numbers));
    tensors.entrySet().stream()
        .limit(SHOWN)
        .forEach(e -> System.out.println("  " + Text.shown(e.getKey()) + " " + e.getValue()));
    if (tensors.size() > SHOWN) {
      System.out.println("  and " + (tensors.size() - SHOWN) + " more");
    }
  }

  private static Map<String, Object> fields(Description d) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("producer", Text.oneLine(d.producer()));
    fields.put("inputs", d.inputs().stream().map(InspectCommand::slot).toList());
    fields.put("outputs", d.outputs().stream().map(InspectCommand::slot).toList());
    fields.put("operators", new LinkedHashMap<String, Object>(d.operators()));
    List<Object> missing = new ArrayList<>();
    d.missing()
        .forEach((operator, nodes) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("operator", Text.oneLine(operator));
          one.put("nodes", nodes.stream().map(Text::oneLine).toList());
          missing.add(one);
        });
    fields.put("missing", missing);
    return fields;
  }

  private static Map<String, Object> slot(Description.Slot s) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", Text.oneLine(s.name()));
    s.extents().ifPresent(extents -> fields.put("shape", extents));
    return fields;
  }

  private static void print(Description d) {
    if (!d.producer().isEmpty()) {
      line("producer", Text.oneLine(d.producer()));
    }
    line("inputs", slots(d.inputs()));
    line("outputs", slots(d.outputs()));
    if (d.missing().isEmpty()) {
      line("missing", "nothing");
    }
    d.missing()
        .forEach((operator, nodes) ->
            line(
                "missing",
                Text.shown(operator)
                    + ": "
                    + String.join(", ", nodes.stream().map(Text::shown).toList())));
    printOperators(d.operators());
  }

  private static String slots(List<Description.Slot> slots) {
    return slots.stream()
        .map(s ->
            s.extents()
                .map(e ->
                    Text.shown(s.name())
                        + e.stream()
                            .map(n -> n < 0 ? "?" : n.toString())
                            .collect(Collectors.joining(",", " [", "]")))
                .orElse(Text.shown(s.name())))
        .collect(Collectors.joining(", "));
  }

  private static void printOperators(Map<String, Integer> operators) {
    System.out.println();
    Table table = new Table("operator", ">count");
    operators.forEach((name, count) -> table.row(Text.shown(name), Integer.toString(count)));
    System.out.print(table);
  }

  private static Map<String, Object> fields(String format, ImportedNetwork n, Model model) {
    Summary summary = model.summary();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("format", format);
    fields.put("producer", Text.oneLine(n.producer()));
    fields.put("inputs", n.inputs().stream().map(InspectCommand::port).toList());
    fields.put("outputs", n.outputs().stream().map(InspectCommand::port).toList());
    fields.put("operators", new LinkedHashMap<String, Object>(n.operators()));
    fields.put("parameters", summary.parameters());
    fields.put("trainable", summary.trainable());
    fields.put("flops", summary.flops());
    fields.put("metadata", new LinkedHashMap<String, Object>(n.metadata()));
    fields.put("missing", List.of());
    return fields;
  }

  private static Map<String, Object> port(Port p) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", Text.oneLine(p.name()));
    fields.put("shape", SummaryCommand.dims(p.fileSample()));
    return fields;
  }

  private void print(ImportedNetwork n, Map<String, Object> fields) {
    line("format", fields.get("format"));
    if (!n.producer().isEmpty()) {
      line("producer", fields.get("producer"));
    }
    ports("inputs", n.inputs());
    ports("outputs", n.outputs());
    line("parameters", String.format(Locale.ROOT, "%,d", (Long) fields.get("parameters")));
    line("FLOPs", String.format(Locale.ROOT, "%,d for one sample", (Long) fields.get("flops")));
    n.metadata()
        .forEach((name, text) -> line(Text.shown(name), Text.shown(text.replace("\n", ", "))));
    line("missing", "nothing");
    printUnread(n.unread());
    printOperators(n.operators());
  }

  private static void ports(String title, List<Port> ports) {
    List<String> words = new ArrayList<>();
    for (Port p : ports) {
      words.add(Text.shown(p.name()) + " " + p.fileSample().prepend(1).batched());
    }
    line(title, String.join(", ", words));
  }

  private static void line(String name, @Nullable Object value) {
    System.out.println(String.format(Locale.ROOT, "%-12s%s", name, value));
  }
}
