package dev.fovea.systems.detect;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Selection;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Proposals;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The regions that a first stage proposes, as a step of a network (Ren et al., 2015): a fixed
 * number of boxes by falling score, behind which empty ones fill up. No gradient flows through it.
 *
 * @param anchors the anchors, each map a level of its own
 * @param code how boxes are told beside them
 * @param rule which of them go on
 */
public record RegionProposer(GridAnchors anchors, BoxCode code, Proposals rule) {
  /** The score of what does not count: below any logit. */
  private static final float NONE = -1e30f;

  /**
   * Returns the regions [N, {@code rule.after()}, 4] in pixels of the input.
   *
   * @param logits how likely each anchor holds an object [N, A]
   * @param deltas the code of its box [N, A, 4]
   */
  public Value of(Value logits, Value deltas) {
    Tensor all = anchors.boxes().toTensor();
    Value boxes = code.decode(Value.constant(all.reshape(all.shape().prepend(1))), deltas);
    List<Value> regions = new ArrayList<>();
    List<Value> scores = new ArrayList<>();
    int begin = 0;
    for (GridAnchors.Grid map : anchors.maps()) {
      int count = map.anchors();
      GraphBoxes.Best best =
          GraphBoxes.best(
              boxes.slice(1, begin, count),
              logits.slice(1, begin, count),
              Math.min(rule.before(), count),
              NONE);
      Value clipped = GraphBoxes.clipped(best.rows(), anchors.height(), anchors.width());
      regions.add(clipped);
      scores.add(left(clipped, best.scores()));
      begin += count;
    }
    GraphBoxes.Best best = GraphBoxes.best(joined(regions), joined(scores), rule.after(), NONE);
    return best.rows().times(best.scores().with(BinaryFunction.GREATER, Value.constant(NONE / 2)));
  }

  /** Returns the scores [N, K] of boxes of a level that are left, and {@link #NONE} for others. */
  private Value left(Value boxes, Value logits) {
    int n = boxes.shape().dim(0);
    int count = boxes.shape().dim(1);
    Value large = GraphBoxes.large(boxes, rule.least());
    Value scores = GraphBoxes.among(logits.reshape(large.shape()), large, NONE);
    Selection.Suppress suppress =
        new Selection.Suppress((float) rule.overlap(), NONE / 2, Math.min(rule.after(), count));
    Value stay = Value.of(suppress, boxes, scores.reshape(Shape.of(n, 1, count)));
    return GraphBoxes.among(scores, stay.reshape(scores.shape()), NONE);
  }

  private static Value joined(List<Value> levels) {
    return levels.size() == 1 ? levels.get(0) : Value.of(new Movement.Concat(1), levels);
  }
}
