package dev.fovea.studio.room;

import dev.fovea.insight.explain.DeletionCurve;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Explanation;
import dev.fovea.insight.explain.ExplanationPicture;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.explain.Occlusion;
import dev.fovea.insight.explain.RandomisationCheck;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Probe;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placed;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Explains what a network says of a picture, by many methods, and tells how far to trust them: the
 * score of a class or of a box that it finds, the sum of a class over the pixels of its mask.
 */
public final class ExplainRoom implements Room {
  private final StudioState state;
  private final ReentrantLock oneAtATime = new ReentrantLock(true);

  /** What was explained last: finding the target of a box takes time, and its methods are many. */
  private final AtomicReference<@Nullable Known> last = new AtomicReference<>();

  private record Known(Subject subject, int number, Explainer explainer, Probe scores) {}

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
        case "cover" -> cover(f);
        default -> throw new Refusal(404, "explain: does not know " + request.action());
      };
    } finally {
      oneAtATime.unlock();
    }
  }

  /** Tells the networks whose answers can be explained, and begins to teach one. */
  private Answer models() {
    state.digits().begin();
    return Answer.json(
        Map.of(
            "models", state.workspace().those(Explained::isPossible), "methods", Method.texts()));
  }

  /**
   * What is asked about.
   *
   * @param net the network
   * @param picture the picture
   * @param least of a detector, the least score of a box; below 0 for its own
   */
  private record Subject(OpenModel net, Workspace.Picture picture, double least) {
    Placed placed() {
      return net.placed(picture.image());
    }

    Tensor input() {
      return net.rule().input(placed().input());
    }

    Explained explained() {
      return Explained.of(net, placed(), input(), least);
    }
  }

  private Subject subject(Fields f) {
    return new Subject(
        state.workspace().model(f.text("model")),
        state.workspace().picture(f.text("picture")),
        f.number("score", 0, 1, -1));
  }

  private Answer predict(Fields f) {
    Subject s = subject(f);
    Explained explained = s.explained();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("input", s.net().input().times());
    head.put(
        "layers",
        Layers.of(s.net().model()).withPlaces().stream().map(Layers.Layer::path).toList());
    head.put("kind", explained.kind());
    head.put("top", explained.choices());
    return Answer.bundle(explained.show(Pictures.bytes(head, s.placed().input())));
  }

  private Explainer explainer(Subject s, Fields f) {
    Explainer usual = known(s, f).explainer;
    return f.has("layer") ? usual.at(f.text("layer")) : usual;
  }

  private Known known(Subject s, Fields f) {
    int number = f.integer("class", 0, Integer.MAX_VALUE);
    Known known = last.get();
    if (known == null || known.number != number || !known.subject.equals(s)) {
      Explainer usual = usual(s, number);
      known = new Known(s, number, usual, Probe.ofScores(usual.model(), usual.target()));
      last.set(known);
    }
    return known;
  }

  /** Returns the explainer that looks where a score comes from: of a box, before its own cell. */
  private static Explainer usual(Subject s, int number) {
    Explained explained = s.explained();
    Explainer usual = Explainer.of(s.net().model(), explained.target(number));
    return explained instanceof Explained.Boxes ? usual.whereItCounts(s.input()) : usual;
  }

  private Answer explain(Fields f) {
    Subject s = subject(f);
    Explainer why = explainer(s, f);
    Explanation e = why.explain(Method.parse(f.text("method")), s.input());
    Shape map = e.map().shape();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("score", e.score());
    head.put("figures", e.figures());
    head.put("notice", e.notice().orElse(""));
    head.put("layer", e.method().looksAtLayer() ? why.layer() : "");
    head.put("lo", ExplanationPicture.scale(e).low());
    head.put("hi", ExplanationPicture.scale(e).high());
    Bundle bundle = Pictures.bytes(head, ExplanationPicture.of(e, s.placed().input()));
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

  /** Covers a square of the input, and tells the score without and with it. */
  private Answer cover(Fields f) {
    Subject s = subject(f);
    Known known = known(s, f);
    Tensor input = s.input();
    Tensor cover = known.explainer.baseline();
    int most = Math.max(input.shape().dim(0), input.shape().dim(1));
    int top = f.integer("top", 0, most);
    int left = f.integer("left", 0, most);
    int size = f.integer("size", 1, most);
    double covered = Occlusion.scoreCovered(known.scores, input, cover, top, left, size);
    return Answer.json(Map.of("score", known.scores.read(input).score(), "covered", covered));
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
