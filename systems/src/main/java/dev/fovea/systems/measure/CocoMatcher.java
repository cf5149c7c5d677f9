package dev.fovea.systems.measure;

import java.util.List;

/**
 * Says which of the objects of one class that were found in one picture are right, by the rules of
 * COCO.
 *
 * <p>By falling score each takes the object that it overlaps most among those that are free, if it
 * does so by the threshold; of equal overlaps the later one. Objects that count come first, others
 * only where none of those will do. A crowd is never taken away.
 */
final class CocoMatcher {
  private final Similarity similarity;
  private final List<AreaRange> areas;
  private final double[] thresholds;
  private final int limit;

  CocoMatcher(Similarity similarity, List<AreaRange> areas, double[] thresholds, int limit) {
    this.similarity = similarity;
    this.areas = areas;
    this.thresholds = thresholds;
    this.limit = limit;
  }

  /** Adds the objects of one class in one picture to those of all pictures. */
  void add(List<Truth> truth, List<Found> found, CocoHits to) {
    List<Found> best = found.stream().sorted(Found.BY_SCORE).limit(limit).toList();
    double[][] overlaps = new double[best.size()][truth.size()];
    for (int d = 0; d < overlaps.length; d++) {
      for (int g = 0; g < truth.size(); g++) {
        overlaps[d][g] = similarity.of(best.get(d), truth.get(g));
      }
    }
    double[] sizes = best.stream().mapToDouble(similarity::area).toArray();
    long[] right = new long[best.size()];
    long[] nothing = new long[best.size()];
    for (int a = 0; a < areas.size(); a++) {
      Candidates candidates = candidates(truth, areas.get(a));
      to.objects(a, candidates.counting);
      for (int t = 0; t < thresholds.length; t++) {
        long bit = 1L << (a * thresholds.length + t);
        boolean[] taken = new boolean[truth.size()];
        for (int d = 0; d < right.length; d++) {
          int k = candidates.match(overlaps[d], thresholds[t], taken);
          boolean counts = k >= 0 ? k < candidates.counting : areas.get(a).holds(sizes[d]);
          right[d] |= k >= 0 ? bit : 0;
          nothing[d] |= counts ? 0 : bit;
        }
      }
    }
    for (int d = 0; d < right.length; d++) {
      to.found(best.get(d).score(), d, right[d], nothing[d]);
    }
  }

  /** Returns the objects in the order in which they are tried: those that count come first. */
  private Candidates candidates(List<Truth> truth, AreaRange range) {
    int n = truth.size();
    int[] order = new int[n];
    boolean[] crowd = new boolean[n];
    int k = 0;
    int counting = 0;
    for (boolean wanted : new boolean[] {true, false}) {
      for (int g = 0; g < n; g++) {
        Truth object = truth.get(g);
        if ((similarity.counts(object) && range.holds(object.area())) == wanted) {
          crowd[k] = object.crowd();
          order[k++] = g;
        }
      }
      counting = wanted ? k : counting;
    }
    return new Candidates(order, crowd, counting);
  }

  /** The objects of a picture, those that count first. */
  private static final class Candidates {
    private final int[] order;
    private final boolean[] crowd;
    private final int counting;

    Candidates(int[] order, boolean[] crowd, int counting) {
      this.order = order;
      this.crowd = crowd;
      this.counting = counting;
    }

    /** Returns the place in the order of the object that is taken; −1 if none is. */
    int match(double[] overlaps, double threshold, boolean[] taken) {
      double least = threshold;
      int best = -1;
      for (int k = 0; k < order.length; k++) {
        if (best >= 0 && best < counting && k >= counting) {
          break;
        }
        if ((!taken[k] || crowd[k]) && overlaps[order[k]] >= least) {
          least = overlaps[order[k]];
          best = k;
        }
      }
      if (best >= 0) {
        taken[best] = true;
      }
      return best;
    }
  }
}
