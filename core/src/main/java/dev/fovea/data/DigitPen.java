package dev.fovea.data;

/** A sheet of grey paper and a round pen with soft edges. */
final class DigitPen {
  private static final int STEPS = 7;

  private final int size;
  private final float[] ink;

  /** Creates an empty square sheet. */
  DigitPen(int size) {
    this.size = size;
    this.ink = new float[size * size];
  }

  /** Returns how much ink is on each pixel, 0 to 1, row by row. */
  float[] ink() {
    return ink;
  }

  /**
   * Draws a smooth curve (Catmull–Rom) through the points x0, y0, x1, y1, … in pixels.
   *
   * @param startRadius the pen's radius at the first point
   * @param endRadius the pen's radius at the last point
   * @param softness over how many pixels the edge fades
   */
  void stroke(double[] p, double startRadius, double endRadius, double softness) {
    int n = p.length / 2;
    double total = (n - 1.0) * STEPS;
    double x = p[0];
    double y = p[1];
    for (int i = 0; i < n - 1; i++) {
      for (int s = 1; s <= STEPS; s++) {
        double t = s / (double) STEPS;
        double toX = curve(p, i, 0, t);
        double toY = curve(p, i, 1, t);
        double done = (i * STEPS + s) / total;
        segment(x, y, toX, toY, startRadius + (endRadius - startRadius) * done, softness);
        x = toX;
        y = toY;
      }
    }
  }

  /** Returns a coordinate of the curve between points i and i + 1. */
  private static double curve(double[] p, int i, int axis, double t) {
    int last = p.length / 2 - 1;
    double a = p[2 * Math.max(0, i - 1) + axis];
    double b = p[2 * i + axis];
    double c = p[2 * (i + 1) + axis];
    double d = p[2 * Math.min(last, i + 2) + axis];
    double linear = c - a;
    double square = 2 * a - 5 * b + 4 * c - d;
    double cube = 3 * (b - c) + d - a;
    return b + 0.5 * t * (linear + t * (square + t * cube));
  }

  private void segment(double x0, double y0, double x1, double y1, double radius, double soft) {
    double reach = radius + soft / 2;
    int left = Math.clamp((long) (Math.min(x0, x1) - reach), 0, size - 1);
    int right = Math.clamp((long) (Math.max(x0, x1) + reach + 1), 0, size - 1);
    int top = Math.clamp((long) (Math.min(y0, y1) - reach), 0, size - 1);
    int bottom = Math.clamp((long) (Math.max(y0, y1) + reach + 1), 0, size - 1);
    double dx = x1 - x0;
    double dy = y1 - y0;
    double length2 = Math.max(1e-12, dx * dx + dy * dy);
    for (int py = top; py <= bottom; py++) {
      for (int px = left; px <= right; px++) {
        double ux = px + 0.5 - x0;
        double uy = py + 0.5 - y0;
        double along = Math.clamp((ux * dx + uy * dy) / length2, 0.0, 1.0);
        double ex = ux - along * dx;
        double ey = uy - along * dy;
        double distance2 = ex * ex + ey * ey;
        if (distance2 < reach * reach) {
          double cover = Math.clamp(0.5 + (radius - Math.sqrt(distance2)) / soft, 0.0, 1.0);
          int at = py * size + px;
          ink[at] = Math.max(ink[at], (float) cover);
        }
      }
    }
  }
}
