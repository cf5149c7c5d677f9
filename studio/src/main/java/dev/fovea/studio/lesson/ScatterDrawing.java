package dev.fovea.studio.lesson;

import java.util.List;
import java.util.Locale;

/** Named points over a logarithmic axis, as a drawing in SVG. */
final class ScatterDrawing {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int MARGIN = 56;

  private final double leastX;
  private final double mostX;
  private final double mostY;

  private ScatterDrawing(double leastX, double mostX, double mostY) {
    this.leastX = leastX;
    this.mostX = mostX;
    this.mostY = mostY;
  }

  /** A point: x above 0, y from 0 on. */
  record Point(String name, double x, double y) {}

  /**
   * Returns the drawing.
   *
   * @param x what the logarithmic axis shows
   * @param y what the other shows, from 0 on
   */
  static String svg(String x, String y, List<Point> points) {
    double least = points.stream().mapToDouble(Point::x).min().orElse(1);
    double most = points.stream().mapToDouble(Point::x).max().orElse(10);
    double high = points.stream().mapToDouble(Point::y).max().orElse(1);
    ScatterDrawing d =
        new ScatterDrawing(
            Math.pow(10, Math.floor(Math.log10(least))),
            Math.pow(10, Math.ceil(Math.log10(most) + 1e-9)),
            5 * Math.ceil((high + 1) / 5));
    StringBuilder out = new StringBuilder();
    out.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>"
            .formatted(WIDTH, HEIGHT));
    d.axes(out);
    out.append(text(WIDTH / 2.0, HEIGHT - 12, "middle", x)).append(text(8, 20, "start", y));
    points.forEach(p -> d.point(out, p));
    return out.append("</svg>").toString();
  }

  private void axes(StringBuilder out) {
    for (double x = leastX; x <= mostX * 1.001; x *= 10) {
      out.append(line(across(x), down(0), across(x), down(mostY)));
      out.append(
          text(across(x), HEIGHT - MARGIN + 18, "middle", String.format(Locale.ROOT, "%,.0f", x)));
    }
    for (double y = 0; y <= mostY; y += 5) {
      out.append(line(across(leastX), down(y), across(mostX), down(y)));
      out.append(text(MARGIN - 8, down(y) + 4, "end", String.format(Locale.ROOT, "%.0f", y)));
    }
  }

  /** Names stand on the side on which there is room. */
  private void point(StringBuilder out, Point p) {
    boolean left = across(p.x) > WIDTH - 3 * MARGIN;
    out.append(
        String.format(
            Locale.ROOT,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"#0072b2\"/>",
            across(p.x),
            down(p.y)));
    out.append(text(across(p.x) + (left ? -9 : 9), down(p.y) + 4, left ? "end" : "start", p.name));
  }

  private double across(double x) {
    double share = Math.log(x / leastX) / Math.log(mostX / leastX);
    return MARGIN + share * (WIDTH - 2 * MARGIN);
  }

  private double down(double y) {
    return HEIGHT - MARGIN - y / mostY * (HEIGHT - 2 * MARGIN);
  }

  private static String line(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(double x, double y, String anchor, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        x,
        y,
        anchor,
        words.replace("&", "&amp;").replace("<", "&lt;"));
  }
}
