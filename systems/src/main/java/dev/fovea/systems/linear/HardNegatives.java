package dev.fovea.systems.linear;

import java.util.ArrayList;
import java.util.List;

/**
 * A support vector machine for many more negatives than memory or patience holds (Felzenszwalb et
 * al., 2010): it meets them picture by picture, keeps those that are not clearly on their side, and
 * is fitted again when enough have come; then those that have become clear are dropped.
 *
 * <p>As in R-CNN a negative is kept from a margin of −1.0001 on, dropped below −1.1, and the
 * machine is fitted anew every 2,000. Until the first time all are kept.
 */
public final class HardNegatives {
  private static final double HARD = -1.0001;
  private static final double EASY = -1.1;
  private static final int FRESH = 2000;

  private final LinearSvm rule;
  private final List<float[]> examples;
  private final List<float[]> kept = new ArrayList<>();
  private int fresh;
  private Plane plane;
  private boolean fitted;

  /**
   * Creates a machine that has met no negatives.
   *
   * @param examples the features of the examples
   */
  public HardNegatives(LinearSvm rule, List<float[]> examples) {
    this.rule = rule;
    this.examples = List.copyOf(examples);
    this.plane = new Plane(new double[0], 0);
  }

  /** Meets the negatives of a picture; without examples there is nothing to learn from them. */
  public void meet(List<float[]> negatives) {
    if (examples.isEmpty()) {
      return;
    }
    for (float[] n : negatives) {
      if (!fitted || plane.margin(n) > HARD) {
        kept.add(n);
        fresh++;
      }
    }
    if (fresh >= FRESH) {
      fit();
    }
  }

  private void fit() {
    plane = rule.fit(examples, kept);
    fitted = true;
    fresh = 0;
    kept.removeIf(n -> plane.margin(n) < EASY);
  }

  /** Returns whether there is a plane: there are examples, and it has met negatives. */
  public boolean hasPlane() {
    return fitted || fresh > 0;
  }

  /**
   * Returns the plane.
   *
   * @throws dev.fovea.tensor.FoveaException if there are no examples, or it has met no negatives
   */
  public Plane plane() {
    if (fresh > 0 || !fitted) {
      fit();
    }
    return plane;
  }

  /** Returns how many negatives it remembers. */
  public int size() {
    return kept.size();
  }
}
