package dev.fovea.systems.segment;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.systems.mask.ConnectedComponents;
import dev.fovea.systems.mask.ConnectedComponents.Neighbours;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * How much each pixel counts where objects that nearly touch are to be kept apart (Ronneberger et
 * al., 2015): w = w_c + m · exp(−(d₁ + d₂)² / (2σ²)) in the background, d₁ and d₂ the distances to
 * the nearest and the second nearest object in pixels, and w_c elsewhere.
 *
 * <p>Objects are those of a sample's {@link Mark.Instances} or else the connected parts of each
 * class of its {@link Mark.Mask}. What lies more than 5σ from a second object gets no more than
 * w_c.
 *
 * @param most m, 10 in the paper
 * @param sigma σ in pixels, 5 in the paper
 * @param classes w_c for each class; empty for 1
 */
public record BorderWeights(double most, double sigma, List<Float> classes) {
  private static final int REACH = 5;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is negative or σ is not positive
   */
  public BorderWeights {
    classes = List.copyOf(classes);
    if (!(most >= 0 && sigma > 0 && sigma <= 100) || classes.stream().anyMatch(w -> !(w >= 0))) {
      throw new FoveaException(
          "border weights: %s, σ %s and classes %s; numbers from 0 on and a σ up to 100 expected"
              .formatted(most, sigma, classes));
    }
  }

  /** Returns the numbers of the paper with these weights of classes; empty for 1. */
  public static BorderWeights usual(List<Float> classes) {
    return new BorderWeights(10, 5, classes);
  }

  /**
   * Returns samples with the weights of their pixels [H, W] as a second target behind the mask.
   *
   * @param background the class between objects
   */
  public Dataset over(Dataset samples, int background) {
    Target mask = samples.targets().get(0);
    Target weights = Target.numbers(mask.shape().dims());
    return samples.marked(List.of(mask, weights), s -> marks(s, background));
  }

  private List<Mark> marks(Sample sample, int background) {
    Mark.Mask mask =
        sample
            .mark(Mark.Mask.class)
            .orElseThrow(() -> new FoveaException("border weights: the sample has no mask"));
    Tensor objects =
        sample
            .mark(Mark.Instances.class)
            .map(Mark.Instances::numbers)
            .orElseGet(() -> objects(mask.classes(), background));
    return List.of(mask, new Mark.Numbers(of(mask.classes(), objects, background)));
  }

  private static Tensor objects(Tensor classes, int background) {
    Tensor map = Tensor.zeros(classes.shape());
    for (int i = 0; i < map.data().length; i++) {
      float c = classes.data()[i];
      map.data()[i] = c == background || c == Mark.Mask.IGNORED ? 0 : c + 1;
    }
    return ConnectedComponents.of(map, Neighbours.EIGHT).numbers();
  }

  /**
   * Returns the weights of pixels [H, W]; 0 for those of {@link Mark.Mask#IGNORED}.
   *
   * @param mask the class of each pixel [H, W]
   * @param objects the number of the object that each pixel belongs to, 0 for none [H, W]
   * @param background the class between objects
   */
  public Tensor of(Tensor mask, Tensor objects, int background) {
    Distances distances = new Distances(objects, (int) Math.ceil(REACH * sigma));
    Tensor weights = Tensor.zeros(mask.shape());
    for (int i = 0; i < weights.data().length; i++) {
      int c = (int) mask.data()[i];
      if (c != Mark.Mask.IGNORED) {
        double sum = Math.sqrt(distances.nearest[i]) + Math.sqrt(distances.second[i]);
        double more = c == background ? most * StrictMath.exp(-sum * sum / (2 * sigma * sigma)) : 0;
        weights.data()[i] = (float) (weightOf(c) + more);
      }
    }
    return weights;
  }

  private float weightOf(int c) {
    if (classes.isEmpty()) {
      return 1;
    }
    if (c < 0 || c >= classes.size()) {
      throw new FoveaException(
          "border weights: class %s, there are weights for %s".formatted(c, classes.size()));
    }
    return classes.get(c);
  }

  /** The squared distances of each pixel to the two nearest objects, as far as the reach goes. */
  private static final class Distances {
    private final int height;
    private final int width;
    private final int reach;
    private final double[] nearest;
    private final double[] second;

    Distances(Tensor objects, int reach) {
      this.height = objects.shape().dim(0);
      this.width = objects.shape().dim(1);
      this.reach = reach;
      this.nearest = infinite();
      this.second = infinite();
      float[] numbers = objects.data();
      int count = 0;
      for (float n : numbers) {
        count = Math.max(count, (int) n);
      }
      List<PixelBox> boxes = PixelBox.each(objects, count);
      for (int number = 1; number <= count; number++) {
        if (boxes.get(number - 1).width() > 0) {
          add(numbers, number, boxes.get(number - 1));
        }
      }
    }

    private double[] infinite() {
      double[] all = new double[height * width];
      Arrays.fill(all, Double.POSITIVE_INFINITY);
      return all;
    }

    private void add(float[] numbers, int number, PixelBox box) {
      int left = box.left();
      int right = box.right() - 1;
      int firstRow = Math.max(0, box.top() - reach);
      int lastRow = Math.min(height - 1, box.bottom() - 1 + reach);
      int firstColumn = Math.max(0, left - reach);
      int lastColumn = Math.min(width - 1, right + reach);
      double[][] columns = new double[lastRow - firstRow + 1][right - left + 1];
      for (int x = left; x <= right; x++) {
        column(numbers, number, x, firstRow, lastRow, columns, x - left);
      }
      for (int y = firstRow; y <= lastRow; y++) {
        for (int x = firstColumn; x <= lastColumn; x++) {
          put(y * width + x, least(columns[y - firstRow], x - left));
        }
      }
    }

    /** Writes for each row the squared distance to the object within a column. */
    private void column(
        float[] numbers, int number, int x, int firstRow, int lastRow, double[][] to, int column) {
      double since = Double.POSITIVE_INFINITY;
      for (int y = firstRow; y <= lastRow; y++) {
        since = numbers[y * width + x] == number ? 0 : since + 1;
        to[y - firstRow][column] = since * since;
      }
      since = Double.POSITIVE_INFINITY;
      for (int y = lastRow; y >= firstRow; y--) {
        since = numbers[y * width + x] == number ? 0 : since + 1;
        to[y - firstRow][column] = Math.min(to[y - firstRow][column], since * since);
      }
    }

    /** Returns the least squared distance to a column's nearest pixel. */
    private static double least(double[] row, int x) {
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < row.length; i++) {
        double d = (double) (x - i) * (x - i);
        least = Math.min(least, d + row[i]);
      }
      return least;
    }

    private void put(int i, double distance) {
      if (distance < nearest[i]) {
        second[i] = nearest[i];
        nearest[i] = distance;
      } else if (distance < second[i]) {
        second[i] = distance;
      }
    }
  }
}
