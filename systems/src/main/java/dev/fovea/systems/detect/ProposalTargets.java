package dev.fovea.systems.detect;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Sampler;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * What the anchors of a first stage learn: rows [label, t of a {@link BoxCode}]. The label is 1 for
 * a drawn anchor with an object, 0 for one without, −1 for those that were not drawn.
 *
 * @param anchors the anchors
 * @param code how boxes are told beside them
 * @param matcher which anchor learns which object
 * @param sampler how many are drawn
 */
public record ProposalTargets(BoxArray anchors, BoxCode code, Matcher matcher, Sampler sampler) {
  private static final int NUMBERS = 5;

  /** Returns the shape of the rows. */
  public Shape shape() {
    return Shape.of(anchors.size(), NUMBERS);
  }

  /**
   * Returns the rows for the objects of a picture.
   *
   * @param seed what is drawn follows from it
   */
  public Tensor of(List<Box> objects, Seed seed) {
    BoxArray boxes = BoxArray.of(objects.stream().filter(o -> o.label() >= 0).toList());
    int[] matches = matcher.match(boxes, anchors);
    Matcher.spare(matches, crowds(objects), anchors);
    Sampler.Drawn drawn = sampler.draw(matches, seed, 0);
    Tensor rows = Tensor.zeros(shape());
    for (int i = 0; i < matches.length; i++) {
      rows.data()[NUMBERS * i] = -1;
    }
    for (int i : drawn.background()) {
      rows.data()[NUMBERS * i] = 0;
    }
    for (int i : drawn.objects()) {
      rows.data()[NUMBERS * i] = 1;
      code.encode(anchors, i, boxes, matches[i], rows.data(), NUMBERS * i + 1);
    }
    return rows;
  }

  /** Returns the boxes in which nothing counts. */
  static BoxArray crowds(List<Box> objects) {
    return BoxArray.of(objects.stream().filter(o -> o.label() == Mark.Boxes.IGNORED).toList());
  }
}
