package dev.fovea.systems.box;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Which object each anchor learns, by overlaps: the one it overlaps most if that is at least {@code
 * high}, nothing (background) below {@code low}, and between the two it does not count.
 *
 * @param high from which overlap on an anchor learns its object
 * @param low below which overlap it learns that there is none
 * @param everyObject what else is done so that each object is learned by some anchor
 */
public record Matcher(double high, double low, EveryObject everyObject) {
  /** The match of an anchor that learns that there is no object. */
  public static final int BACKGROUND = -1;

  /** The match of an anchor that learns nothing. */
  public static final int IGNORED = -2;

  /** A box of which more than this share lies in a crowd is not background. */
  private static final double CROWDED = 0.7;

  /** How objects that no anchor overlaps enough are learned all the same. */
  public enum EveryObject {
    /** They are not. */
    NO,
    /**
     * Each anchor that has the best overlap of some object, ties too, learns the object that it
     * itself overlaps most (Faster R-CNN, RetinaNet). An object that meets no anchor at all has no
     * best one.
     */
    BEST_ANCHORS,
    /**
     * The first anchor with the best overlap of an object learns that object, however little it is;
     * of several objects with one best anchor the last gets it (SSD).
     */
    ITS_ANCHOR
  }

  /**
   * Checks the thresholds.
   *
   * @throws FoveaException if they are not 0 ≤ low ≤ high ≤ 1
   */
  public Matcher {
    if (!(low >= 0 && low <= high && high <= 1)) {
      throw new FoveaException(
          "matcher: need 0 ≤ low ≤ high ≤ 1, got low %s and high %s".formatted(low, high));
    }
  }

  /** Returns the matcher of region proposals: 0.7, 0.3, and the best anchors of every object. */
  public static Matcher ofProposals() {
    return new Matcher(0.7, 0.3, EveryObject.BEST_ANCHORS);
  }

  /** Returns the matcher with one threshold, as for second stages: 0.5. */
  public static Matcher above(double threshold) {
    return new Matcher(threshold, threshold, EveryObject.NO);
  }

  /** Returns the matcher of SSD: 0.5, and every object has an anchor of its own. */
  public static Matcher ofDefaultBoxes() {
    return new Matcher(0.5, 0.5, EveryObject.ITS_ANCHOR);
  }

  /** Returns the matcher of RetinaNet: 0.5, 0.4, and the best anchors of every object. */
  public static Matcher ofRetinaNet() {
    return new Matcher(0.5, 0.4, EveryObject.BEST_ANCHORS);
  }

  /**
   * Returns the match of each anchor: the number of an object, or that there is none. Overlaps are
   * computed object by object, so that many objects and anchors take no more memory than few.
   */
  public int[] match(BoxArray objects, BoxArray anchors) {
    return objects.size() == 0
        ? nothing(anchors.size())
        : match(objects.size(), object -> Overlap.IOU.of(objects, object, anchors));
  }

  /**
   * Returns the match of each anchor.
   *
   * @param overlaps by object and anchor; without objects there are no anchors either
   * @return numbers of objects, {@link #BACKGROUND} or {@link #IGNORED}
   */
  public int[] match(double[][] overlaps) {
    return overlaps.length == 0 ? new int[0] : match(overlaps.length, object -> overlaps[object]);
  }

  /** Matches by the overlaps of each object with all anchors. */
  private int[] match(int objects, IntFunction<double[]> overlaps) {
    double[] most = overlaps.apply(0).clone();
    int[] nearest = new int[most.length];
    for (int object = 1; object < objects; object++) {
      double[] row = overlaps.apply(object);
      for (int a = 0; a < nearest.length; a++) {
        if (row[a] > most[a]) {
          most[a] = row[a];
          nearest[a] = object;
        }
      }
    }
    int[] matches = new int[nearest.length];
    for (int a = 0; a < matches.length; a++) {
      matches[a] = most[a] >= high ? nearest[a] : most[a] < low ? BACKGROUND : IGNORED;
    }
    for (int object = 0; object < objects && everyObject != EveryObject.NO; object++) {
      claim(overlaps.apply(object), object, nearest, matches);
    }
    return matches;
  }

  /**
   * Leaves anchors alone that learn there is nothing although they lie in a crowd, where objects
   * are that nobody told apart: those that have more than 0.7 of their area in one.
   *
   * @param matches what {@link #match} returned, which is changed
   * @param crowds the boxes around crowds
   */
  public static void spare(int[] matches, BoxArray crowds, BoxArray anchors) {
    for (int a = 0; a < matches.length && crowds.size() > 0; a++) {
      if (matches[a] == BACKGROUND && isWithin(anchors, a, crowds)) {
        matches[a] = IGNORED;
      }
    }
  }

  private static boolean isWithin(BoxArray anchors, int a, BoxArray crowds) {
    for (int k = 0; k < crowds.size(); k++) {
      double w =
          Math.min(anchors.right(a), crowds.right(k)) - Math.max(anchors.left(a), crowds.left(k));
      double h =
          Math.min(anchors.bottom(a), crowds.bottom(k)) - Math.max(anchors.top(a), crowds.top(k));
      if (w > 0 && h > 0 && isCrowded(w * h, anchors.area(a))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether so much of a box lies in a crowd that it is not background: more than 0.7.
   *
   * @param shared the area of what lies in the crowd
   * @param area the area of the box
   */
  public static boolean isCrowded(double shared, double area) {
    return shared > CROWDED * area;
  }

  private static int[] nothing(int anchors) {
    int[] matches = new int[anchors];
    Arrays.fill(matches, BACKGROUND);
    return matches;
  }

  private void claim(double[] row, int object, int[] nearest, int[] matches) {
    double best = Arrays.stream(row).max().orElse(0);
    boolean any = everyObject == EveryObject.ITS_ANCHOR || best > 0;
    for (int a = 0; a < row.length && any; a++) {
      if (row[a] == best) {
        matches[a] = everyObject == EveryObject.BEST_ANCHORS ? nearest[a] : object;
        if (everyObject == EveryObject.ITS_ANCHOR) {
          return;
        }
      }
    }
  }
}
