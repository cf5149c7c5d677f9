package dev.fovea.vision.augment;

import static dev.fovea.vision.augment.Draws.between;
import static dev.fovea.vision.augment.Draws.shortest;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The crops and expansions with which SSD is trained (Liu et al., 2016). The size of the picture is
 * preserved.
 */
public final class ObjectCrops {
  /** The overlaps of which one is drawn; 0 is any part, 1 the whole picture. */
  private static final List<Double> OVERLAPS = List.of(1.0, 0.0, 0.1, 0.3, 0.5, 0.7, 0.9);

  private static final int TRIES = 50;
  private static final double LEAST_SIDE = 0.3;
  private static final double MOST_RATIO = 2;

  private ObjectCrops() {}

  /**
   * Returns a part with sides of 0.3 to 1 of the whole and a ratio of at most 2, whose overlap
   * (intersection over union) with one of the boxes is at least a number drawn of 0, .1, .3, .5, .7
   * and .9, or the whole picture. Objects stay whose middles lie in the part.
   */
  public static Augmentation iouCrop() {
    Augmentation crop =
        (p, rng) -> {
          double overlap = OVERLAPS.get(rng.nextInt(OVERLAPS.size()));
          return overlap == 1 ? p : cropped(p, overlap, rng);
        };
    return crop.named("iou-crop");
  }

  private static Sample cropped(Sample p, double overlap, Rng rng) {
    List<Box> boxes = p.mark(Mark.Boxes.class).map(Mark.Boxes::boxes).orElse(List.of());
    for (int i = 0; i < TRIES; i++) {
      double w = between(rng, LEAST_SIDE, 1);
      double h = between(rng, LEAST_SIDE, 1);
      double x = between(rng, 0, 1 - w) * p.width();
      double y = between(rng, 0, 1 - h) * p.height();
      Box part = new Box(x, y, x + w * p.width(), y + h * p.height(), 0);
      boolean near = boxes.isEmpty() || boxes.stream().anyMatch(b -> iou(b, part) >= overlap);
      boolean kept = boxes.isEmpty() || boxes.stream().anyMatch(b -> holdsMiddle(part, b));
      if (h / w <= MOST_RATIO && w / h <= MOST_RATIO && near && kept) {
        Projection way =
            Projection.shift(-part.left(), -part.top()).then(Projection.scale(1 / w, 1 / h));
        return Warp.of(way, p.height(), p.width()).apply(withMiddlesIn(p, part), 0);
      }
    }
    return p;
  }

  private static double iou(Box a, Box b) {
    double w = Math.min(a.right(), b.right()) - Math.max(a.left(), b.left());
    double h = Math.min(a.bottom(), b.bottom()) - Math.max(a.top(), b.top());
    double both = Math.max(0, w) * Math.max(0, h);
    return both / (a.area() + b.area() - both);
  }

  private static boolean holdsMiddle(Box part, Box b) {
    double x = (b.left() + b.right()) / 2;
    double y = (b.top() + b.bottom()) / 2;
    return x > part.left() && x < part.right() && y > part.top() && y < part.bottom();
  }

  /** Returns a sample with those boxes and instances alone whose middles lie in a part. */
  private static Sample withMiddlesIn(Sample p, Box part) {
    List<Box> boxes = p.mark(Mark.Boxes.class).map(Mark.Boxes::boxes).orElse(List.of());
    List<Box> kept = boxes.stream().filter(b -> holdsMiddle(part, b)).toList();
    float[] now = new float[boxes.size() + 1];
    int next = 1;
    for (int i = 0; i < boxes.size(); i++) {
      now[i + 1] = holdsMiddle(part, boxes.get(i)) ? next++ : 0;
    }
    List<Mark> marks = new ArrayList<>();
    for (Mark m : p.marks()) {
      marks.add(
          switch (m) {
            case Mark.Boxes b -> new Mark.Boxes(kept, b.mirrored());
            case Mark.Instances i -> new Mark.Instances(renumbered(i.numbers(), now));
            default -> m;
          });
    }
    return p.with(marks);
  }

  private static Tensor renumbered(Tensor numbers, float... now) {
    Tensor out = numbers.copy();
    for (int i = 0; i < out.data().length; i++) {
      int number = (int) out.data()[i];
      int own = Math.abs(number);
      out.data()[i] = own < now.length ? Integer.signum(number) * now[own] : 0;
    }
    return out;
  }

  /**
   * Returns the picture at a random position in a larger one of its mean colour, reduced to its
   * size.
   *
   * @param most the largest ratio of the sides of the larger picture
   */
  public static Augmentation expand(double most) {
    Draws.require("expand", most, 1, 10);
    Augmentation expand =
        (p, rng) -> {
          double times = between(rng, 1, most);
          double right = between(rng, 0, times - 1) * p.width();
          double down = between(rng, 0, times - 1) * p.height();
          Projection way =
              Projection.shift(right, down).then(Projection.scale(1 / times, 1 / times));
          return Warp.of(way, p.height(), p.width()).apply(p, mean(p.picture()));
        };
    return expand.named("expand:" + shortest(most));
  }

  private static float[] mean(Tensor picture) {
    int channels = picture.shape().dim(2);
    double[] sums = new double[channels];
    for (int i = 0; i < picture.data().length; i++) {
      sums[i % channels] += picture.data()[i];
    }
    float[] mean = new float[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) (sums[c] * channels / picture.data().length);
    }
    return mean;
  }
}
