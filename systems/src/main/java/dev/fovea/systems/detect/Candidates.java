package dev.fovea.systems.detect;

import dev.fovea.data.KeyPoint;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Boxes that a network tells of one picture, before suppression: in pixels of its input. */
public final class Candidates {
  private static final int FIRST = 64;

  private int count;
  private double[] boxes = new double[4 * FIRST];
  private float[] scores = new float[FIRST];
  private int[] classes = new int[FIRST];

  /** Creates an empty list. */
  public Candidates() {}

  private final Map<Integer, Tensor> masks = new HashMap<>();
  private final Map<Integer, List<KeyPoint>> points = new HashMap<>();

  /**
   * Gives the box that is added next a mask.
   *
   * @param mask how likely each cell of the box belongs to the object [H, W]
   */
  public void mask(Tensor mask) {
    masks.put(count, mask);
  }

  /**
   * Gives the box that is added next key points.
   *
   * @param own one for each kind, in pixels of the network's input
   */
  public void points(List<KeyPoint> own) {
    points.put(count, List.copyOf(own));
  }

  /** Adds a box. */
  public void add(double left, double top, double right, double bottom, double score, int label) {
    if (count == scores.length) {
      boxes = Arrays.copyOf(boxes, 2 * boxes.length);
      scores = Arrays.copyOf(scores, 2 * count);
      classes = Arrays.copyOf(classes, 2 * count);
    }
    int at = 4 * count;
    boxes[at] = left;
    boxes[at + 1] = top;
    boxes[at + 2] = right;
    boxes[at + 3] = bottom;
    scores[count] = (float) score;
    classes[count++] = label;
  }

  /** Returns the surest of them, of equal scores the first, in their order. */
  public Candidates surest(int most) {
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .limit(most)
            .sorted()
            .mapToInt(i -> i)
            .toArray();
    Candidates some = new Candidates();
    for (int i : order) {
      int b = 4 * i;
      mask(i).ifPresent(some::mask);
      some.points(points(i));
      some.add(boxes[b], boxes[b + 1], boxes[b + 2], boxes[b + 3], scores[i], classes[i]);
    }
    return some;
  }

  /** Returns the mask of box {@code i}, if it has one. */
  public Optional<Tensor> mask(int i) {
    return Optional.ofNullable(masks.get(i));
  }

  /** Returns the key points of box {@code i}; none if it has none. */
  public List<KeyPoint> points(int i) {
    return points.getOrDefault(i, List.of());
  }

  /** Returns how many there are. */
  public int size() {
    return count;
  }

  /** Returns the boxes. */
  public BoxArray boxes() {
    return BoxArray.of(Arrays.copyOf(boxes, 4 * count));
  }

  /** Returns the score of each box. */
  public float[] scores() {
    return Arrays.copyOf(scores, count);
  }

  /** Returns the number of the class of each box. */
  public int[] classes() {
    return Arrays.copyOf(classes, count);
  }
}
