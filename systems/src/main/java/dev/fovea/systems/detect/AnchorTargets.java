package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * What each anchor learns: rows [label, t of a {@link BoxCode}]. The label is 0 for background, 1
 * on for a class, −1 where nothing is learned.
 */
public final class AnchorTargets {
  /** The label of an anchor that learns nothing. */
  static final int IGNORED = -1;

  private static final int NUMBERS = 5;

  private final BoxArray anchors;
  private final BoxCode code;
  private final Matcher matcher;

  /**
   * Creates targets.
   *
   * @param anchors the anchors
   * @param code how boxes are told beside them
   * @param matcher which anchor learns which object
   */
  public AnchorTargets(BoxArray anchors, BoxCode code, Matcher matcher) {
    this.anchors = anchors;
    this.code = code;
    this.matcher = matcher;
  }

  /** Returns the shape of the rows. */
  public Shape shape() {
    return Shape.of(anchors.size(), NUMBERS);
  }

  /** Returns the rows for the objects of a picture. */
  public Tensor of(List<Box> objects) {
    List<Box> counted = objects.stream().filter(o -> o.label() >= 0).toList();
    BoxArray boxes = BoxArray.of(counted);
    int[] matches = matcher.match(boxes, anchors);
    Matcher.spare(matches, ProposalTargets.crowds(objects), anchors);
    Tensor rows = Tensor.zeros(shape());
    for (int i = 0; i < matches.length; i++) {
      int at = NUMBERS * i;
      if (matches[i] >= 0) {
        rows.data()[at] = 1 + counted.get(matches[i]).label();
        code.encode(anchors, i, boxes, matches[i], rows.data(), at + 1);
      } else if (matches[i] == Matcher.IGNORED) {
        rows.data()[at] = IGNORED;
      }
    }
    return rows;
  }

  @Override
  public String toString() {
    return "%s anchors, %s, %s".formatted(anchors.size(), code, matcher);
  }
}
