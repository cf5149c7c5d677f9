package dev.fovea.cli;

import dev.fovea.vision.Images;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

/** Accuracy of the smaller forms of a network against their size, and beside it against time. */
final class SmallerFormsChart {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 640;

  /** The room above and below the points, of the height that they take. */
  private static final double ROOM = 0.08;

  /** The least height of the chart, in percent. */
  private static final double LEAST = 0.5;

  /** Where the longest is so many times the shortest, an axis goes in powers. */
  private static final double WIDE = 20;

  private final List<ChartedForm> forms;
  private final double least;
  private final double most;

  private SmallerFormsChart(List<ChartedForm> forms) {
    this.forms = forms;
    double low = forms.stream().mapToDouble(SmallerFormsChart::percent).min().orElse(0);
    double high = forms.stream().mapToDouble(SmallerFormsChart::percent).max().orElse(100);
    double room = Math.max(ROOM * (high - low), (LEAST - (high - low)) / 2);
    this.least = low - room;
    this.most = high + room;
  }

  /**
   * Writes both charts as one PNG.
   *
   * @param title the network and the data set
   */
  static void write(Path file, String title, List<ChartedForm> forms) {
    SmallerFormsChart chart = new SmallerFormsChart(forms);
    XYChart sizes =
        chart.over(title + ": accuracy and size", "file size (kB)", 1e-3, ChartedForm::bytes);
    XYChart times =
        chart.over(title + ": accuracy and speed", "time per picture (ms)", 1, ChartedForm::millis);
    BufferedImage both = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = both.createGraphics();
    graphics.drawImage(BitmapEncoder.getBufferedImage(sizes), 0, 0, null);
    graphics.drawImage(BitmapEncoder.getBufferedImage(times), WIDTH, 0, null);
    graphics.dispose();
    Images.writePng(file, both);
  }

  private static double percent(ChartedForm form) {
    return 100 * form.accuracy();
  }

  private XYChart over(
      String title, String axis, double unit, Function<ChartedForm, OptionalDouble> x) {
    List<NamedPoints.Point> points = new ArrayList<>();
    for (ChartedForm f : forms) {
      x.apply(f)
          .ifPresent(
              v -> points.add(new NamedPoints.Point(f.name(), unit * v, percent(f), f.peer())));
    }
    return NamedPoints.chart(
        new NamedPoints.Sheet(
            WIDTH, HEIGHT, title, axis, scale(points), "accuracy (%)", least, most),
        points);
  }

  private static NamedPoints.Scale scale(List<NamedPoints.Point> points) {
    double low = points.stream().mapToDouble(NamedPoints.Point::x).min().orElse(0);
    double high = points.stream().mapToDouble(NamedPoints.Point::x).max().orElse(0);
    return low > 0 && high > WIDE * low ? NamedPoints.Scale.LOGARITHMIC : NamedPoints.Scale.LINEAR;
  }
}
