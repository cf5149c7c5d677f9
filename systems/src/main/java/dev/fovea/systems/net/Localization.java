package dev.fovea.systems.net;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.data.Task;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.OneBox;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Scale;

/**
 * Localization, the step between classification and detection: of a picture with one object two
 * heads of one trunk tell its class and its box. Of several objects it tells the largest.
 */
final class Localization implements VisionSystem {
  private static final int UNITS = 256;
  private static final double STD = 0.01;
  private static final double SCORE = 0.5;
  private static final double OVERLAP = 0.5;

  /** What boxes count beside classes: both losses then begin at about the same size. */
  private static final double WEIGHT = 5;

  private static final Profile PROFILE =
      new Profile(
          "localization",
          "Classification with localization",
          2014,
          "Sermanet, Eigen, Zhang, Mathieu, Fergus, LeCun: OverFeat: Integrated Recognition,"
              + " Localization and Detection using Convolutional Networks",
          Task.BOXES,
          Shape.of(128, 128, 3),
          new Recipe("adamw", 1.5e-3, "one-cycle", 20, 16, 5e-3, 10, "flip,scale:0.25,shift:0.1"));

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public SceneCast scenes() {
    return new SceneCast(1, 1, 0, 0);
  }

  @Override
  public Setup setUp(Plan plan) {
    int classes = plan.classes().size();
    OneBox box = new OneBox(plan.rule().height(), plan.rule().width(), classes);
    Scale scale = new Scale(classes, plan.width());
    return new RowSetup(
        name(),
        plan,
        network(scale),
        box.shape(),
        box::target,
        box.loss(plan.objects(), WEIGHT),
        new DetectionRule(box, SCORE, OVERLAP, 1));
  }

  private static Layer network(Scale scale) {
    Layer trunk =
        sequence(
                SmallTwoStage.backbone(scale),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(128), 3),
                maxPool(2),
                Convolutions.normLeaky(scale.channels(64), 1),
                flatten(),
                dense(scale.channels(UNITS)).init(Initializer.heNormal()),
                relu())
            .named("trunk");
    Layer what = dense(1 + scale.classes()).init(Initializer.normal(STD)).named("class");
    Layer where = dense(4).init(Initializer.normal(STD)).named("box");
    return x -> {
      Signal common = trunk.apply(x);
      Signal row = where.apply(common).activate(Activation.SIGMOID).concat(what.apply(common));
      return row.reshape(Shape.of(1, row.shape().dim(1)));
    };
  }
}
