package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.systems.measure.CocoClass;
import dev.fovea.systems.measure.Curve;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The picture of precision over recall, a curve for each class. */
final class PrecisionPlot {
  private static final int SIDE = 560;
  private static final int MOST_CURVES = 12;
  private static final int LONGEST_NAME = 24;

  /** At least so many pixels lie between two numbers at the axis. */
  private static final int TICK = 90;

  private PrecisionPlot() {}

  /**
   * Writes the picture; none where no class has objects.
   *
   * @param likeness what is at least 0.5 where something is found, such as the overlap
   * @param classes the classes
   * @throws dev.fovea.tensor.FoveaException if it cannot be written
   */
  static void write(Path file, String likeness, List<CocoClass> classes) {
    List<CocoClass> curves = classes.stream().filter(c -> !c.curves().isEmpty()).toList();
    if (curves.isEmpty()) {
      return;
    }
    XYChart chart = Charts.of(SIDE, SIDE, title(likeness, curves.size()), "recall", "precision");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSW);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
    chart.getStyler().setXAxisTickMarkSpacingHint(TICK);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.05);
    curves.stream().limit(MOST_CURVES).forEach(c -> add(chart, c));
    Charts.write(file, chart);
  }

  /** Returns the title, which says so if only some of the classes with objects have a curve. */
  static String title(String likeness, int classes) {
    String shown =
        classes > MOST_CURVES ? ", first %s of %s classes".formatted(MOST_CURVES, classes) : "";
    return "precision at " + likeness + " of 0.5" + shown;
  }

  private static void add(XYChart chart, CocoClass c) {
    Curve curve = c.curves().get(0);
    double[] x = IntStream.range(0, Curve.POINTS).mapToDouble(Curve::recall).toArray();
    double[] y = curve.precision().stream().mapToDouble(Double::doubleValue).toArray();
    String name =
        String.format(Locale.ROOT, "%s, AP50 %.3f", Text.cut(c.label(), LONGEST_NAME), c.ap50());
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }
}
