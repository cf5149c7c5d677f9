package dev.fovea.studio.lesson;

import dev.fovea.engine.Engine;
import dev.fovea.insight.draw.ArchitectureDrawing;
import dev.fovea.insight.draw.NetworkGraph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The networks of the zoo that made history: one as a drawing, all of them with their counts. */
final class HistoryExperiment implements Experiment {
  /** In the order of the course. */
  private static final List<String> NAMES =
      List.of(
          "lenet5",
          "alexnet",
          "zfnet",
          "vgg16",
          "inception-v1",
          "resnet18",
          "resnet50",
          "densenet121",
          "squeezenet1-0",
          "mobilenet");

  /** What a network counts, computed once. */
  private record Counted(Architecture network, Model model, Summary summary) {
    static Counted of(String name) {
      Architecture a = Zoo.find(name);
      Model model = a.model(Scale.full(a.classes()), a.input(), Seed.of(0), Engine.idle());
      return new Counted(a, model, model.summary());
    }

    List<Object> row() {
      var top5 = network.published().top5();
      return List.of(
          network.title(),
          Integer.toString(network.year()),
          network.input().times(),
          summary.parameters(),
          summary.flops() / 2e6,
          top5.isPresent() ? top5.getAsDouble() + " %" : "–",
          network.published().how());
    }
  }

  private final List<Counted> all = new ArrayList<>();

  @Override
  public String name() {
    return "history";
  }

  @Override
  public Figures show(Fields f) {
    if (all.isEmpty()) {
      NAMES.forEach(n -> all.add(Counted.of(n)));
    }
    Counted chosen = all.get(NAMES.indexOf(f.oneOf("network", NAMES)));
    NetworkGraph graph = NetworkGraph.of(chosen.model);
    int parts = f.integer("depth", 1, 5, 5);
    ArchitectureDrawing style =
        ArchitectureDrawing.valueOf(f.oneOf("style", List.of("BLOCKS", "LENET", "ALEXNET")));
    Map<String, Double> errors = new LinkedHashMap<>();
    all.forEach(c ->
        c.network
            .published()
            .top5()
            .ifPresent(e -> errors.put(c.network.title() + ", " + c.network.year(), e / 100)));
    return new Figures()
        .number("parameters", chosen.summary.parameters())
        .number("million multiply-adds", chosen.summary.flops() / 2e6)
        .drawing(chosen.network.title(), style.svg(graph.folded(parts), chosen.network.title()))
        .drawing(
            "Error over work",
            ScatterDrawing.svg("million multiply-adds a picture", "top-5 error, %", points()))
        .shares("Top-5 error on ImageNet, where its paper tells it", errors)
        .table(
            "As Fovea counts them",
            List.of(
                "network",
                "year",
                "picture",
                "parameters",
                "million multiply-adds",
                "top-5 error",
                "measured with"),
            all.stream().map(Counted::row).toList());
  }

  /** Returns the networks whose papers tell their error. */
  private List<ScatterDrawing.Point> points() {
    List<ScatterDrawing.Point> points = new ArrayList<>();
    for (Counted c : all) {
      c.network
          .published()
          .top5()
          .ifPresent(e ->
              points.add(new ScatterDrawing.Point(c.network.title(), c.summary.flops() / 2e6, e)));
    }
    return points;
  }
}
