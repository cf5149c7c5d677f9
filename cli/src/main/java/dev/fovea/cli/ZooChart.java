package dev.fovea.cli;

import dev.fovea.zoo.Architecture;
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
 * Errors against operations of networks, each point with its name beside it where there is room:
 * above, right, below or left, near before far. No name lies on another name or point.
 */
final class ZooChart {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 800;

  /** What the axes take of width and height, nearly. */
  private static final int BESIDE = 67;

  private static final int ABOVE = 87;
  private static final int POINT = 10;
  private static final int CROWD = 240;
  private static final int STEPS = 6;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

  private final List<Architecture> networks;
  private final double left;
  private final double right;
  private final double least;
  private final double most;
  private final List<Rectangle> taken = new ArrayList<>();

  private ZooChart(List<Architecture> networks) {
    this.networks = networks.stream().filter(a -> a.published().top1().isPresent()).toList();
    this.left = this.networks.stream().mapToDouble(ZooChart::x).min().orElse(1) / 1.6;
    this.right = this.networks.stream().mapToDouble(ZooChart::x).max().orElse(1) * 1.6;
    this.least = Math.floor(this.networks.stream().mapToDouble(ZooChart::y).min().orElse(0)) - 1;
    this.most = Math.ceil(this.networks.stream().mapToDouble(ZooChart::y).max().orElse(0)) + 2;
  }

  /** Returns the chart of the networks whose error is published. */
  static XYChart of(List<Architecture> networks) {
    return new ZooChart(networks).draw();
  }

  private static double x(Architecture a) {
    return ZooCommand.summary(a).flops() / 1e9;
  }

  private static double y(Architecture a) {
    return a.published().top1().getAsDouble();
  }

  private XYChart draw() {
    XYChart chart =
        Charts.of(
            WIDTH,
            HEIGHT,
            "top-1 error on ImageNet as published, in percent",
            "FLOPs of one picture, in units of 10⁹",
            "top-1 error");
    XYStyler styler = chart.getStyler();
    styler.setLegendVisible(false);
    styler.setXAxisLogarithmic(true);
    styler.setXAxisMin(left).setXAxisMax(right).setYAxisMin(least).setYAxisMax(most);
    styler.setPlotContentSize(1);
    styler.setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    styler.setAnnotationTextFont(FONT);
    double[] x = networks.stream().mapToDouble(ZooChart::x).toArray();
    double[] y = networks.stream().mapToDouble(ZooChart::y).toArray();
    XYSeries points = chart.addSeries("networks", x, y);
    points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(new Color(0x1F4E9E));
    for (int i = 0; i < x.length; i++) {
      taken.add(around(across(x[i]), down(y[i]), POINT, POINT));
    }
    // Where points are close, few places are free: these names come first.
    networks.stream()
        .sorted(Comparator.comparingLong(a -> -neighbours(a)))
        .forEach(a -> label(chart, a.name(), across(x(a)), down(y(a))));
    return chart;
  }

  private long neighbours(Architecture a) {
    Rectangle near = around(across(x(a)), down(y(a)), CROWD, CROWD / 2);
    return taken.stream().filter(near::intersects).count();
  }

  private double across(double x) {
    return (WIDTH - BESIDE) * Math.log(x / left) / Math.log(right / left);
  }

  private double down(double y) {
    return (HEIGHT - ABOVE) * (most - y) / (most - least);
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
    double atX = left * Math.pow(right / left, place.getCenterX() / (WIDTH - BESIDE));
    double atY = most - (most - least) * place.getCenterY() / (HEIGHT - ABOVE);
    chart.addAnnotation(new AnnotationText(name, atX, atY, false));
  }

  private boolean isTaken(Rectangle place) {
    boolean inside = place.x >= 0 && place.x + place.width <= WIDTH - BESIDE;
    return !inside || taken.stream().anyMatch(place::intersects);
  }
}
