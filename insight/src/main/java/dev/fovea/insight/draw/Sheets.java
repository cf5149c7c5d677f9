package dev.fovea.insight.draw;

import dev.fovea.tensor.Shape;

/** Maps as sheets that lie behind each other, of a dense layer a bar. */
final class Sheets implements ArchitectureDrawing.Volume {
  private static final int MOST = 12;
  private static final double SHIFT = 5;

  /** Returns a side in pixels: sizes of 1 to 1000 are told apart by their logarithm. */
  static double side(int extent) {
    return 8 + 11 * Math.log(extent) / Math.log(2);
  }

  private static int sheets(Shape s) {
    return Math.min(MOST, 1 + (int) Math.ceil(1.6 * Math.log(s.dim(2)) / Math.log(2)));
  }

  @Override
  public double[] size(Shape s) {
    if (s.rank() != 3) {
      return new double[] {12, side(s.elements())};
    }
    double back = (sheets(s) - 1) * SHIFT;
    return new double[] {side(s.dim(1)) + back, side(s.dim(0)) + back};
  }

  @Override
  public void draw(Svg svg, Shape s, double x, double y, String colour) {
    String style = "fill=\"%s\" stroke=\"#333\" stroke-width=\"0.8\"".formatted(colour);
    double[] size = size(s);
    if (s.rank() != 3) {
      svg.rectangle(x - size[0] / 2, y - size[1] / 2, size[0], size[1], 0, style);
      return;
    }
    double w = side(s.dim(1));
    double h = side(s.dim(0));
    for (int i = 0; i < sheets(s); i++) {
      double left = x - size[0] / 2 + i * SHIFT;
      double top = y - size[1] / 2 + i * SHIFT;
      svg.rectangle(left, top, w, h, 0, style);
    }
  }
}
