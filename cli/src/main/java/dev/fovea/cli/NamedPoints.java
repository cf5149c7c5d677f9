package dev.fovea.cli;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart of points, each with its name beside it where there is room: above, right, below or left,
 * near before far. No name lies on another name or point.
 */
final class NamedPoints {
  /** What the axes take of width and height, nearly. */
  private static final int BESIDE = 67;

  private static final int ABOVE = 87;
  private static final int POINT = 10;
  private static final int CROWD = 240;
  private static final int STEPS = 6;

  /** The room left and right of the outermost points of a logarithmic axis: a factor. */
  private static final double ROOM = 1.6;

  /** The room right of the outermost point of an axis that begins with 0: a factor. */
  private static final double ROOM_RIGHT = 1.15;

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private final Sheet sheet;
  private final List<Point> points;
  private final double left;
  private final double right;
  private final List<Rectangle> taken = new ArrayList<>();

  /** How the axis from left to right goes. */
  enum Scale {
    /** From 0 on. */
    LINEAR,
    /** In powers; all x are above 0. */
    LOGARITHMIC
  }

  /**
   * A point with its name.
   *
   * @param other whether it has the second colour
   */
  record Point(String name, double x, double y, boolean other) {
    /** Creates a point of the first colour. */
    Point(String name, double x, double y) {
      this(name, x, y, false);
    }
  }

  /**
   * What the points are drawn on.
   *
   * @param width in pixels
   * @param height in pixels
   * @param title above the chart
   * @param x the title of the axis from left to right
   * @param scale of this axis
   * @param y the title of the upright axis
   * @param least where the upright axis begins
   * @param most where it ends
   */
  record Sheet(
      int width,
      int height,
      String title,
      String x,
      Scale scale,
      String y,
      double least,
      double most) {}

  private NamedPoints(Sheet sheet, List<Point> points) {
    this.sheet = sheet;
    this.points = points;
    boolean powers = sheet.scale == Scale.LOGARITHMIC;
    this.left = powers ? points.stream().mapToDouble(Point::x).min().orElse(1) / ROOM : 0;
    this.right =
        points.stream().mapToDouble(Point::x).max().orElse(1) * (powers ? ROOM : ROOM_RIGHT);
  }

  /** Returns the chart of some points, of which there is at least one. */
  static XYChart chart(Sheet sheet, List<Point> points) {
    return new NamedPoints(sheet, points).draw();
  }

  private XYChart draw() {
    XYChart chart = Charts.of(sheet.width, sheet.height, sheet.title, sheet.x, sheet.y);
    XYStyler styler = chart.getStyler();
    styler.setLegendVisible(false);
    styler.setXAxisLogarithmic(sheet.scale == Scale.LOGARITHMIC);
    styler.setXAxisMin(left).setXAxisMax(right).setYAxisMin(sheet.least).setYAxisMax(sheet.most);
    styler.setPlotContentSize(1);
    styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    styler.setAnnotationTextFont(FONT);
    addPoints(chart, false, new Color(0x1F4E9E));
    addPoints(chart, true, new Color(0xD95F02));
    for (Point p : points) {
      taken.add(around(across(p.x), down(p.y), POINT, POINT));
    }
    // Where points are close, few places are free: these names come first.
    points.stream()
        .sorted(Comparator.comparingLong(p -> -neighbours(p)))
        .forEach(p -> label(chart, p.name, across(p.x), down(p.y)));
    return chart;
  }

  private void addPoints(XYChart chart, boolean other, Color color) {
    List<Point> some = points.stream().filter(p -> p.other == other).toList();
    if (!some.isEmpty()) {
      double[] x = some.stream().mapToDouble(Point::x).toArray();
      double[] y = some.stream().mapToDouble(Point::y).toArray();
      XYSeries series = chart.addSeries(other ? "others" : "points", x, y);
      series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(color);
    }
  }

  private long neighbours(Point p) {
    Rectangle near = around(across(p.x), down(p.y), CROWD, CROWD / 2);
    return taken.stream().filter(near::intersects).count();
  }

  private double across(double x) {
    double share =
        sheet.scale == Scale.LOGARITHMIC ? Math.log(x / left) / Math.log(right / left) : x / right;
    return (sheet.width - BESIDE) * share;
  }

  /** Returns the x of a place. */
  private double x(double across) {
    double share = across / (sheet.width - BESIDE);
    return sheet.scale == Scale.LOGARITHMIC ? left * Math.pow(right / left, share) : right * share;
  }

  private double down(double y) {
    return (sheet.height - ABOVE) * (sheet.most - y) / (sheet.most - sheet.least);
  }

  private static Rectangle around(double x, double y, int width, int height) {
    return new Rectangle(
        (int) Math.round(x) - width / 2, (int) Math.round(y) - height / 2, width, height);
  }

  /** Adds a name at the first free place; where none is free, over the point. */
  private void label(XYChart chart, String name, double x, double y) {
    FontMetrics metrics =
        new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontMetrics(FONT);
    int width = metrics.stringWidth(name) + 4;
    int height = metrics.getHeight();
    Rectangle place = around(x, y - height, width, height);
    for (int step = 0; step < STEPS && isTaken(place); step++) {
      int away = (height + POINT) / 2 + 1 + step * height / 3;
      int beside = (width + POINT) / 2 + 1;
      double[][] offsets = {
        {0, -away},
        {beside, 0},
        {-beside, 0},
        {0, away},
        {beside, -away},
        {beside, away},
        {-beside, -away},
        {-beside, away},
        {width / 4.0, -away},
        {-width / 4.0, -away},
        {width / 4.0, away},
        {-width / 4.0, away}
      };
      for (int i = 0; i < offsets.length && isTaken(place); i++) {
        place = around(x + offsets[i][0], y + offsets[i][1], width, height);
      }
    }
    taken.add(place);
    double atX = x(place.getCenterX());
    double atY =
        sheet.most - (sheet.most - sheet.least) * place.getCenterY() / (sheet.height - ABOVE);
    chart.addAnnotation(new AnnotationText(name, atX, atY, false));
  }

  private boolean isTaken(Rectangle place) {
    boolean inside = place.x >= 0 && place.x + place.width <= sheet.width - BESIDE;
    return !inside || taken.stream().anyMatch(place::intersects);
  }
}
