package dev.fovea.systems.upscale;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Parts of the brightness of pictures made small, with the same parts of the pictures themselves as
 * targets, 0 … 1; where they lie is chosen anew in every epoch.
 */
public final class UpscalePatches implements Dataset {
  private static final float MOST = 255;

  private final List<Pair> pairs;
  private final int factor;
  private final Preprocessing rule;
  private final int size;

  /** A picture made small, and as it was. */
  private record Pair(Tensor small, Tensor large) {}

  private UpscalePatches(List<Pair> pairs, int factor, Preprocessing rule, int size) {
    this.pairs = List.copyOf(pairs);
    this.factor = factor;
    this.rule = rule;
    this.size = size;
  }

  /**
   * Returns the patches of some pictures.
   *
   * @param pictures [H, W, C] each, with values 0 … 255
   * @param factor by how much they are made small
   * @param height of a small patch
   * @param width of a small patch
   * @param size the number of patches of an epoch
   * @throws FoveaException if a picture is smaller than a patch, or there is none
   */
  public static UpscalePatches of(
      List<Tensor> pictures, int factor, int height, int width, int size) {
    if (pictures.isEmpty()) {
      throw new FoveaException("patches: no pictures");
    }
    List<Pair> pairs = new ArrayList<>();
    for (Tensor picture : pictures) {
      int rows = picture.shape().dim(0);
      int columns = picture.shape().dim(1);
      if (rows < height * factor || columns < width * factor) {
        throw new FoveaException(
            "patches: a picture of %s×%s pixels, at least %s×%s expected"
                .formatted(rows, columns, height * factor, width * factor));
      }
      Tensor large =
          UpscaleQuality.upperLeft(
              Images.toGrey(picture), rows / factor * factor, columns / factor * factor);
      pairs.add(new Pair(UpscaleQuality.small(large, factor), large));
    }
    return new UpscalePatches(
        pairs, factor, Preprocessing.scaled(Shape.of(height, width, 1)), size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Shape inputShape() {
    return rule.shape();
  }

  @Override
  public List<Target> targets() {
    return List.of(Target.numbers(rule.height() * factor, rule.width() * factor, 1));
  }

  @Override
  public Optional<Preprocessing> normalization() {
    return Optional.of(rule);
  }

  @Override
  public Sample read(int index, Seed seed) {
    Pair pair = pairs.get(index % pairs.size());
    Rng rng = seed.rng();
    int top = rng.nextInt(pair.small.shape().dim(0) - rule.height() + 1);
    int left = rng.nextInt(pair.small.shape().dim(1) - rule.width() + 1);
    Tensor small = part(pair.small, top, left, 1);
    Tensor large = part(pair.large, top * factor, left * factor, factor);
    for (int i = 0; i < large.data().length; i++) {
      large.data()[i] /= MOST;
    }
    return Sample.of(small, new Mark.Numbers(large));
  }

  private Tensor part(Tensor picture, int top, int left, int times) {
    int height = rule.height() * times;
    int width = rule.width() * times;
    Tensor part = Tensor.zeros(Shape.of(height, width, 1));
    for (int y = 0; y < height; y++) {
      int from = (top + y) * picture.shape().dim(1) + left;
      System.arraycopy(picture.data(), from, part.data(), y * width, width);
    }
    return part;
  }
}
