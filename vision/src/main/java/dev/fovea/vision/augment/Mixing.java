package dev.fovea.vision.augment;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.View;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Mixup and CutMix: samples that mix two pictures and their classes in the same proportion.
 *
 * <p>Targets become distributions over the classes [classes], which the cross-entropy of
 * distributions takes. Samples with other marks, such as boxes, are refused.
 *
 * @param source the samples with class labels
 * @param alpha the parameter of the Beta distribution from which proportions are drawn
 * @param cut true to replace a rectangle (CutMix, Yun et al., 2019), false to mix values (mixup,
 *     Zhang et al., 2017)
 */
public record Mixing(Dataset source, double alpha, boolean cut) implements View {
  /**
   * Checks the samples.
   *
   * @throws FoveaException if they are no pictures with classes or α is not positive
   */
  public Mixing {
    String name = cut ? "cutmix" : "mixup";
    if (source.classes().isEmpty() || !source.targets().equals(List.of(Target.label()))) {
      throw new FoveaException(name + ": needs samples with class labels");
    }
    if (source.inputShapes().size() != 1 || source.inputShape().rank() != 3) {
      throw new FoveaException(
          name + ": needs pictures [H,W,C], got samples of " + source.inputShapes());
    }
    Draws.require(name, alpha, 0.01, 100);
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
  public List<Target> targets() {
    return List.of(Target.distribution(source.classes().size()));
  }

  @Override
  public String description() {
    String before = source.description();
    return (before.isEmpty() ? "" : before + ", ")
        + (cut ? "cutmix:" : "mixup:")
        + Draws.shortest(alpha);
  }

  @Override
  public Sample read(int index, Seed seed) {
    Rng rng = seed.split("mixing").rng();
    int partner = rng.nextInt(size());
    double share = Draws.beta(rng, alpha);
    Sample own = source.read(index, seed.split("first"));
    Sample other = source.read(partner, seed.split("second"));
    Tensor mixed = own.picture().copy();
    double kept = cut ? replaced(mixed.data(), other.picture().data(), share, rng) : share;
    for (int i = 0; !cut && i < mixed.data().length; i++) {
      mixed.data()[i] = (float) (kept * mixed.data()[i] + (1 - kept) * other.picture().data()[i]);
    }
    Tensor shares = Tensor.zeros(Shape.of(source.classes().size()));
    for (int c = 0; c < shares.data().length; c++) {
      shares.data()[c] =
          (float) ((c == own.label() ? kept : 0) + (c == other.label() ? 1 - kept : 0));
    }
    return Sample.of(mixed, new Mark.Numbers(shares));
  }

  /** Replaces a rectangle of about 1 − share of the area; returns the share that is left. */
  private double replaced(float[] input, float[] other, double share, Rng rng) {
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
      System.arraycopy(other, at, input, at, length);
    }
    double area = (double) Math.max(0, bottom - top) * Math.max(0, right - left);
    return 1 - area / ((double) height * width);
  }
}
