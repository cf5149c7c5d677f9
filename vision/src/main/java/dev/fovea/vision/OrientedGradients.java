package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/** Histograms of oriented gradients; see {@link Descriptor#orientedGradients}. */
record OrientedGradients(Cells cells) implements Descriptor {
  private static final int BINS = 9;
  private static final int BLOCK = 2;
  private static final float MOST = 0.2f;
  private static final double TINY = 1e-6;
  private static final int WHITE = 255;

  @Override
  public float[] of(Tensor picture) {
    cells.require(picture.shape(), BLOCK);
    double[] histograms = histograms(Images.toGrey(picture));
    int rows = cells.rows(picture.shape()) - BLOCK + 1;
    int columns = cells.columns(picture.shape()) - BLOCK + 1;
    int size = BLOCK * BLOCK * BINS;
    float[] numbers = new float[rows * columns * size];
    for (int b = 0; b < rows * columns; b++) {
      for (int k = 0; k < BLOCK * BLOCK; k++) {
        int cell = (b / columns + k / BLOCK) * (columns + BLOCK - 1) + b % columns + k % BLOCK;
        for (int bin = 0; bin < BINS; bin++) {
          numbers[b * size + k * BINS + bin] = (float) histograms[cell * BINS + bin];
        }
      }
      toLengthOne(numbers, b * size, size);
      for (int i = b * size; i < (b + 1) * size; i++) {
        numbers[i] = Math.min(MOST, numbers[i]);
      }
      toLengthOne(numbers, b * size, size);
    }
    return numbers;
  }

  /** Sums up steepness by cell and orientation, each gradient in the two bins beside it. */
  private double[] histograms(Tensor grey) {
    Shape s = grey.shape();
    double[] sums = new double[cells.rows(s) * cells.columns(s) * BINS];
    for (int y = 0; y < s.dim(0); y++) {
      for (int x = 0; x < s.dim(1); x++) {
        int cell = cells.cell(s, y, x);
        double across = at(grey, y, x + 1) - at(grey, y, x - 1);
        double down = at(grey, y + 1, x) - at(grey, y - 1, x);
        double steepness = Math.sqrt(across * across + down * down);
        if (cell >= 0 && steepness > 0) {
          double turn = StrictMath.atan2(down, across) / Math.PI + 1;
          double place = (turn % 1) * BINS - 0.5;
          int low = (int) Math.floor(place);
          double share = place - low;
          sums[cell * BINS + Math.floorMod(low, BINS)] += (1 - share) * steepness;
          sums[cell * BINS + Math.floorMod(low + 1, BINS)] += share * steepness;
        }
      }
    }
    return sums;
  }

  /**
   * Draws the histograms: in each cell a stroke for each orientation, along the edge, as bright as
   * the edge is steep.
   *
   * @param side of a drawn cell in pixels
   */
  Tensor drawn(Tensor picture, int side) {
    cells.require(picture.shape(), 1);
    double[] sums = histograms(Images.toGrey(picture));
    double most = Math.max(TINY, Arrays.stream(sums).max().orElse(0));
    int columns = cells.columns(picture.shape());
    Tensor out = Tensor.zeros(Shape.of(cells.rows(picture.shape()) * side, columns * side, 1));
    for (int i = 0; i < sums.length; i++) {
      double along = (i % BINS + 0.5) / BINS * Math.PI + Math.PI / 2;
      int column = i / BINS % columns;
      int row = i / BINS / columns;
      for (int step = -side; step <= side; step++) {
        double reach = step * (side / 2.0 - 1) / side;
        int x = (int) Math.floor((column + 0.5) * side + TINY + reach * StrictMath.cos(along));
        int y = (int) Math.floor((row + 0.5) * side + TINY + reach * StrictMath.sin(along));
        int pixel = y * columns * side + x;
        out.data()[pixel] = Math.max(out.data()[pixel], (float) (WHITE * sums[i] / most));
      }
    }
    return out;
  }

  private static double at(Tensor grey, int y, int x) {
    int height = grey.shape().dim(0);
    int width = grey.shape().dim(1);
    return grey.data()[Math.clamp(y, 0, height - 1) * width + Math.clamp(x, 0, width - 1)];
  }

  private static void toLengthOne(float[] numbers, int from, int count) {
    double squares = TINY;
    for (int i = from; i < from + count; i++) {
      squares += (double) numbers[i] * numbers[i];
    }
    for (int i = from; i < from + count; i++) {
      numbers[i] /= (float) Math.sqrt(squares);
    }
  }
}
