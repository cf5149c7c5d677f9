package dev.fovea.systems.label;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What may be in a drawn scene. Numbers are drawn evenly; sizes evenly in their logarithm.
 *
 * @param leastForms how many balls, bricks and so on there are at least
 * @param mostForms how many there are at most; those that would not be seen are left out
 * @param leastFigures how many persons there are at least
 * @param mostFigures how many there are at most
 */
public record SceneCast(int leastForms, int mostForms, int leastFigures, int mostFigures) {
  private static final int MANY = 100;

  /** The class of persons, behind those of forms. */
  static final int FIGURE = SolidForm.Kind.values().length;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if they are out of order
   */
  public SceneCast {
    requireRange("forms", leastForms, mostForms);
    requireRange("figures", leastFigures, mostFigures);
  }

  private static void requireRange(String what, int least, int most) {
    if (least < 0 || most < least || most > MANY) {
      throw new FoveaException(
          "scene: %s to %s %s, numbers of 0 to %s in order expected"
              .formatted(least, most, what, MANY));
    }
  }

  /** Returns what the data set {@code shapes} has: up to seven forms and up to two persons. */
  public static SceneCast usual() {
    return new SceneCast(0, 7, 0, 2);
  }

  /** Returns persons with one or two forms about them. */
  public static SceneCast figures(int least, int most) {
    return new SceneCast(0, 2, least, most);
  }

  /** Returns the names of the classes of things, by number. */
  static List<String> things() {
    return Stream.concat(
            Stream.of(SolidForm.Kind.values()).map(k -> k.name().toLowerCase(Locale.ROOT)),
            Stream.of("figure"))
        .toList();
  }

  /** Returns the names of the classes of pixels: things, then sky and ground. */
  static List<String> classes() {
    return Stream.concat(things().stream(), Stream.of("sky", "ground")).toList();
  }

  /** Draws what is in a scene, from front to back. */
  List<SceneThing> draw(int height, int width, Rng rng) {
    int figures = leastFigures + rng.nextInt(mostFigures - leastFigures + 1);
    int forms = leastForms + rng.nextInt(mostForms - leastForms + 1);
    List<SceneThing> all = new ArrayList<>();
    double side = Math.min(height, width);
    for (int i = 0; i < figures; i++) {
      double size = side * between(0.28, 0.72, rng);
      double x = width * rng.nextFloat(0.08f, 0.92f);
      double y = height * rng.nextFloat(0.35f, 0.72f);
      all.add(new StickFigure(FIGURE, x, y, size, rng));
    }
    SolidForm.Kind[] kinds = SolidForm.Kind.values();
    for (int i = 0; i < forms; i++) {
      double size = side * between(0.04, 0.2, rng);
      double x = width * rng.nextFloat(0.02f, 0.98f);
      double y = height * rng.nextFloat(0.05f, 0.95f);
      all.add(new SolidForm(kinds[rng.nextInt(kinds.length)], x, y, size, rng));
    }
    int[] order = rng.permutation(all.size());
    List<SceneThing> shuffled = new ArrayList<>();
    for (int i : order) {
      shuffled.add(all.get(i));
    }
    return shuffled;
  }

  private static double between(double least, double most, Rng rng) {
    return least * StrictMath.pow(most / least, rng.nextDouble());
  }
}
