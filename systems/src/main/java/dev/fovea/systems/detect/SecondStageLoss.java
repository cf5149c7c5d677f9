package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.Value;
import dev.fovea.systems.loss.RegionLoss;
import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of a second stage, {@link RegionLoss}, of logits [N, S, classes], codes of boxes [N, S,
 * 4·classes] and the rows of a {@link RegionSampler}, which say what is right. Its target is,
 * unread, the objects.
 *
 * @param beta the β of smooth L1
 * @param objects how many objects a picture has at most
 */
public record SecondStageLoss(double beta, int objects) implements JointLoss {
  @Override
  public String name() {
    return "regions";
  }

  @Override
  public String description() {
    return "regions β " + beta;
  }

  @Override
  public int outputs() {
    return 3;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    return List.of(Shape.of(outputs.get(0).dim(0), objects, 5));
  }

  @Override
  public Map<String, Value> parts(List<Value> outputs, List<Value> targets) {
    Value rows = outputs.get(2);
    Shape each = Shape.of(rows.shape().dim(0), rows.shape().dim(1));
    Value labels = rows.slice(-1, RegionSampler.LABEL, 1).reshape(each);
    Value codes = rows.slice(-1, RegionSampler.CODE, 4);
    RegionLoss loss = RegionLoss.of(outputs.get(0), outputs.get(1), labels, codes, beta);
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.put("classes", loss.classes());
    parts.put("boxes", loss.boxes());
    return parts;
  }
}
