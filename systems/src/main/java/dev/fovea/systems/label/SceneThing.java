package dev.fovea.systems.label;

import dev.fovea.data.KeyPoint;
import java.util.List;

/** An object of a drawn scene: a form in pixels, with its colours. */
interface SceneThing {
  /** Returns the number of its class. */
  int kind();

  /** Returns how far a point is outside of the form, in pixels; negative inside. */
  double distance(double x, double y);

  /**
   * Writes red, green and blue, 0 … 255, of a point of the form.
   *
   * @param light where light comes from
   */
  void colour(double x, double y, Light light, float[] rgb);

  /** Returns left, top, right and bottom around the form. */
  double[] bounds();

  /** Returns its key points, all as if they were seen; none by default. */
  default List<KeyPoint> joints() {
    return List.of();
  }

  /** Returns the name of its colour. */
  String colourName();

  /** The direction that light comes from, a unit vector: right, down, towards the viewer. */
  record Light(double x, double y, double z) {}
}
