package dev.fovea.studio.state;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * Points of the plane with classes, to learn from.
 *
 * @param places where they lie, [N, 2], each from −6 to 6
 * @param labels their classes, [N]
 * @param classes the number of classes
 */
public record PlanePoints(Tensor places, Tensor labels, int classes) {
  /** The kinds of points. */
  public static final List<String> KINDS = List.of("circles", "chessboard", "spirals", "blobs");

  private static final int COUNT = 240;
  private static final double REACH = 5;

  /** Returns points of a kind; the same for the same seed. */
  public static PlanePoints of(String kind, int classes, double noise, Seed seed) {
    Rng rng = seed.rng();
    float[] places = new float[2 * COUNT];
    float[] labels = new float[COUNT];
    int ofEach = COUNT / classes;
    for (int i = 0; i < COUNT; i++) {
      int label = i % classes;
      int number = i / classes;
      double along = (double) number / ofEach;
      double[] p = place(kind, label, classes, along, rng);
      labels[i] = kind.equals("chessboard") ? chess(p, classes) : label;
      places[2 * i] = (float) (p[0] + noise * rng.nextGaussian());
      places[2 * i + 1] = (float) (p[1] + noise * rng.nextGaussian());
    }
    return new PlanePoints(
        Tensor.of(Shape.of(COUNT, 2), places), Tensor.of(Shape.of(COUNT), labels), classes);
  }

  private static double[] place(String kind, int label, int classes, double along, Rng rng) {
    double angle = 2 * Math.PI * rng.nextDouble();
    return switch (kind) {
      case "circles" -> polar(REACH * (label + 0.3 + 0.5 * rng.nextDouble()) / classes, angle);
      case "spirals" ->
          polar(REACH * along, 1.75 * 2 * Math.PI * along + 2 * Math.PI * label / classes);
      case "blobs" -> {
        double[] middle = polar(3, 2 * Math.PI * label / classes);
        yield new double[] {middle[0] + rng.nextGaussian(), middle[1] + rng.nextGaussian()};
      }
      default ->
          new double[] {REACH * (2 * rng.nextDouble() - 1), REACH * (2 * rng.nextDouble() - 1)};
    };
  }

  private static int chess(double[] p, int classes) {
    return Math.floorMod((p[0] > 0 ? 1 : 0) + (p[1] > 0 ? 1 : 0), Math.min(2, classes));
  }

  private static double[] polar(double radius, double angle) {
    return new double[] {radius * Math.sin(angle), radius * Math.cos(angle)};
  }
}
