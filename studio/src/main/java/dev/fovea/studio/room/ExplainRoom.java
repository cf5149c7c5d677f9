package dev.fovea.studio.room;

import dev.fovea.insight.explain.DeletionCurve;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Explanation;
import dev.fovea.insight.explain.ExplanationPicture;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.explain.RandomisationCheck;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Prediction;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Explains what a classifier says of a picture, by many methods, and tells how far to trust them.
 */
public final class ExplainRoom implements Room {
  private static final int TOP = 5;

  private final StudioState state;
  private final ReentrantLock oneAtATime = new ReentrantLock(true);

  /** Creates the room. */
  public ExplainRoom(StudioState state) {
    this.state = state;
  }

  @Override
  public String name() {
    return "explain";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    Fields f = request.json();
    if (request.action().equals("models")) {
      return models();
    }
    oneAtATime.lock();
    try {
      return switch (request.action()) {
        case "predict" -> predict(f);
        case "explain" -> explain(f);
        case "deletion" -> deletion(f);
        case "check" -> check(f);
        default -> throw new Refusal(404, "explain: does not know " + request.action());
      };
    } finally {
      oneAtATime.unlock();
    }
  }

  /** Tells the networks that answer with classes of pictures, and begins to teach one. */
  private Answer models() {
    state.digits().begin();
    return Answer.json(
        Map.of("models", state.workspace().classifiers(), "methods", Method.texts()));
  }

  /**
   * What is asked about.
   *
   * @param net the network
   * @param picture the picture in the size of the input, values 0 … 255
   * @param input the same as the network takes it
   */
  private record Subject(OpenModel net, Tensor picture, Tensor input) {}

  private Subject subject(Fields f) {
    OpenModel net = state.workspace().model(f.text("model"));
    Tensor picture = net.place(state.workspace().picture(f.text("picture")).image());
    return new Subject(net, picture, net.rule().input(picture));
  }

  private Answer predict(Fields f) {
    Subject s = subject(f);
    Prediction p = s.net().model().predict(s.input());
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("input", s.net().input().times());
    head.put(
        "layers",
        Layers.of(s.net().model()).withPlaces().stream().map(Layers.Layer::path).toList());
    head.put(
        "top",
        p.top(TOP).stream()
            .map(g ->
                Map.of(
                    "number",
                    g.index(),
                    "name",
                    s.net().label(g.index()),
                    "share",
                    g.probability()))
            .toList());
    return Answer.bundle(Pictures.bytes(head, s.picture()));
  }

  private Explainer explainer(Subject s, Fields f) {
    int classes = s.net().model().output(0).classes();
    Explainer usual =
        Explainer.of(s.net().model(), Target.logit(f.integer("class", 0, classes - 1)));
    return f.has("layer") ? usual.at(f.text("layer")) : usual;
  }

  private Answer explain(Fields f) {
    Subject s = subject(f);
    Explanation e = explainer(s, f).explain(Method.parse(f.text("method")), s.input());
    Shape map = e.map().shape();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("score", e.score());
    head.put("figures", e.figures());
    head.put("notice", e.notice().orElse(""));
    head.put("lo", ExplanationPicture.scale(e).low());
    head.put("hi", ExplanationPicture.scale(e).high());
    Bundle bundle = Pictures.bytes(head, ExplanationPicture.of(e, s.picture()));
    return Answer.bundle(bundle.add("map", List.of(map.dim(0), map.dim(1)), e.map().data()));
  }

  /** Takes away pixels in the order of a map, and watches the score. */
  private Answer deletion(Fields f) {
    Subject s = subject(f);
    Explainer why = explainer(s, f);
    Explanation e = why.explain(Method.parse(f.text("method")), s.input());
    DeletionCurve out = why.deletion(e, s.input());
    DeletionCurve in = why.insertion(e, s.input());
    return Answer.json(
        Map.of(
            "shares", out.shares(),
            "deletion", out.scores(),
            "insertion", in.scores(),
            "deletionArea", out.area(),
            "insertionArea", in.area()));
  }

  /** Draws the weights anew from the top, and looks whether the map cares. */
  private Answer check(Fields f) {
    Subject s = subject(f);
    RandomisationCheck check =
        explainer(s, f).randomisation(Method.parse(f.text("method")), s.input());
    return Answer.json(
        Map.of(
            "steps",
            check.steps().stream()
                .map(step -> Map.of("layer", step.layer(), "correlation", step.correlation()))
                .toList()));
  }
}
