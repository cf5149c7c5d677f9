package dev.fovea.systems.search;

import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * Segments that become one, the most similar neighbours first, until one is left (Uijlings et al.,
 * 2013). The boxes of all that there were on the way, large or small, are places of objects.
 *
 * <p>The similarity of two is the sum of Σ min of their histograms of colour and of texture, 1 −
 * the share of the picture that they have together, so that small ones go first, and 1 − the share
 * that their common box has more than them, so that what fits together goes first.
 */
final class Grouping {
  private static final int NUMBERS = 4;

  private final boolean byColour;
  private final int pixels;
  private final int[] sizes;
  private final int[][] boxes;
  private final float[][] colours;
  private final float[][] textures;
  private final List<TreeSet<Integer>> neighbours = new ArrayList<>();
  private final PriorityQueue<Pair> pairs =
      new PriorityQueue<>(
          Comparator.comparingDouble((Pair p) -> -p.similarity)
              .thenComparingInt(Pair::first)
              .thenComparingInt(Pair::second));
  private int count;

  /** Two neighbours, the earlier one first. */
  private record Pair(int first, int second, double similarity) {}

  private Grouping(Tensor picture, Segments segments, boolean byColour) {
    this.byColour = byColour;
    this.pixels = segments.numbers().length;
    this.count = segments.count();
    int most = 2 * count - 1;
    this.sizes = new int[most];
    this.boxes = new int[most][];
    this.colours = new float[most][];
    this.textures = new float[most][];
    SegmentHistograms histograms = SegmentHistograms.of(picture, segments);
    for (int s = 0; s < count; s++) {
      sizes[s] = histograms.size(s);
      colours[s] = histograms.colour(s);
      textures[s] = histograms.texture(s);
      boxes[s] = new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0};
      neighbours.add(new TreeSet<>());
    }
    look(segments);
  }

  /**
   * Returns the boxes of all groups, those that were made last first.
   *
   * @param picture [H, W, C] of 0 … 255
   * @param byColour whether colours count
   */
  static BoxArray of(Tensor picture, Segments segments, boolean byColour) {
    Grouping grouping = new Grouping(picture, segments, byColour);
    grouping.group();
    double[] numbers = new double[NUMBERS * grouping.count];
    for (int i = 0; i < grouping.count; i++) {
      int[] box = grouping.boxes[grouping.count - 1 - i];
      for (int k = 0; k < NUMBERS; k++) {
        numbers[NUMBERS * i + k] = box[k];
      }
    }
    return BoxArray.of(numbers);
  }

  /** Finds boxes and neighbours of segments. */
  private void look(Segments segments) {
    int width = segments.width();
    int[] numbers = segments.numbers();
    for (int i = 0; i < numbers.length; i++) {
      int column = i % width;
      int row = Math.floorDiv(i, width);
      boxes[numbers[i]] = around(boxes[numbers[i]], column, row, column + 1, row + 1);
      if (column + 1 < width) {
        meet(numbers[i], numbers[i + 1]);
      }
      if (row + 1 < segments.height()) {
        meet(numbers[i], numbers[i + width]);
      }
    }
    for (int s = 0; s < count; s++) {
      for (int other : neighbours.get(s).tailSet(s)) {
        pairs.add(new Pair(s, other, similarity(s, other)));
      }
    }
  }

  private void meet(int a, int b) {
    if (a != b) {
      neighbours.get(a).add(b);
      neighbours.get(b).add(a);
    }
  }

  private static int[] around(int[] box, int... other) {
    box[0] = Math.min(box[0], other[0]);
    box[1] = Math.min(box[1], other[1]);
    box[2] = Math.max(box[2], other[2]);
    box[3] = Math.max(box[3], other[3]);
    return box;
  }

  private void group() {
    while (!pairs.isEmpty()) {
      Pair pair = pairs.remove();
      if (neighbours.get(pair.first).contains(pair.second)) {
        join(pair.first, pair.second);
      }
    }
  }

  private void join(int a, int b) {
    int c = count++;
    sizes[c] = sizes[a] + sizes[b];
    boxes[c] = around(boxes[a].clone(), boxes[b]);
    colours[c] = mean(colours[a], sizes[a], colours[b], sizes[b]);
    textures[c] = mean(textures[a], sizes[a], textures[b], sizes[b]);
    TreeSet<Integer> around = new TreeSet<>(neighbours.get(a));
    around.addAll(neighbours.get(b));
    around.removeAll(List.of(a, b));
    neighbours.add(around);
    for (int other : around) {
      TreeSet<Integer> its = neighbours.get(other);
      its.removeAll(List.of(a, b));
      its.add(c);
      pairs.add(new Pair(other, c, similarity(other, c)));
    }
    neighbours.set(a, new TreeSet<>());
    neighbours.set(b, new TreeSet<>());
    colours[a] = colours[b] = textures[a] = textures[b] = new float[0];
  }

  private static float[] mean(float[] a, float ofA, float[] b, float ofB) {
    float[] mean = new float[a.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (a[i] * ofA + b[i] * ofB) / (ofA + ofB);
    }
    return mean;
  }

  private double similarity(int a, int b) {
    int[] box = around(boxes[a].clone(), boxes[b]);
    double together = (double) sizes[a] + sizes[b];
    double fill = (double) (box[2] - box[0]) * (box[3] - box[1]) - together;
    double like = common(textures[a], textures[b]) + 2 - (together + fill) / pixels;
    return byColour ? like + common(colours[a], colours[b]) : like;
  }

  private static double common(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.min(a[i], b[i]);
    }
    return sum;
  }
}
