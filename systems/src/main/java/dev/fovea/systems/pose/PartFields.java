package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Part affinity fields: in the cells of a limb the unit vector (x, y) along it, 0 elsewhere; the
 * mean where limbs of several persons overlap (Cao et al. 2017).
 *
 * <p>A limb's cells are those at most {@code thickness} away from its line within the box around
 * its ends, widened by {@code thickness}.
 *
 * @param height the height of the fields in cells
 * @param width the width of the fields in cells
 * @param thickness half of how thick a limb is, in cells
 * @param limbs the limbs; limb l has channels 2l and 2l + 1
 */
public record PartFields(int height, int width, double thickness, Limbs limbs) {
  /** Ends nearer than this have no direction. */
  private static final double SHORTEST = 1e-7;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is not above 0
   */
  public PartFields {
    if (height < 1 || width < 1 || !(thickness > 0)) {
      throw new FoveaException(
          "part affinity fields of %s×%s cells, thickness %s: need numbers above 0"
              .formatted(height, width, thickness));
    }
  }

  /**
   * Returns the fields of persons [H, W, 2 · limbs].
   *
   * @param persons the points of each person in cells: the middle of the first cell is (½, ½)
   */
  public Tensor of(List<List<KeyPoint>> persons) {
    int channels = 2 * limbs.bones().size();
    Tensor fields = Tensor.zeros(Shape.of(height, width, channels));
    for (int limb = 0; limb < limbs.bones().size(); limb++) {
      Bone bone = limbs.bones().get(limb);
      int[] counts = new int[height * width];
      for (List<KeyPoint> person : persons) {
        Optional<KeyPoint> a = known(person, bone.from());
        Optional<KeyPoint> b = known(person, bone.to());
        if (a.isPresent() && b.isPresent()) {
          draw(a.get(), b.get(), fields.data(), 2 * limb, counts);
        }
      }
      for (int cell = 0; cell < counts.length; cell++) {
        if (counts[cell] > 1) {
          fields.data()[cell * channels + 2 * limb] /= counts[cell];
          fields.data()[cell * channels + 2 * limb + 1] /= counts[cell];
        }
      }
    }
    return fields;
  }

  private static Optional<KeyPoint> known(List<KeyPoint> person, int kind) {
    return person.stream().filter(p -> p.label() == kind && p.isKnown()).findFirst();
  }

  private void draw(KeyPoint a, KeyPoint b, float[] fields, int channel, int[] counts) {
    double length = Math.hypot(b.x() - a.x(), b.y() - a.y());
    if (length < SHORTEST) {
      return;
    }
    double x = (b.x() - a.x()) / length;
    double y = (b.y() - a.y()) / length;
    int channels = 2 * limbs.bones().size();
    // Cells are counted from their middles, which lie half a cell behind their corners.
    int left = (int) Math.max(0, Math.min(a.x(), b.x()) - 0.5 - thickness);
    int top = (int) Math.max(0, Math.min(a.y(), b.y()) - 0.5 - thickness);
    int right = (int) Math.min(width, Math.max(a.x(), b.x()) - 0.5 + thickness);
    int bottom = (int) Math.min(height, Math.max(a.y(), b.y()) - 0.5 + thickness);
    for (int v = top; v < bottom; v++) {
      for (int u = left; u < right; u++) {
        double away = Math.abs((u + 0.5 - a.x()) * y - (v + 0.5 - a.y()) * x);
        if (away <= thickness) {
          int cell = v * width + u;
          fields[cell * channels + channel] += (float) x;
          fields[cell * channels + channel + 1] += (float) y;
          counts[cell]++;
        }
      }
    }
  }
}
