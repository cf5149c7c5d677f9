package dev.fovea.vision.augment;

import dev.fovea.data.Dataset;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * Samples made of two: pictures and classes are mixed in the same proportion.
 *
 * <p>Targets become distributions over the classes [classes], which the cross-entropy of
 * distributions takes.
 *
 * @param source the samples with class labels
 * @param alpha the parameter of the Beta distribution from which proportions are drawn
 * @param cut whether a rectangle is replaced (CutMix, Yun et al., 2019), else values are mixed
 *     (mixup, Zhang et al., 2017)
 */
public record Mixing(Dataset source, double alpha, boolean cut) implements Dataset {
  /**
   * Checks the samples.
   *
   * @throws FoveaException if they are no pictures with classes or α is not positive
   */
  public Mixing {
    String name = cut ? "cutmix" : "mixup";
    if (source.classes().isEmpty() || source.targetShape().rank() != 0) {
      throw new FoveaException(name + ": needs samples with class labels");
    }
    if (source.inputShapes().size() != 1 || source.inputShape().rank() != 3) {
      throw new FoveaException(
          name + ": needs pictures [H,W,C], got samples of " + source.inputShapes());
    }
    Numbers.require(name, alpha, 0.01, 100);
  }

  /** Returns samples whose values are mixed; α is 0.2 in the paper for ImageNet. */
  public static Mixing mixup(Dataset source, double alpha) {
    return new Mixing(source, alpha, false);
  }

  /** Returns samples with a rectangle of another; α is 1 in the paper. */
  public static Mixing cutMix(Dataset source, double alpha) {
    return new Mixing(source, alpha, true);
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Shape inputShape() {
    return source.inputShape();
  }

  @Override
  public Shape targetShape() {
    return Shape.of(source.classes().size());
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public boolean inRandomOrder() {
    return source.inRandomOrder();
  }

  @Override
  public String description() {
    String before = source.description();
    return (before.isEmpty() ? "" : before + ", ")
        + (cut ? "cutmix:" : "mixup:")
        + Numbers.shortest(alpha);
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    Rng rng = seed.split("mixing").rng();
    int partner = rng.nextInt(size());
    double share = Numbers.beta(rng, alpha);
    float[] label = new float[2];
    source.read(index, seed.split("first"), input, inputOffset, label, 0);
    float[] other = new float[inputShape().elements()];
    source.read(partner, seed.split("second"), other, 0, label, 1);
    double kept = cut ? replaced(input, inputOffset, other, share, rng) : share;
    for (int i = 0; !cut && i < other.length; i++) {
      input[inputOffset + i] = (float) (kept * input[inputOffset + i] + (1 - kept) * other[i]);
    }
    for (int c = 0; c < source.classes().size(); c++) {
      double weight = (c == label[0] ? kept : 0) + (c == label[1] ? 1 - kept : 0);
      target[targetOffset + c] = (float) weight;
    }
  }

  /** Replaces a rectangle of about 1 − share of the area; returns the share that is left. */
  private double replaced(float[] input, int offset, float[] other, double share, Rng rng) {
    int height = inputShape().dim(0);
    int width = inputShape().dim(1);
    int channels = inputShape().dim(2);
    double side = StrictMath.sqrt(1 - share);
    int middleY = rng.nextInt(height);
    int middleX = rng.nextInt(width);
    int top = (int) Math.max(0, Math.round(middleY - side * height / 2));
    int bottom = (int) Math.min(height, Math.round(middleY + side * height / 2));
    int left = (int) Math.max(0, Math.round(middleX - side * width / 2));
    int right = (int) Math.min(width, Math.round(middleX + side * width / 2));
    int length = Math.max(0, right - left) * channels;
    for (int y = top; y < bottom; y++) {
      int at = (y * width + left) * channels;
      System.arraycopy(other, at, input, offset + at, length);
    }
    double area = (double) Math.max(0, bottom - top) * Math.max(0, right - left);
    return 1 - area / ((double) height * width);
  }
}
