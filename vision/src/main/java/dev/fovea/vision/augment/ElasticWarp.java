package dev.fovea.vision.augment;

import dev.fovea.tensor.Rng;

/** A displacement field drawn on a coarse grid and interpolated in between. */
final class ElasticWarp extends Warp {
  private static final int ROUNDS = 40;

  private final double cell;
  private final int columns;
  private final double[] moveX;
  private final double[] moveY;

  ElasticWarp(int height, int width, double strength, double smoothness, Rng rng) {
    super(height, width);
    cell = smoothness;
    columns = (int) Math.ceil(width / smoothness) + 2;
    int rows = (int) Math.ceil(height / smoothness) + 2;
    moveX = new double[rows * columns];
    moveY = new double[rows * columns];
    for (int i = 0; i < moveX.length; i++) {
      moveX[i] = strength * rng.nextGaussian();
      moveY[i] = strength * rng.nextGaussian();
    }
  }

  @Override
  double sourceX(double x, double y) {
    return x + move(moveX, x, y);
  }

  @Override
  double sourceY(double x, double y) {
    return y + move(moveY, x, y);
  }

  /** Searches the point whose source this is: x = target + move(target). */
  @Override
  double targetX(double x, double y) {
    return target(x, y)[0];
  }

  @Override
  double targetY(double x, double y) {
    return target(x, y)[1];
  }

  private double[] target(double x, double y) {
    double tx = x;
    double ty = y;
    for (int i = 0; i < ROUNDS; i++) {
      double nextX = x - move(moveX, tx, ty);
      ty = y - move(moveY, tx, ty);
      tx = nextX;
    }
    return new double[] {tx, ty};
  }

  private double move(double[] field, double x, double y) {
    int rows = field.length / columns;
    double u = Math.clamp(x / cell, 0, columns - 1.001);
    double v = Math.clamp(y / cell, 0, rows - 1.001);
    int c = (int) u;
    int r = (int) v;
    double a = smooth(u - c);
    double b = smooth(v - r);
    double upper = field[r * columns + c] * (1 - a) + field[r * columns + c + 1] * a;
    double lower = field[(r + 1) * columns + c] * (1 - a) + field[(r + 1) * columns + c + 1] * a;
    return upper * (1 - b) + lower * b;
  }

  /** Returns 3t² − 2t³, so that the field has no edges at the grid's lines. */
  private static double smooth(double t) {
    return t * t * (3 - 2 * t);
  }
}
