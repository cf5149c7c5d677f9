package dev.fovea.cli;

import dev.fovea.vision.Images;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
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

  private final List<SmallerForm> forms;
  private final double least;
  private final double most;

  private SmallerFormsChart(List<SmallerForm> forms) {
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
   * @param millis the milliseconds of a picture, of each form
   */
  static void write(Path file, String title, List<SmallerForm> forms, List<Double> millis) {
    SmallerFormsChart chart = new SmallerFormsChart(forms);
    XYChart sizes = chart.over(title, "kilobytes of the file", f -> f.bytes() / 1e3);
    XYChart times =
        chart.over(title, "milliseconds of a picture", f -> millis.get(forms.indexOf(f)));
    BufferedImage both = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = both.createGraphics();
    graphics.drawImage(BitmapEncoder.getBufferedImage(sizes), 0, 0, null);
    graphics.drawImage(BitmapEncoder.getBufferedImage(times), WIDTH, 0, null);
    graphics.dispose();
    Images.writePng(file, both);
  }

  private static double percent(SmallerForm form) {
    return 100 * form.accuracy();
  }

  private XYChart over(String title, String axis, ToDoubleFunction<SmallerForm> x) {
    List<NamedPoints.Point> points = new ArrayList<>();
    for (SmallerForm f : forms) {
      points.add(new NamedPoints.Point(f.name(), x.applyAsDouble(f), percent(f)));
    }
    return NamedPoints.chart(
        new NamedPoints.Sheet(
            WIDTH,
            HEIGHT,
            title,
            axis,
            NamedPoints.Scale.LINEAR,
            "accuracy in percent",
            least,
            most),
        points);
  }
}
