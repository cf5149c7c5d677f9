package dev.fovea.apps.drive;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * Drawn roads between white lines, as a camera in a car sees them. The wheel follows the curve and
 * brings the car back to the middle of the road.
 */
public final class DrawnRoads {
  private static final double HORIZON = 0.35;
  private static final double FROM_MIDDLE = 0.6;
  private static final float NOISE = 6;

  private DrawnRoads() {}

  /**
   * Draws a frame.
   *
   * @param height the height of the picture in pixels
   * @param width its width
   * @param rng what curve, place and light are drawn from
   */
  public static Frame draw(int height, int width, Rng rng) {
    double curve = rng.nextFloat(-1, 1);
    double place = rng.nextFloat(-0.4f, 0.4f);
    float light = rng.nextFloat(0.7f, 1.2f);
    Tensor picture = Tensor.zeros(Shape.of(height, width, 3));
    for (int i = 0; i < height * width; i++) {
      double down = ((double) Math.floorDiv(i, width) / height - HORIZON) / (1 - HORIZON);
      double across = 2.0 * (i % width) / width - 1;
      float[] colour = colour(down, across, curve, place, rng);
      for (int c = 0; c < 3; c++) {
        float value = colour[c] * light + rng.nextGaussian(NOISE);
        picture.data()[3 * i + c] = Math.clamp(value, 0, 255);
      }
    }
    double angle = Math.clamp(0.7 * curve - FROM_MIDDLE * place, -1, 1);
    return new Frame(picture, angle);
  }

  /** Returns the colour of a place: sky, grass, road, or one of the road's two lines. */
  private static float[] colour(double down, double across, double curve, double place, Rng rng) {
    if (down < 0) {
      return new float[] {150, 180, 220};
    }
    double far = 1 - down;
    double half = 0.08 + 0.6 * down;
    double off = (across + place * down - curve * far * far) / half;
    if (Math.abs(off) > 1.1) {
      float green = rng.nextFloat(90, 130);
      return new float[] {60, green, 50};
    }
    return Math.abs(off) > 0.92 ? new float[] {230, 230, 230} : new float[] {90, 90, 95};
  }
}
