package dev.fovea.insight.draw;

import java.util.Locale;

/** A drawing in SVG, element by element. Texts are escaped: names come from files of anybody. */
final class Svg {
  private final StringBuilder body = new StringBuilder();
  private double left = Double.POSITIVE_INFINITY;
  private double top = Double.POSITIVE_INFINITY;
  private double right = Double.NEGATIVE_INFINITY;
  private double bottom = Double.NEGATIVE_INFINITY;
  private static final double MARGIN = 16;

  private static String n(double x) {
    return String.format(Locale.ROOT, "%.1f", x);
  }

  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            default ->
                out.append(c < ' ' || c == 0xFFFE || c == 0xFFFF ? "�" : Character.toString(c));
          }
        });
    return out.toString();
  }

  private void reach(double x, double y) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }

  Svg rectangle(double x, double y, double width, double height, double round, String style) {
    reach(x, y);
    reach(x + width, y + height);
    body.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" rx=\"%s\" %s/>%n"
            .formatted(n(x), n(y), n(width), n(height), n(round), style));
    return this;
  }

  /** Draws a closed figure through points x, y, x, y … */
  Svg polygon(String style, double... points) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < points.length; i += 2) {
      reach(points[i], points[i + 1]);
      path.append(n(points[i])).append(',').append(n(points[i + 1])).append(' ');
    }
    body.append("<polygon points=\"%s\" %s/>%n".formatted(path.toString().trim(), style));
    return this;
  }

  /** Draws a path whose points have been told by {@link #reach}. */
  Svg path(String d, String style) {
    body.append("<path d=\"%s\" %s/>%n".formatted(d, style));
    return this;
  }

  /** Draws a smooth line through points, which leaves and arrives along an axis. */
  Svg curve(double[] xs, double[] ys, boolean vertical, String style) {
    StringBuilder d = new StringBuilder("M" + n(xs[0]) + "," + n(ys[0]));
    for (int i = 0; i < xs.length; i++) {
      reach(xs[i], ys[i]);
    }
    for (int i = 1; i < xs.length; i++) {
      double mx = (xs[i - 1] + xs[i]) / 2;
      double my = (ys[i - 1] + ys[i]) / 2;
      d.append(
          vertical
              ? " C%s,%s %s,%s %s,%s"
                  .formatted(n(xs[i - 1]), n(my), n(xs[i]), n(my), n(xs[i]), n(ys[i]))
              : " C%s,%s %s,%s %s,%s"
                  .formatted(n(mx), n(ys[i - 1]), n(mx), n(ys[i]), n(xs[i]), n(ys[i])));
    }
    return path(d.toString(), style);
  }

  Svg text(double x, double y, String text, String style) {
    double wide = text.length() * 3.5;
    reach(x - wide, y - 10);
    reach(x + wide, y + 4);
    body.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\" %s>%s</text>%n"
            .formatted(n(x), n(y), style, escaped(text)));
    return this;
  }

  /** Returns the whole drawing on white paper. */
  String drawing(String title) {
    double x = left - MARGIN;
    double y = top - MARGIN;
    double w = right - left + 2 * MARGIN;
    double h = bottom - top + 2 * MARGIN;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="%s %s %s %s" width="%s" height="%s" \
    font-family="Helvetica, Arial, sans-serif">
    <title>%s</title>
    <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
    orient="auto"><path d="M0,1 L7,4 L0,7 z" fill="#555"/></marker></defs>
    <rect x="%s" y="%s" width="%s" height="%s" fill="#fff"/>
    %s</svg>
    """
        .formatted(n(x), n(y), n(w), n(h), n(w), n(h), escaped(title), n(x), n(y), n(w), n(h), body)
        .replace(System.lineSeparator(), "\n");
  }
}
