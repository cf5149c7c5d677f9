package dev.fovea.systems.measure;

import dev.fovea.systems.measure.Truth.Role;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Average precision of boxes, as PASCAL VOC counts it (Everingham et al. 2010).
 *
 * <p>By falling score, what was found is right if it overlaps the object that it overlaps most by
 * more than the threshold and no other has taken that; a second one is false, even where another
 * object would do. Objects that are difficult, and crowds, count neither as found nor as missed.
 * VOC writes the first and the last pixel of an object: left is its xmin − 1 and right its xmax,
 * and the overlap is the one it counts. Equal scores count in the order in which they were added.
 * One thread adds at a time.
 */
public final class VocEvaluation {
  /** The overlap that VOC asks for. */
  public static final double USUAL = 0.5;

  private final double threshold;
  private final List<String> classes;
  private final List<List<Hit>> hits = new ArrayList<>();
  private final long[] objects;

  private enum Kind {
    RIGHT,
    FALSE,
    NOTHING
  }

  private record Hit(double score, Kind kind) {}

  /**
   * Measures with the usual threshold.
   *
   * @param classes the classes' names, in the order of their numbers
   */
  public VocEvaluation(List<String> classes) {
    this(classes, USUAL);
  }

  /**
   * Measures.
   *
   * @param classes the classes' names, in the order of their numbers
   * @param threshold the intersection over union that must be exceeded
   */
  public VocEvaluation(List<String> classes, double threshold) {
    this.classes = List.copyOf(classes);
    this.threshold = threshold;
    this.objects = new long[classes.size()];
    classes.forEach(c -> hits.add(new ArrayList<>()));
  }

  /**
   * Adds a picture.
   *
   * @param truth what is in it
   * @param found what was found in it
   * @throws FoveaException if a class has no name here
   */
  public VocEvaluation add(List<Truth> truth, List<Found> found) {
    for (Truth t : truth) {
      objects[require(t.label())] += t.role() == Role.OBJECT ? 1 : 0;
    }
    boolean[] taken = new boolean[truth.size()];
    for (Found f : found.stream().sorted(Found.BY_SCORE).toList()) {
      hits.get(require(f.label())).add(new Hit(f.score(), judge(f, truth, taken)));
    }
    return this;
  }

  private int require(int label) {
    if (label >= classes.size()) {
      throw new FoveaException(
          "average precision: class %s, there are %s".formatted(label, classes.size()));
    }
    return label;
  }

  private Kind judge(Found found, List<Truth> truth, boolean[] taken) {
    double most = threshold;
    int best = -1;
    for (int i = 0; i < truth.size(); i++) {
      if (truth.get(i).label() == found.label()) {
        double iou = found.box().iou(truth.get(i).box());
        if (iou > most) {
          most = iou;
          best = i;
        }
      }
    }
    if (best >= 0 && truth.get(best).role() != Role.OBJECT) {
      return Kind.NOTHING;
    }
    if (best < 0 || taken[best]) {
      return Kind.FALSE;
    }
    taken[best] = true;
    return Kind.RIGHT;
  }

  /** Returns all figures of the pictures that were added. */
  public VocResult result() {
    List<VocClass> all = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      all.add(ofClass(c));
    }
    return new VocResult(all);
  }

  private VocClass ofClass(int c) {
    List<Hit> sorted =
        hits.get(c).stream().sorted(Comparator.comparingDouble(h -> 0 - h.score())).toList();
    List<Double> recall = new ArrayList<>();
    List<Double> precision = new ArrayList<>();
    long right = 0;
    long counted = 0;
    for (Hit h : sorted) {
      right += h.kind() == Kind.RIGHT ? 1 : 0;
      counted += h.kind() == Kind.NOTHING ? 0 : 1;
      recall.add(objects[c] == 0 ? 0 : (double) right / objects[c]);
      precision.add(counted == 0 ? 0 : (double) right / counted);
    }
    List<Double> scores = sorted.stream().map(Hit::score).toList();
    return new VocClass(classes.get(c), objects[c], recall, precision, scores);
  }
}
