package dev.fovea.systems.label;

import dev.fovea.systems.mask.Polygons;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** The pixels that belong to an object. */
@FunctionalInterface
public interface Region {
  /**
   * Returns 1 for each pixel that belongs to the object, else 0.
   *
   * @param height the height of the picture
   * @param width the width of the picture
   * @return [H, W]
   */
  Tensor in(int height, int width);

  /**
   * An outline of one part or several.
   *
   * @param parts for each part its corners: x, y of the first, x, y of the second, …
   */
  record Outline(List<double[]> parts) implements Region {
    /** Copies the list. */
    public Outline {
      parts = List.copyOf(parts);
    }

    @Override
    public Tensor in(int height, int width) {
      return Polygons.fill(parts, height, width).map();
    }
  }

  /** Pixels as run lengths. */
  record Runs(RunLengths lengths) implements Region {
    @Override
    public Tensor in(int height, int width) {
      return lengths.map();
    }
  }
}
