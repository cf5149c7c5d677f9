package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Random changes of pictures [H, W, C] that leave their class as it is. */
public final class Augmentations {
  private Augmentations() {}

  /** Returns a transform that mirrors every picture left to right. */
  public static Transform mirror() {
    Transform mirror = (sample, offset, shape, rng) -> flip(sample, offset, shape);
    return mirror.named("mirror");
  }

  /** Returns a transform that mirrors half of the pictures left to right. */
  public static Transform horizontalFlip() {
    Transform flip =
        (sample, offset, shape, rng) -> {
          if (rng.nextInt(2) == 1) {
            flip(sample, offset, shape);
          }
        };
    return flip.named("horizontal flip");
  }

  /**
   * Returns a transform that moves pictures by −{@code pixels} … {@code pixels} in either
   * direction, each equally likely.
   *
   * @param pixels the farthest move
   * @param fill the value of what comes in at the border; 0 is the mean of normalised pictures
   * @throws FoveaException if {@code pixels} is negative
   */
  public static Transform shift(int pixels, float fill) {
    if (pixels < 0) {
      throw new FoveaException("shift by " + pixels + " pixels: 0 or more expected");
    }
    Transform shift =
        (sample, offset, shape, rng) -> {
          int down = rng.nextInt(2 * pixels + 1) - pixels;
          int right = rng.nextInt(2 * pixels + 1) - pixels;
          move(sample, offset, shape, down, right, fill);
        };
    return shift.named("shift by up to " + pixels + " filled with " + fill);
  }

  private static void flip(float[] sample, int offset, Shape shape) {
    int width = shape.dim(1);
    int channels = shape.dim(2);
    for (int y = 0; y < shape.dim(0); y++) {
      int row = offset + y * width * channels;
      for (int x = 0; x < width / 2; x++) {
        for (int c = 0; c < channels; c++) {
          int left = row + x * channels + c;
          int right = row + (width - 1 - x) * channels + c;
          float swapped = sample[left];
          sample[left] = sample[right];
          sample[right] = swapped;
        }
      }
    }
  }

  private static void move(
      float[] sample, int offset, Shape shape, int down, int right, float fill) {
    int height = shape.dim(0);
    int width = shape.dim(1);
    int channels = shape.dim(2);
    int row = width * channels;
    int kept = Math.max(0, width - Math.abs(right)) * channels;
    for (int i = 0; i < height; i++) {
      // In the order in which no row is overwritten before it was read.
      int y = down > 0 ? height - 1 - i : i;
      int from = y - down;
      int to = offset + y * row;
      if (from < 0 || from >= height || kept == 0) {
        Arrays.fill(sample, to, to + row, fill);
        continue;
      }
      int source = offset + from * row + Math.max(0, -right) * channels;
      int target = to + Math.max(0, right) * channels;
      System.arraycopy(sample, source, sample, target, kept);
      Arrays.fill(sample, to, target, fill);
      Arrays.fill(sample, target + kept, to + row, fill);
    }
  }
}
