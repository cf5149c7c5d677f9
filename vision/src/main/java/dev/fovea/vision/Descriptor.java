package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Describes pictures by numbers that are made by rules and not learned: what linear classifiers
 * were given before networks learned features of their own.
 *
 * <p>A picture is divided into cells; pixels behind the last whole cell are left out.
 */
@FunctionalInterface
public interface Descriptor {
  /** The side of the smallest cell in which strokes of several orientations differ, in pixels. */
  int LEAST_STROKE = 4;

  /**
   * Returns the numbers of a picture, as many for each picture of one size.
   *
   * @param picture [H, W, C] with values 0 … 255; colours are turned to grey
   * @throws FoveaException if it is smaller than the descriptor needs
   */
  float[] of(Tensor picture);

  /** Returns the descriptor whose numbers are those of this one and, behind them, of another. */
  default Descriptor and(Descriptor other) {
    return picture -> {
      float[] first = of(picture);
      float[] second = other.of(picture);
      float[] all = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, all, first.length, second.length);
      return all;
    };
  }

  /** Returns the pixels themselves, 0 … 1. */
  static Descriptor pixels() {
    return picture -> {
      float[] values = picture.data().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] /= 255;
      }
      return values;
    };
  }

  /**
   * Returns histograms of oriented gradients (HOG): in each cell the steepness by 9 orientations,
   * in blocks of 2 × 2 cells that overlap, each of length 1, limited to 0.2 and of length 1 again
   * (Dalal and Triggs, 2005).
   *
   * @param cell the side of a cell in pixels, 8 in the paper
   */
  static Descriptor orientedGradients(int cell) {
    return new OrientedGradients(Cells.of(cell));
  }

  /**
   * Draws the histograms of oriented gradients of a picture [H, W, C]: in each cell strokes along
   * its edges, the brighter the steeper.
   *
   * @param cell the side of a cell in pixels
   * @param side the side of a drawn cell in pixels, 4 or more
   * @return [rows · side, columns · side, 1] with values 0 … 255
   */
  static Tensor drawnGradients(Tensor picture, int cell, int side) {
    if (side < LEAST_STROKE) {
      throw new FoveaException(
          "descriptor: drawn cells of %s pixels or more expected, got %s"
              .formatted(LEAST_STROKE, side));
    }
    return new OrientedGradients(Cells.of(cell)).drawn(picture, side);
  }

  /**
   * Returns histograms of local binary patterns (LBP): how often each of the 58 patterns with at
   * most two changes between brighter and darker neighbours occurs in a cell, and all others
   * together; square roots of shares (Ojala, Pietikäinen and Mäenpää, 2002).
   *
   * @param cell the side of a cell in pixels
   */
  static Descriptor binaryPatterns(int cell) {
    return new BinaryPatterns(Cells.of(cell));
  }

  /**
   * Returns the mean size of the answers of Gabor kernels in eight directions, in each cell.
   *
   * @param cell the side of a cell in pixels
   */
  static Descriptor gabor(int cell) {
    List<ImageKernel> kernels = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      kernels.add(ImageFeatures.gabor(22.5 * k));
    }
    return new FilterAnswers(kernels, Cells.of(cell));
  }

  /**
   * Returns the mean size of differences of Gaussians (DoG) with deviations of 1 and 2 pixels and
   * 1.6 times as much, in each cell (Marr and Hildreth, 1980).
   *
   * @param cell the side of a cell in pixels
   */
  static Descriptor gaussianDifferences(int cell) {
    List<ImageKernel> kernels = new ArrayList<>();
    for (double sigma = 1; sigma <= 2; sigma *= 2) {
      int size = 2 * (int) Math.ceil(4.8 * sigma) + 1;
      ImageKernel wide = ImageKernel.gaussian(size, 1.6 * sigma);
      kernels.add(ImageKernel.gaussian(size, sigma).minus(wide));
    }
    return new FilterAnswers(kernels, Cells.of(cell));
  }

  /**
   * Returns how often colours occur: red, green and blue in this many steps each, square roots of
   * the shares.
   *
   * @param steps from 1 to 256
   */
  static Descriptor colours(int steps) {
    if (steps < 1 || steps > 256) {
      throw new FoveaException("descriptor: 1 to 256 steps of colours expected, got " + steps);
    }
    return picture -> {
      float[] rgb = Images.toRgb(picture).data();
      float[] numbers = new float[steps * steps * steps];
      for (int i = 0; i < rgb.length; i += 3) {
        int bin = 0;
        for (int c = 0; c < 3; c++) {
          bin = bin * steps + Math.clamp((int) (rgb[i + c] * steps / 256), 0, steps - 1);
        }
        numbers[bin]++;
      }
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) Math.sqrt(3 * numbers[i] / rgb.length);
      }
      return numbers;
    };
  }
}
