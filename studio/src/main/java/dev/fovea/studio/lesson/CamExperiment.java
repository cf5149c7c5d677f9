package dev.fovea.studio.lesson;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.engine.Engine;
import dev.fovea.insight.explain.Explainer;
import dev.fovea.insight.explain.Method;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Grad-CAM with every number in sight: two maps of 2 × 2, their mean, and one score. */
final class CamExperiment implements Experiment {
  private static final Tensor FIRST = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);
  private static final Tensor SECOND = Tensor.of(Shape.of(2, 2), 0, 1, 1, 0);
  private static final double MOST = 4;

  @Override
  public String name() {
    return "cam";
  }

  @Override
  public Figures show(Fields f) {
    float first = (float) f.number("first", -MOST, MOST);
    float second = (float) f.number("second", -MOST, MOST);
    Shape maps = Shape.of(2, 2, 2);
    Model model =
        Model.build(
            sequence(relu(), globalAvgPool(), dense(1).noBias()),
            maps,
            Seed.of(0),
            Engine.shared());
    model.parameters().set("2.weight", Tensor.of(Shape.of(2, 1), first, second));
    Tensor input = Tensor.zeros(maps);
    for (int i = 0; i < 4; i++) {
      input.data()[2 * i] = FIRST.data()[i];
      input.data()[2 * i + 1] = SECOND.data()[i];
    }
    var told = Explainer.of(model, Target.logit(0)).at("0").explain(Method.GRAD_CAM, input);
    return new Figures()
        .number("score", told.score())
        .number("lower right", told.map().get(1, 1))
        .grid("map 1", FIRST)
        .grid("map 2", SECOND)
        .grid("Grad-CAM", told.map());
  }
}
