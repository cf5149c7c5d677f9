package dev.fovea.systems.net;

import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.pose.PoseMeasure;
import dev.fovea.systems.pose.PoseReader;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.systems.pose.PoseTargets;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import dev.fovea.vision.Placement.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A system that finds key points.
 *
 * @param system the name of the system
 * @param plan what it is set up for
 * @param network from a picture to what the rule reads
 * @param targets what it learns
 * @param objective compares the network's outputs with the targets
 * @param rule how outputs become poses
 * @param figures what is measured
 */
record PoseSetup(
    String system,
    Plan plan,
    Network network,
    PoseTargets targets,
    Objective objective,
    PoseRule rule,
    Figures figures)
    implements Setup {
  /** What is measured of poses. */
  @FunctionalInterface
  interface Figures {
    List<Measure> of(PoseReader reader, LabelledData samples);

    /** The share of points within a tenth of the object, and COCO's average precision. */
    static List<Measure> one(PoseReader reader, LabelledData samples) {
      return List.of(
          PoseMeasure.correct(reader, samples, PoseMeasure.NEAR),
          PoseMeasure.precision(reader, samples));
    }

    /** COCO's average precision. */
    static List<Measure> several(PoseReader reader, LabelledData samples) {
      return List.of(PoseMeasure.precision(reader, samples));
    }
  }

  @Override
  public Model model(Seed seed, Engine engine) {
    Map<String, String> texts = new LinkedHashMap<>(plan.toMetadata(system));
    texts.put(PoseRule.KEY, rule.toText());
    Model model = Model.build(network, List.of(plan.rule().shape()), seed, engine);
    model.setTask(0, Task.KEY_POINTS);
    return model.withMetadata(texts);
  }

  @Override
  public Dataset targets(Dataset samples) {
    return samples.marked(
        targets.forms(),
        sample -> {
          List<Box> boxes =
              sample
                  .mark(Mark.Boxes.class)
                  .orElseThrow(() -> new FoveaException(system + ": samples have no boxes"))
                  .boxes();
          return targets.of(boxes);
        });
  }

  @Override
  public List<Measure> measures(LabelledData samples) {
    Size input = new Size(plan.rule().height(), plan.rule().width());
    return figures.of(new PoseReader(rule, plan.classes().get(0), input), samples);
  }
}
