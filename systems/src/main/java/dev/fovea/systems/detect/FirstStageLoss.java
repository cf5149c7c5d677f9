package dev.fovea.systems.detect;

import dev.fovea.nn.JointLoss;
import dev.fovea.op.Value;
import dev.fovea.systems.loss.ProposalLoss;
import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loss of a first stage, {@link ProposalLoss}, of logits [N, A] and codes of boxes [N, A, 4];
 * its target is rows [label, code…] of the sampled anchors [N, A, 5].
 *
 * @param beta the β of smooth L1
 */
public record FirstStageLoss(double beta) implements JointLoss {
  private static final int NUMBERS = 5;

  @Override
  public String name() {
    return "proposals";
  }

  @Override
  public String description() {
    return "proposals β " + beta;
  }

  @Override
  public int outputs() {
    return 2;
  }

  @Override
  public List<Shape> targets(List<Shape> outputs) {
    Shape logits = outputs.get(0);
    return List.of(Shape.of(logits.dim(0), logits.dim(1), NUMBERS));
  }

  @Override
  public Map<String, Value> parts(List<Value> outputs, List<Value> targets) {
    Value logits = outputs.get(0);
    Value labels = targets.get(0).slice(-1, 0, 1).reshape(logits.shape());
    ProposalLoss loss =
        ProposalLoss.of(logits, outputs.get(1), labels, targets.get(0).slice(-1, 1, 4), beta);
    Map<String, Value> parts = new LinkedHashMap<>();
    parts.put("objectness", loss.objectness());
    parts.put("proposals", loss.boxes());
    return parts;
  }
}
