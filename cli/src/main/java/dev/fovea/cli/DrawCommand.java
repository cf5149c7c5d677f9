package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.insight.draw.ArchitectureDrawing;
import dev.fovea.insight.draw.NetworkGraph;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws architectures. */
@Command(
    name = "draw",
    header = "Draw a network's architecture as in the papers, as SVG.",
    footer = {
      "",
      "Examples:",
      "  fovea draw lenet5 --style lenet --out lenet.svg",
      "  fovea draw alexnet --style alexnet --out alexnet.svg",
      "  fovea draw resnet20 --out resnet20.svg",
      "  fovea draw model.onnx --style graph --out model.svg",
      "  fovea draw googlenet --fold 1 --out googlenet.svg"
    })
final class DrawCommand implements Runnable {
  @Parameters(
      paramLabel = "NET|MODEL",
      description = "A network of the zoo (see fovea zoo) or a model file.")
  private String network;

  @Option(
      names = "--style",
      paramLabel = "STYLE",
      defaultValue = "blocks",
      description =
          "blocks (words from top to bottom, the default), lenet (maps as sheets), alexnet (maps as"
              + " solid boxes) or graph (every layer with its path and shape).")
  private ArchitectureDrawing style = ArchitectureDrawing.BLOCKS;

  @Option(
      names = "--fold",
      paramLabel = "N",
      description = "Make one of all layers whose paths begin with the same N parts.")
  private @Nullable Integer fold;

  @Option(
      names = "--net",
      paramLabel = "NAME",
      description = "The network of the zoo whose weights a file has, where it does not say so.")
  private @Nullable String net;

  @Option(names = "--out", paramLabel = "SVG", description = "The file to write.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object with nodes and edges.")
  private boolean json;

  @Override
  public void run() {
    Path to = LookedAt.requireEnding(out, ".svg");
    if (to == null && !json) {
      throw new FoveaException("draw: say where to with --out FILE.svg, or --json");
    }
    NetworkGraph all = NetworkGraph.of(model());
    NetworkGraph graph = fold == null ? all : all.folded(Range.atLeast("--fold", fold, 1));
    if (to != null) {
      AtomicFiles.write(to, style.svg(graph, network));
    }
    if (json) {
      System.out.println(Json.write(fields(graph)));
    } else {
      System.out.println(
          Text.oneLine(
              String.format(
                  Locale.ROOT,
                  "%s: %d layers, %d connections",
                  to,
                  graph.nodes().size(),
                  graph.edges().size())));
    }
  }

  private Model model() {
    Path file = FileName.path(network);
    Engine idle = Engine.idle();
    boolean known = Zoo.named(network).isPresent() && !Files.isRegularFile(file);
    if (known) {
      var a = Zoo.find(network);
      return a.model(Scale.full(a.classes()), a.input(), Seed.of(0), idle);
    }
    file = NetworkFile.inside(file);
    if (!Files.exists(file)) {
      throw new FoveaException(
          "no network named \"%s\" and no such file%s"
              .formatted(Text.shown(network), Suggest.hint(network, Zoo.names())));
    }
    if (net == null && NetworkFile.isOwn(file, new InputOptions())) {
      ModelFile own = ModelFile.read(file);
      return own.build(own.preprocessing().shape(), Seed.of(0), idle);
    }
    ModelFile.requireFile(file);
    return Formats.read(file, Optional.ofNullable(net)).model(idle);
  }

  private Map<String, Object> fields(NetworkGraph graph) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", network);
    fields.put("nodes", graph.nodes().stream().map(DrawCommand::fields).toList());
    fields.put("edges", graph.edges().stream().map(e -> List.of(e.from(), e.to())).toList());
    return fields;
  }

  private static Map<String, Object> fields(NetworkGraph.Node n) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("path", n.path());
    fields.put("role", n.role().name().toLowerCase(Locale.ROOT));
    fields.put("labels", n.labels());
    fields.put("output", SummaryCommand.dims(n.shape()));
    return fields;
  }
}
