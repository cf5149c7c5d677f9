package dev.fovea.systems.region;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Finds the points that heat maps show, one in each channel. */
public final class Peaks {
  private static final double QUARTER = 0.25;

  /** How far the differences look from which DARK concludes where a peak is, in cells. */
  private static final double FAR = 2;

  private Peaks() {}

  /**
   * The highest place of a map.
   *
   * @param x its place in a row, in cells: the middle of the first cell is ½
   * @param y its place in a column, in cells
   * @param value how high it is
   */
  public record Peak(double x, double y, double value) {
    private Peak moved(double dx, double dy) {
      return new Peak(x + dx, y + dy, value);
    }

    private int column() {
      return (int) x;
    }

    private int row() {
      return (int) y;
    }
  }

  /**
   * Returns the middle of the highest cell of each map; of equals the first, row by row.
   *
   * @param maps the values [H, W, K]
   * @throws FoveaException if they are no maps
   */
  public static List<Peak> highest(Tensor maps) {
    require(maps);
    int width = maps.shape().dim(1);
    int kinds = maps.shape().dim(2);
    float[] values = maps.data();
    List<Peak> peaks = new ArrayList<>();
    for (int k = 0; k < kinds; k++) {
      int best = 0;
      for (int i = 1; i < values.length / kinds; i++) {
        best = values[i * kinds + k] > values[best * kinds + k] ? i : best;
      }
      int row = best / width;
      peaks.add(new Peak(best % width + 0.5, row + 0.5, values[best * kinds + k]));
    }
    return peaks;
  }

  private static void require(Tensor maps) {
    Shape shape = maps.shape();
    if (shape.rank() != 3 || shape.elements() == 0) {
      throw new FoveaException("heat maps: need maps [H, W, K], got " + shape);
    }
  }

  /**
   * Returns the highest places, moved a quarter of a cell towards the higher of the neighbours in a
   * row and of those in a column (Newell, Yang, Deng 2016). One in the first two cells or the last
   * stays.
   *
   * @param maps the values [H, W, K]
   * @throws FoveaException if they are no maps
   */
  public static List<Peak> quarter(Tensor maps) {
    List<Peak> moved = new ArrayList<>();
    for (Peak p : highest(maps)) {
      Grid map = new Grid(maps, moved.size());
      int x = p.column();
      int y = p.row();
      boolean inRow = x > 1 && x < map.width - 1 && y > 0;
      boolean inColumn = y > 1 && y < map.height - 1 && x > 0;
      double dx = inRow ? map.at(x + 1, y) - map.at(x - 1, y) : 0;
      double dy = inColumn ? map.at(x, y + 1) - map.at(x, y - 1) : 0;
      moved.add(p.moved(QUARTER * Math.signum(dx), QUARTER * Math.signum(dy)));
    }
    return moved;
  }

  /**
   * Returns the highest places, each moved to the peak of the normal distribution that its
   * surroundings suggest (Zhang et al. 2020, DARK): the map is smoothed, and a step of Newton's
   * method taken on its logarithm. One in the first or last two cells stays, and so does one whose
   * surroundings suggest a peak more than two cells away: as in maps that are nearly flat, where
   * the step leads out of the map.
   *
   * @param maps the values [H, W, K]
   * @throws FoveaException if they are no maps
   */
  public static List<Peak> dark(Tensor maps) {
    List<Peak> moved = new ArrayList<>();
    for (Peak p : highest(maps)) {
      Grid map = new Grid(maps, moved.size());
      int x = p.column();
      int y = p.row();
      boolean inside = x > 1 && x < map.width - 2 && y > 1 && y < map.height - 2;
      moved.add(inside ? newton(p, map.smoothLogarithm(), x, y) : p);
    }
    return moved;
  }

  private static Peak newton(Peak p, Grid log, int x, int y) {
    double dx = (log.at(x + 1, y) - log.at(x - 1, y)) / 2;
    double dy = (log.at(x, y + 1) - log.at(x, y - 1)) / 2;
    double middle = 2 * log.at(x, y);
    double dxx = (log.at(x + 2, y) - middle + log.at(x - 2, y)) / 4;
    double dyy = (log.at(x, y + 2) - middle + log.at(x, y - 2)) / 4;
    double falling = log.at(x + 1, y + 1) + log.at(x - 1, y - 1);
    double rising = log.at(x + 1, y - 1) + log.at(x - 1, y + 1);
    double dxy = (falling - rising) / 4;
    double determinant = dxx * dyy - dxy * dxy;
    double right = (dxy * dy - dyy * dx) / determinant;
    double down = (dxy * dx - dxx * dy) / determinant;
    // Where the determinant is 0 neither is a number, or both are infinite.
    return Math.abs(right) <= FAR && Math.abs(down) <= FAR ? p.moved(right, down) : p;
  }

  /** One map in doubles. */
  private static final class Grid {
    /** Half of the 11 cells that are smoothed over. */
    private static final int REACH = 5;

    private static final double SIGMA = 2;
    private static final double LEAST = 1e-10;

    private final int height;
    private final int width;
    private final double[] values;

    Grid(Tensor maps, int kind) {
      this(maps.shape().dim(0), maps.shape().dim(1));
      int kinds = maps.shape().dim(2);
      for (int i = 0; i < values.length; i++) {
        values[i] = maps.data()[i * kinds + kind];
      }
    }

    private Grid(int height, int width) {
      this.height = height;
      this.width = width;
      this.values = new double[height * width];
    }

    double at(int x, int y) {
      return x >= 0 && y >= 0 && x < width && y < height ? values[y * width + x] : 0;
    }

    /** Returns the logarithm of the map, smoothed and scaled to its old maximum. */
    Grid smoothLogarithm() {
      Grid smooth = smoothed(1, 0).smoothed(0, 1);
      double scale = max() / smooth.max();
      for (int i = 0; i < smooth.values.length; i++) {
        smooth.values[i] = Math.log(Math.max(smooth.values[i] * scale, LEAST));
      }
      return smooth;
    }

    private Grid smoothed(int dx, int dy) {
      Grid smooth = new Grid(height, width);
      double total = 0;
      for (int k = -REACH; k <= REACH; k++) {
        double weight = Math.exp(-k * k / (2 * SIGMA * SIGMA));
        total += weight;
        for (int i = 0; i < values.length; i++) {
          smooth.values[i] += weight * at(i % width + k * dx, i / width + k * dy);
        }
      }
      for (int i = 0; i < values.length; i++) {
        smooth.values[i] /= total;
      }
      return smooth;
    }

    private double max() {
      double max = values[0];
      for (double v : values) {
        max = Math.max(max, v);
      }
      return max;
    }
  }
}
