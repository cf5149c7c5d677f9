package dev.fovea.studio.room;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Prediction;
import dev.fovea.nn.Summary;
import dev.fovea.studio.state.Comparison;
import dev.fovea.studio.state.EightBits;
import dev.fovea.studio.state.LayerMaps;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.Samples;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two classifiers side by side: on a picture, layer by layer, as graphs, and on a data set; and
 * trainings of the past.
 */
public final class CompareRoom implements Room {
  private static final int TOP = 5;
  private static final int RUNS = 10;
  private static final int MOST_SAMPLES = 2_000;
  private static final int SHOWN = 24;

  private final StudioState state;
  private final RunsView runs;
  private final GraphsView graphs = new GraphsView();

  /** Creates the room. */
  public CompareRoom(StudioState state) {
    this.state = state;
    this.runs = new RunsView(state.runs());
  }

  @Override
  public String name() {
    return "compare";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    return switch (request.action()) {
      case "models" -> models();
      case "eight-bits" -> eightBits(f);
      case "picture" -> picture(f);
      case "maps" -> maps(f);
      case "data" -> data(f);
      case "runs" -> runs.first(f);
      case "run-curves" -> Answer.bundle(runs.curves(f));
      case "graphs" -> graphs(f);
      default -> throw new Refusal(404, "compare: does not know " + request.action());
    };
  }

  private Answer models() {
    state.digits().begin();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("models", state.workspace().classifiers());
    fields.put("files", state.files().ids());
    fields.put("data", state.samples().names());
    return Answer.json(fields);
  }

  /** Opens a network once more, in 8 bits. */
  private Answer eightBits(Fields f) {
    Workspace workspace = state.workspace();
    OpenModel net = workspace.model(f.text("model"));
    String id = workspace.nextId("m");
    workspace.put(
        OpenModel.of(
            id,
            net.name() + ", 8 bits",
            new EightBits(net, workspace.pictures()).model(),
            net.rule()));
    return Answer.json(Map.of("id", id));
  }

  private Tensor input(OpenModel net, Fields f) {
    return net.rule().input(net.place(state.workspace().picture(f.text("picture")).image()));
  }

  /** Tells what a network says of a picture, and how long it takes. */
  private Answer picture(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    Tensor input = input(net, f);
    Prediction said = net.model().predict(input);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long begin = System.nanoTime();
      var _ = net.model().predict(input);
      best = Math.min(best, (System.nanoTime() - begin) / 1e6);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(
        "top",
        said.top(TOP).stream()
            .map(g -> Map.of("name", net.label(g.index()), "share", g.probability()))
            .toList());
    fields.put("millis", best);
    fields.put("parameters", net.model().parameters().count(false));
    fields.put("flops", net.model().summary().flops());
    fields.put("layers", net.layers().stream().map(Summary.Row::path).toList());
    return Answer.json(fields);
  }

  /** Shows what a layer computes. */
  private Answer maps(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    Tensor input = input(net, f);
    String path = f.text("layer");
    List<Summary.Row> rows = net.layers().stream().filter(r -> r.path().equals(path)).toList();
    Map<String, Tensor> seen =
        net.model().observe(path).of(input.reshape(input.shape().prepend(1)));
    return Answer.bundle(LayerMaps.of(Map.of(), rows, seen));
  }

  /** Aligns the layers of both. */
  private Answer graphs(Fields f) {
    Workspace workspace = state.workspace();
    String picture = f.text("picture");
    List<Tensor> images =
        Stream.of(picture, f.text("other", picture))
            .map(id -> workspace.picture(id).image())
            .toList();
    return Answer.json(
        graphs.of(
            workspace.model(f.text("first")),
            workspace.model(f.text("second")),
            images,
            f.integer("folded", 0, 1) == 1));
  }

  /** Shows samples of a data set to both. */
  private Answer data(Fields f) {
    Samples samples = state.samples();
    Dataset test = samples.of(f).test();
    Comparison c =
        Comparison.of(
            state.workspace().model(f.text("first")),
            state.workspace().model(f.text("second")),
            test,
            f.integer("samples", 10, MOST_SAMPLES));
    List<Comparison.Difference> shown = c.differ().stream().limit(SHOWN).toList();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("samples", c.samples());
    head.put("agree", c.agree());
    head.put("sides", List.of(tell(c.first(), c.samples()), tell(c.second(), c.samples())));
    head.put("classes", test.classes());
    List<Object> differ = new ArrayList<>();
    shown.forEach(
        d -> differ.add(Map.of("label", d.label(), "first", d.first(), "second", d.second())));
    head.put("differ", differ);
    return Answer.bundle(
        Pictures.samples(
            new Bundle(head),
            test,
            shown.stream().mapToInt(Comparison.Difference::index).toArray()));
  }

  private static Map<String, Object> tell(Comparison.Side side, int samples) {
    return Map.of(
        "right",
        side.right(),
        "accuracy",
        (double) side.right() / samples,
        "millis",
        side.millis());
  }
}
