package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** An annotation of a sample. Coordinates are in pixels of its picture. */
public sealed interface Mark {
  /** The value that pads lists which are shorter than their target: neither a class nor a token. */
  float PADDING = -1;

  /**
   * Writes this annotation as a target.
   *
   * @param shape the shape of the target
   * @param to the array to write to, from {@code at} on
   * @throws FoveaException if this annotation does not fit the shape
   */
  void write(Shape shape, float[] to, int at);

  /**
   * Requires that this annotation fits a picture.
   *
   * @param input the shape of the sample's first input
   * @throws FoveaException if it lies outside, or the input is no picture
   */
  default void require(Shape input) {}

  private static FoveaException misfit(String what, int arrived, Shape shape) {
    return new FoveaException(
        "%s: %s in a sample, the data set's target has the shape %s"
            .formatted(what, arrived, shape));
  }

  private static void requireForm(String what, boolean suits, Shape shape) {
    if (!suits) {
      throw new FoveaException(
          "%s: the data set's target has the shape %s, which is none of these"
              .formatted(what, shape));
    }
  }

  private static void requirePicture(String what, Shape input) {
    if (input.rank() != 3) {
      throw new FoveaException(what + ": need a picture [H, W, C], the input is " + input);
    }
  }

  /**
   * The class of the whole sample.
   *
   * @param number its number, from 0
   */
  record Label(int number) implements Mark {
    @Override
    public void write(Shape shape, float[] to, int at) {
      requireForm("class", shape.elements() == 1, shape);
      to[at] = number;
    }
  }

  /**
   * Numbers that augmentations do not change.
   *
   * @param values the numbers
   */
  record Numbers(Tensor values) implements Mark {
    @Override
    public void write(Shape shape, float[] to, int at) {
      copy("numbers", values, shape, to, at);
    }
  }

  private static void copy(String what, Tensor values, Shape shape, float[] to, int at) {
    if (!shape.sameButForOnes(values.shape())) {
      throw new FoveaException(
          "%s: %s in a sample, the data set's target has the shape %s"
              .formatted(what, values.shape(), shape));
    }
    System.arraycopy(values.data(), 0, to, at, values.data().length);
  }

  /**
   * Bounding boxes. A row of the target is class, left, top, right, bottom, then x, y and
   * visibility of each key point; rows of class −1 pad it. A box of class {@link #IGNORED}
   * surrounds what is neither an object nor background, such as a crowd.
   *
   * @param boxes the rectangles
   * @param mirrored for each kind of key point its kind in a mirror image, such as the right hand
   *     for the left; empty if unknown
   */
  record Boxes(List<Box> boxes, List<Integer> mirrored) implements Mark {
    /** The class of a box in which neither detections nor missed objects count. */
    public static final int IGNORED = -2;

    /** The number of values of a box without key points. */
    static final int NUMBERS = 5;

    /** Copies the lists. */
    public Boxes {
      boxes = List.copyOf(boxes);
      mirrored = List.copyOf(mirrored);
    }

    /** Creates boxes without key points. */
    public Boxes(List<Box> boxes) {
      this(boxes, List.of());
    }

    @Override
    public void write(Shape shape, float[] to, int at) {
      requireForm("boxes", shape.rank() == 2 && shape.dim(1) >= NUMBERS, shape);
      int row = shape.dim(1);
      if (boxes.size() > shape.dim(0)) {
        throw misfit("boxes", boxes.size(), shape);
      }
      Arrays.fill(to, at, at + shape.elements(), 0);
      for (int i = 0; i < shape.dim(0); i++) {
        int place = at + i * row;
        to[place] = PADDING;
        if (i < boxes.size()) {
          Box b = boxes.get(i);
          to[place] = b.label();
          to[place + 1] = (float) b.left();
          to[place + 2] = (float) b.top();
          to[place + 3] = (float) b.right();
          to[place + 4] = (float) b.bottom();
          KeyPoints.write(b.points(), Shape.of((row - NUMBERS) / 3, 3), to, place + NUMBERS);
        }
      }
    }

    @Override
    public void require(Shape input) {
      requirePicture("boxes", input);
      for (Box b : boxes) {
        if (b.left() < 0 || b.top() < 0 || b.right() > input.dim(1) || b.bottom() > input.dim(0)) {
          throw new FoveaException(
              "box from (%s, %s) to (%s, %s): outside the picture of %s×%s pixels"
                  .formatted(b.left(), b.top(), b.right(), b.bottom(), input.dim(0), input.dim(1)));
        }
        KeyPoints.require(b.points(), input);
      }
    }
  }

  /**
   * A segmentation mask: the class of each pixel.
   *
   * @param classes the class indices [H, W]; {@link #IGNORED} where the class is unknown
   * @param outside the class of pixels that an augmentation moves in from outside the picture
   */
  record Mask(Tensor classes, int outside) implements Mark {
    /** The class of pixels that do not count, as in Pascal VOC's files. */
    public static final int IGNORED = 255;

    /** Creates a mask with class 0 outside of the picture, as for a background. */
    public Mask(Tensor classes) {
      this(classes, 0);
    }

    @Override
    public void write(Shape shape, float[] to, int at) {
      copy("mask", classes, shape, to, at);
    }

    @Override
    public void require(Shape input) {
      requireSize("mask", classes, input);
    }
  }

  private static void requireSize(String what, Tensor map, Shape input) {
    requirePicture(what, input);
    Shape wanted = Shape.of(input.dim(0), input.dim(1));
    if (!map.shape().equals(wanted)) {
      throw new FoveaException(
          "%s of shape %s: the picture needs one of %s".formatted(what, map.shape(), wanted));
    }
  }

  /**
   * The object that each pixel belongs to: i is the object of box i − 1 of the sample's {@link
   * Boxes}, 0 is none, and −i stands in the box of an object whose own pixels are not known: in at
   * least one pixel, even where others hide all of the box.
   *
   * @param numbers i, 0 or −i for each pixel [H, W]
   */
  record Instances(Tensor numbers) implements Mark {
    /** Returns the numbers of the objects whose own pixels are not known. */
    public Set<Integer> unknown() {
      BitSet found = new BitSet();
      for (float number : numbers.data()) {
        if (number < 0) {
          found.set((int) -number);
        }
      }
      return found.stream().boxed().collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns these objects with a pixel −i in the box of each of some that has none left. The
     * object that has most pixels gives it.
     *
     * @param unknown the numbers of objects whose own pixels are not known
     * @param boxes the boxes of all objects
     */
    public Instances withUnknown(Set<Integer> unknown, List<Box> boxes) {
      Set<Integer> seen = unknown();
      List<Integer> hidden = unknown.stream().filter(i -> !seen.contains(i)).sorted().toList();
      if (hidden.isEmpty()) {
        return this;
      }
      Instances all = new Instances(numbers.copy());
      hidden.forEach(i -> all.show(i, boxes.get(i - 1)));
      return all;
    }

    private void show(int number, Box b) {
      int width = numbers.shape().dim(1);
      int left = Math.clamp((int) b.left(), 0, width - 1);
      int top = Math.clamp((int) b.top(), 0, numbers.shape().dim(0) - 1);
      int right = Math.clamp((int) Math.ceil(b.right()), left + 1, width);
      int bottom = Math.clamp((int) Math.ceil(b.bottom()), top + 1, numbers.shape().dim(0));
      int[] counts = counts();
      int best = top * width + left;
      for (int y = top; y < bottom; y++) {
        for (int i = y * width + left; i < y * width + right; i++) {
          best = counts[owner(i)] > counts[owner(best)] ? i : best;
        }
      }
      numbers.data()[best] = -number;
    }

    private int[] counts() {
      int[] counts = new int[1];
      for (int i = 0; i < numbers.data().length; i++) {
        int owner = owner(i);
        counts = owner < counts.length ? counts : Arrays.copyOf(counts, owner + 1);
        counts[owner]++;
      }
      return counts;
    }

    private int owner(int pixel) {
      return (int) Math.abs(numbers.data()[pixel]);
    }

    @Override
    public void write(Shape shape, float[] to, int at) {
      copy("instances", numbers, shape, to, at);
    }

    @Override
    public void require(Shape input) {
      requireSize("instances", numbers, input);
    }
  }

  /**
   * Key points. Row i of the target is x, y and visibility (0 absent, 1 hidden, 2 visible) of the
   * point of kind i, or zeros if there is none.
   *
   * @param points the points, at most one of each kind
   * @param mirrored for each kind its kind in a mirror image; empty if unknown
   */
  record KeyPoints(List<KeyPoint> points, List<Integer> mirrored) implements Mark {
    /** Copies the lists. */
    public KeyPoints {
      points = List.copyOf(points);
      mirrored = List.copyOf(mirrored);
    }

    @Override
    public void write(Shape shape, float[] to, int at) {
      requireForm("key points", shape.rank() == 2 && shape.dim(1) == 3, shape);
      write(points, shape, to, at);
    }

    private static void write(List<KeyPoint> points, Shape shape, float[] to, int at) {
      Arrays.fill(to, at, at + shape.elements(), 0);
      for (KeyPoint p : points) {
        if (p.label() < 0 || p.label() >= shape.dim(0)) {
          throw new FoveaException(
              "key points: one of kind %s in a sample, the data set has kinds 0 to %s"
                  .formatted(p.label(), shape.dim(0) - 1));
        }
        int place = at + 3 * p.label();
        to[place] = (float) p.x();
        to[place + 1] = (float) p.y();
        to[place + 2] = p.visibility().number;
      }
    }

    @Override
    public void require(Shape input) {
      requirePicture("key points", input);
      require(points, input);
    }

    private static void require(List<KeyPoint> points, Shape input) {
      for (KeyPoint p : points) {
        boolean inside = p.x() >= 0 && p.y() >= 0 && p.x() <= input.dim(1) && p.y() <= input.dim(0);
        if (p.isKnown() && !inside) {
          throw new FoveaException(
              "key point (%s, %s): outside the picture of %s×%s pixels"
                  .formatted(p.x(), p.y(), input.dim(0), input.dim(1)));
        }
      }
    }
  }

  /**
   * A sequence of tokens, such as the words of a caption; the target is padded with −1.
   *
   * @param tokens their numbers, from 0
   */
  record Sequence(List<Integer> tokens) implements Mark {
    /** Copies the list. */
    public Sequence {
      tokens = List.copyOf(tokens);
    }

    @Override
    public void write(Shape shape, float[] to, int at) {
      if (tokens.size() > shape.elements()) {
        throw misfit("tokens", tokens.size(), shape);
      }
      for (int i = 0; i < shape.elements(); i++) {
        to[at + i] = i < tokens.size() ? tokens.get(i) : PADDING;
      }
    }
  }
}
