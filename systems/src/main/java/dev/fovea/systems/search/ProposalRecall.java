package dev.fovea.systems.search;

import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Overlap;
import java.util.ArrayList;
import java.util.List;

/**
 * How much of the truth proposals hold: the share of objects that some box overlaps by at least a
 * threshold, and the mean of the best overlaps (ABO). What is not proposed no second stage finds.
 */
public final class ProposalRecall {
  private final List<Double> best = new ArrayList<>();
  private long proposals;
  private int pictures;

  /** Creates a measure of no picture yet. */
  public ProposalRecall() {}

  /** Adds a picture. */
  public void add(BoxArray objects, BoxArray proposed) {
    pictures++;
    proposals += proposed.size();
    double[][] overlaps = Overlap.IOU.of(objects, proposed);
    for (int i = 0; i < objects.size(); i++) {
      double most = 0;
      for (int j = 0; j < proposed.size(); j++) {
        most = Math.max(most, overlaps[i][j]);
      }
      best.add(most);
    }
  }

  /** Returns the share of objects with an overlap of at least this; NaN without objects. */
  public double at(double threshold) {
    return best.isEmpty()
        ? Double.NaN
        : (double) best.stream().filter(b -> b >= threshold).count() / best.size();
  }

  /** Returns the mean over objects of the best overlap; NaN without objects. */
  public double meanBest() {
    return best.stream().mapToDouble(d -> d).average().orElse(Double.NaN);
  }

  /** Returns how many boxes were proposed in a picture, on average. */
  public double perPicture() {
    return pictures == 0 ? Double.NaN : (double) proposals / pictures;
  }

  /** Returns how many objects there were. */
  public int objects() {
    return best.size();
  }
}
