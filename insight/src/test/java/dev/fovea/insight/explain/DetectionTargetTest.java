package dev.fovea.insight.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.insight.colour.GradientPicture;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Reading;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.testing.Engines;
import dev.fovea.nn.Model;
import dev.fovea.op.GradientRule;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The score of a box is explained through the decoder, whichever it is. */
final class DetectionTargetTest {
  private static final Preprocessing RULE =
      Preprocessing.scaled(Shape.of(64, 64, 3))
          .withMeanAndStd(List.of(.5f, .5f, .5f), List.of(.25f, .25f, .25f));

  private static List<Detection> found(Detector d, Model model, Tensor input, Placement at) {
    return d.reader().read(model.run(List.of(input.reshape(input.shape().prepend(1)))), 0, at);
  }

  /** Along its gradient g the score rises by ‖g‖² per step: a difference over both sides. */
  @ParameterizedTest
  @ValueSource(strings = {"yolo-tiny", "ssd-small", "retinanet-small"})
  void theGradientIsThatOfTheDecodedScore(String system) {
    VisionSystem net = Systems.find(system);
    LabelledData train = Shapes.load(LabelOptions.of(RULE, Marking.BOXES)).train();
    int most = train.targets().getFirst().shape().dim(0);
    Plan plan = Plan.of(train.things(), RULE).objects(most).width(0.125);
    Setup setup = net.setUp(net.fitted(plan, train));
    Model model = setup.used(setup.model(Seed.of(3), Engine.shared()));
    Detector detector = Detector.of(model).score(0).most(5);
    Tensor input = Engines.random(4, 64, 64, 3);
    Placement.Size size = new Placement.Size(64, 64);
    Placement at = Placement.of(Preprocessing.Resize.STRETCH, size, size);
    Detection first = found(detector, model, input, at).getFirst();
    Target target = DetectionTarget.of(model, detector, input, at, first);
    Reading read = Probe.ofGradients(model, target, GradientRule.EXACT).read(input);
    assertThat(read.score()).isCloseTo((float) first.score(), within(1e-4f));
    Tensor g = read.gradient();
    double squares = 0;
    for (float v : g.data()) {
      squares += (double) v * v;
    }
    double step = 2e-3 / Math.sqrt(squares);
    double slope =
        (score(detector, model, moved(input, g, step), at, first)
                - score(detector, model, moved(input, g, -step), at, first))
            / (2 * step);
    assertThat(squares).isPositive();
    Explainer near = Explainer.of(model, target).whereItCounts(input);
    assertThat(near.explain(Method.GRAD_CAM, input).map().shape()).isEqualTo(Shape.of(64, 64));
    Tensor counts =
        Probe.ofLayers(model, target, List.of(near.layer()))
            .read(input)
            .gradients()
            .getOrDefault(near.layer(), input);
    int places = 0;
    for (float v : GradientPicture.largest(counts).data()) {
      places += v > 0 ? 1 : 0;
    }
    assertThat(places).isGreaterThan(1);
    assertThat(slope).isCloseTo(squares, within(0.05 * squares));
  }

  private static Tensor moved(Tensor x, Tensor g, double step) {
    Tensor out = x.copy();
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] += (float) (step * g.data()[i]);
    }
    return out;
  }

  /** Returns the score of the box of the same class that lies nearest. */
  private static double score(
      Detector d, Model model, Tensor input, Placement at, Detection wanted) {
    double nearest = Double.POSITIVE_INFINITY;
    double score = 0;
    for (Detection f : found(d.most(1000), model, input, at)) {
      double away =
          Math.abs(f.box().left() - wanted.box().left())
              + Math.abs(f.box().top() - wanted.box().top())
              + Math.abs(f.box().right() - wanted.box().right());
      if (f.label().equals(wanted.label()) && away < nearest) {
        nearest = away;
        score = f.score();
      }
    }
    return score;
  }
}
