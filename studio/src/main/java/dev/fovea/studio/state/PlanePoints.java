package dev.fovea.studio.state;

import dev.fovea.tensor.FoveaException;
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

  /** The most points that a user may set. */
  public static final int MOST_OWN = 500;

  private static final double MOST = 6;
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
    return of(places, labels, classes);
  }

  /**
   * Returns points of a square whose classes a formula tells: its value, rounded down and brought
   * within the classes.
   *
   * @throws FoveaException if it gives no number somewhere
   */
  public static PlanePoints of(PlaneFormula formula, int classes, double noise, Seed seed) {
    Rng rng = seed.rng();
    float[] places = new float[2 * COUNT];
    float[] labels = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      double[] p = square(rng);
      double value = formula.at(p[0], p[1]);
      if (Double.isNaN(value)) {
        throw new FoveaException(
            "formula: it has no value at x = %s, y = %s".formatted((float) p[0], (float) p[1]));
      }
      labels[i] = (float) Math.clamp(Math.floor(value), 0.0, classes - 1.0);
      for (int axis = 0; axis < 2; axis++) {
        places[2 * i + axis] = (float) (p[axis] + noise * rng.nextGaussian());
      }
    }
    return of(places, labels, classes);
  }

  private static PlanePoints of(float[] places, float[] labels, int classes) {
    int count = labels.length;
    return new PlanePoints(
        Tensor.of(Shape.of(count, 2), places), Tensor.of(Shape.of(count), labels), classes);
  }

  private static double[] square(Rng rng) {
    return new double[] {REACH * (2 * rng.nextDouble() - 1), REACH * (2 * rng.nextDouble() - 1)};
  }

  /**
   * Returns points that a user has set.
   *
   * @param triples x, y and class of each point
   * @throws FoveaException if there is none or too many, one is out of reach or has no such class
   */
  public static PlanePoints own(float[] triples, int classes) {
    int count = triples.length / 3;
    if (count == 0 || triples.length % 3 != 0) {
      throw new FoveaException("points: x, y and class of each expected, of at least one");
    }
    float[] places = new float[2 * count];
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      for (int axis = 0; axis < 2; axis++) {
        places[2 * i + axis] = triples[3 * i + axis];
        if (Math.abs(triples[3 * i + axis]) > MOST) {
          throw new FoveaException(
              "points: point %s lies at %s; from -6 to 6 expected"
                  .formatted(i + 1, triples[3 * i + axis]));
        }
      }
      labels[i] = triples[3 * i + 2];
      if (labels[i] != Math.rint(labels[i]) || labels[i] < 0 || labels[i] >= classes) {
        throw new FoveaException(
            "points: point %s has class %s; a whole number from 0 to %s expected"
                .formatted(i + 1, labels[i], classes - 1));
      }
    }
    return of(places, labels, classes);
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
      default -> square(rng);
    };
  }

  private static int chess(double[] p, int classes) {
    return Math.floorMod((p[0] > 0 ? 1 : 0) + (p[1] > 0 ? 1 : 0), Math.min(2, classes));
  }

  private static double[] polar(double radius, double angle) {
    return new double[] {radius * Math.sin(angle), radius * Math.cos(angle)};
  }
}
