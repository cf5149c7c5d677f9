package dev.fovea.insight.draw;

import dev.fovea.tensor.Shape;

/**
 * Maps as solid boxes seen from the side: height and breadth are the map's, thickness its channels.
 */
final class Solids implements ArchitectureDrawing.Volume {
  private static final double SLANT = 0.45;

  private static double thickness(int channels) {
    return 4 + 5 * Math.log(channels) / Math.log(2);
  }

  private static double breadth(Shape s) {
    return SLANT * Sheets.side(s.dim(1));
  }

  @Override
  public double[] size(Shape s) {
    if (s.rank() != 3) {
      return new double[] {14, Sheets.side(s.elements())};
    }
    double slant = breadth(s);
    return new double[] {thickness(s.dim(2)) + slant, Sheets.side(s.dim(0)) * 1.6 + slant};
  }

  @Override
  public void draw(Svg svg, Shape s, double x, double y, String colour) {
    double[] size = size(s);
    double slant = s.rank() == 3 ? breadth(s) : 6;
    double thick = s.rank() == 3 ? thickness(s.dim(2)) : 8;
    double h = size[1] - slant;
    double left = x - size[0] / 2;
    double top = y - size[1] / 2 + slant;
    String front = "fill=\"%s\" stroke=\"#333\" stroke-width=\"0.8\"".formatted(colour);
    String shade = front + " fill-opacity=\"0.7\"";
    svg.polygon(front, left, top, left + thick, top, left + thick, top + h, left, top + h);
    svg.polygon(
        shade,
        left,
        top,
        left + slant,
        top - slant,
        left + slant + thick,
        top - slant,
        left + thick,
        top);
    svg.polygon(
        shade,
        left + thick,
        top,
        left + slant + thick,
        top - slant,
        left + slant + thick,
        top - slant + h,
        left + thick,
        top + h);
  }
}
