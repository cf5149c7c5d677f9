package dev.fovea.systems.detect;

import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Proposals;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Collections;

/**
 * The regions that a first stage proposes, as a step of a network (Ren et al., 2015): a fixed
 * number of boxes by falling score, behind which empty ones fill up. No gradient flows through it.
 *
 * @param anchors the anchors, each map a level of its own
 * @param code how boxes are told beside them
 * @param rule which of them go on
 */
public record RegionProposer(GridAnchors anchors, BoxCode code, Proposals rule) {
  /**
   * Returns the regions [N, {@code rule.after()}, 4] in pixels of the input.
   *
   * @param logits how likely each anchor holds an object [N, A]
   * @param deltas the code of its box [N, A, 4]
   */
  public Value of(Value logits, Value deltas) {
    int n = logits.shape().dim(0);
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(2, null);
    BoxArray boxes = anchors.boxes();
    int[] levels = anchors.maps().stream().mapToInt(GridAnchors.Grid::anchors).toArray();
    HostCall.Function propose =
        (in, out) -> {
          for (int i = 0; i < n; i++) {
            propose(in.get(0), in.get(1), i, boxes, levels, out);
          }
        };
    return Value.of(
        new HostCall("proposals", Shape.of(n, rule.after(), 4), propose, none), logits, deltas);
  }

  private void propose(
      FloatBuffer logits, FloatBuffer deltas, int n, BoxArray boxes, int[] levels, FloatBuffer to) {
    int count = boxes.size();
    float[] scores = new float[count];
    float[] codes = new float[4 * count];
    logits.get(n * count, scores);
    deltas.get(4 * n * count, codes);
    BoxArray decoded = code.decode(boxes, codes);
    BoxArray found = rule.of(decoded, scores, levels, anchors.height(), anchors.width()).boxes();
    Rows.write(found, to, 4 * n * rule.after(), rule.after());
  }
}
