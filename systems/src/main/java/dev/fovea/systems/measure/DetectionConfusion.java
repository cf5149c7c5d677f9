package dev.fovea.systems.measure;

import dev.fovea.systems.measure.Truth.Role;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.ConfusionMatrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What boxes are taken for, at one score and one overlap, as a network that is used would have it.
 *
 * <p>Of what was found only scores from the least one on count. By falling score each takes the
 * object of its class that it overlaps most among those that are free, as in COCO's evaluation.
 * What then is left on both sides is paired across classes, the greatest overlaps first: objects
 * mistaken for others. The rest are false finds and missed objects. Crowds and difficult objects
 * count neither as found nor as missed, nor as false those that lie in them. One thread adds at a
 * time.
 */
public final class DetectionConfusion {
  /** The name of what is no object: the last row and column of the matrix. */
  public static final String BACKGROUND = "background";

  private final List<String> classes;
  private final double score;
  private final double threshold;
  private final long[][] counts;

  /**
   * Counts.
   *
   * @param classes the classes' names, in the order of their numbers
   * @param score the least score that counts
   * @param threshold the least intersection over union of two boxes of one object
   */
  public DetectionConfusion(List<String> classes, double score, double threshold) {
    this.classes = List.copyOf(classes);
    this.score = score;
    this.threshold = threshold;
    this.counts = new long[classes.size() + 1][classes.size() + 1];
  }

  private record Pair(int truth, int found, double overlap) {}

  /**
   * Adds a picture.
   *
   * @param truth what is in it
   * @param found what was found in it
   * @throws FoveaException if a class has no name here
   */
  public DetectionConfusion add(List<Truth> truth, List<Found> found) {
    truth.forEach(t -> require(t.label()));
    found.forEach(f -> require(f.label()));
    List<Found> sure =
        found.stream().filter(f -> f.score() >= score).sorted(Found.BY_SCORE).toList();
    boolean[] taken = new boolean[truth.size()];
    boolean[] used = new boolean[sure.size()];
    for (int f = 0; f < sure.size(); f++) {
      int best = best(sure.get(f), truth, taken);
      if (best >= 0) {
        count(truth.get(best), sure.get(f));
        taken[best] = true;
        used[f] = true;
      }
    }
    for (Pair p : acrossClasses(truth, taken, sure, used)) {
      if (!taken[p.truth()] && !used[p.found()]) {
        count(truth.get(p.truth()), sure.get(p.found()));
        taken[p.truth()] = true;
        used[p.found()] = true;
      }
    }
    countRest(truth, taken, sure, used);
    return this;
  }

  private void require(int label) {
    if (label >= classes.size()) {
      throw new FoveaException(
          "confusion of detections: class %s, there are %s".formatted(label, classes.size()));
    }
  }

  private void count(Truth truth, Found found) {
    counts[truth.label()][found.label()]++;
  }

  private int best(Found found, List<Truth> truth, boolean[] taken) {
    double most = threshold;
    int best = -1;
    for (int t = 0; t < taken.length; t++) {
      Truth object = truth.get(t);
      boolean free = !taken[t] && object.role() == Role.OBJECT;
      if (free && object.label() == found.label()) {
        double iou = found.box().iou(object.box());
        if (iou >= most) {
          most = iou;
          best = t;
        }
      }
    }
    return best;
  }

  private List<Pair> acrossClasses(
      List<Truth> truth, boolean[] taken, List<Found> found, boolean[] used) {
    List<Pair> pairs = new ArrayList<>();
    for (int f = 0; f < used.length; f++) {
      for (int t = 0; t < taken.length; t++) {
        if (!used[f] && !taken[t] && truth.get(t).role() == Role.OBJECT) {
          double iou = found.get(f).box().iou(truth.get(t).box());
          if (iou >= threshold) {
            pairs.add(new Pair(t, f, iou));
          }
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(p -> -p.overlap()));
    return pairs;
  }

  private void countRest(List<Truth> truth, boolean[] taken, List<Found> found, boolean[] used) {
    int background = classes.size();
    for (int t = 0; t < taken.length; t++) {
      if (!taken[t] && truth.get(t).role() == Role.OBJECT) {
        counts[truth.get(t).label()][background]++;
      }
    }
    for (int f = 0; f < used.length; f++) {
      if (!used[f] && !excused(found.get(f), truth)) {
        counts[background][found.get(f).label()]++;
      }
    }
  }

  private boolean excused(Found found, List<Truth> truth) {
    for (Truth t : truth) {
      boolean same = t.role() != Role.OBJECT && t.label() == found.label();
      if (same && found.box().shareIn(t.box()) >= threshold) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the matrix of the pictures that were added: rows are what is there, columns what was
   * found, the last of both {@link #BACKGROUND}. Its precision and recall of a class are those of
   * the class's objects.
   */
  public ConfusionMatrix result() {
    List<String> names = new ArrayList<>(classes);
    names.add(BACKGROUND);
    return ConfusionMatrix.of(counts, names);
  }
}
