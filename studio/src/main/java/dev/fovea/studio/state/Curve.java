package dev.fovea.studio.state;

import java.util.Arrays;

/**
 * A number for each step of a training, all of them kept. One thread adds, any read.
 *
 * <p>What is shown are at most as many points as asked for: of each of equal parts of the steps the
 * first, the least, the greatest and the last (M4, Jugel et al., 2014), so no spike is lost and the
 * same steps give the same points.
 */
public final class Curve {
  private static final int PER_PART = 4;

  private long[] steps = new long[256];
  private float[] values = new float[256];
  private int count;

  /** Creates an empty curve. */
  public Curve() {}

  /** Adds the number of a step. */
  public synchronized void add(long step, double value) {
    if (count == steps.length) {
      steps = Arrays.copyOf(steps, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    steps[count] = step;
    values[count] = (float) value;
    count++;
  }

  /** Forgets what comes after a step. */
  public synchronized void cut(long step) {
    while (count > 0 && steps[count - 1] > step) {
      count--;
    }
  }

  /** Returns how many numbers there are. */
  public synchronized int count() {
    return count;
  }

  /**
   * Returns points of the curve.
   *
   * @param most how many at most, at least 4
   * @return steps and values, one after the other
   */
  public synchronized float[][] points(int most) {
    if (count <= most) {
      float[] x = new float[count];
      for (int i = 0; i < count; i++) {
        x[i] = steps[i];
      }
      return new float[][] {x, Arrays.copyOf(values, count)};
    }
    int parts = most / PER_PART;
    float[][] points = new float[2][PER_PART * parts];
    int n = 0;
    for (int p = 0; p < parts; p++) {
      for (int i : part((int) ((long) p * count / parts), (int) ((p + 1L) * count / parts))) {
        points[0][n] = steps[i];
        points[1][n++] = values[i];
      }
    }
    return new float[][] {Arrays.copyOf(points[0], n), Arrays.copyOf(points[1], n)};
  }

  /** Returns the places of a part that are shown, in order. */
  private int[] part(int from, int to) {
    int least = from;
    int greatest = from;
    for (int i = from; i < to; i++) {
      least = values[i] < values[least] ? i : least;
      greatest = values[i] > values[greatest] ? i : greatest;
    }
    return Arrays.stream(new int[] {from, least, greatest, to - 1}).sorted().distinct().toArray();
  }
}
