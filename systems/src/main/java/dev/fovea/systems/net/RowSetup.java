package dev.fovea.systems.net;

import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Target;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.JointLoss;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.detect.DetectionReader;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Measure;
import dev.fovea.train.Objective;
import dev.fovea.vision.Placement.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A detector of one stage: its network answers with rows, its targets are rows and the objects
 * themselves, and one loss compares them.
 *
 * @param system the name of the system
 * @param plan what it is set up for
 * @param network from a picture to rows [N, rows, numbers]
 * @param rows the shape of the targets' rows
 * @param targets makes the rows of a picture's objects; several threads call it at once
 * @param loss of rows, and of targets' rows and objects
 * @param rule how rows become detections
 */
record RowSetup(
    String system,
    Plan plan,
    Layer network,
    Shape rows,
    Function<List<Box>, Tensor> targets,
    JointLoss loss,
    DetectionRule rule)
    implements Setup {
  /** Average precision looks at all that is not quite out of the question. */
  private static final double LEAST_SCORE = 0.01;

  @Override
  public Model model(Seed seed, Engine engine) {
    Map<String, String> texts = new LinkedHashMap<>(plan.toMetadata(system));
    texts.put(DetectionRule.KEY, rule.toText());
    Model model = Model.build(asNetwork(), List.of(plan.rule().shape()), seed, engine);
    model.setTask(0, Task.BOXES);
    return model.withMetadata(texts);
  }

  private Network asNetwork() {
    return in -> List.of(network.forward(in.get(0)));
  }

  @Override
  public Model over(Model other) {
    return other.over(asNetwork(), List.of(plan.rule().shape()));
  }

  @Override
  public Dataset targets(Dataset samples) {
    List<Target> forms =
        List.of(Target.numbers(rows.dim(0), rows.dim(1)), Target.boxes(plan.objects(), 0));
    return samples.marked(
        forms,
        sample -> {
          List<Box> boxes =
              sample
                  .mark(Mark.Boxes.class)
                  .orElseThrow(() -> new FoveaException(system + ": samples have no boxes"))
                  .boxes();
          List<Box> some =
              boxes.stream().limit(plan.objects()).map(b -> b.withPoints(List.of())).toList();
          return List.of(new Mark.Numbers(targets.apply(some)), new Mark.Boxes(some));
        });
  }

  @Override
  public Objective objective() {
    return Objective.of(loss);
  }

  @Override
  public List<Measure> measures(LabelledData samples) {
    Size input = new Size(plan.rule().height(), plan.rule().width());
    DetectionRule all = rule.score(Math.min(LEAST_SCORE, rule.score()));
    return List.of(new BoxPrecision(new DetectionReader(all, plan.classes(), input), samples));
  }
}
