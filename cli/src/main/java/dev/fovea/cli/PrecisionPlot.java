package dev.fovea.cli;

import dev.fovea.systems.measure.CocoClass;
import dev.fovea.systems.measure.Curve;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;

/** The picture of precision over recall, a curve for each class. */
final class PrecisionPlot {
  private static final int MOST_CURVES = 12;

  private PrecisionPlot() {}

  /**
   * Writes the picture; none where no class has objects.
   *
   * @param file where it is written to
   * @param likeness what is at least 0.5 where something is found, such as the overlap
   * @param classes the classes
   * @throws dev.fovea.tensor.FoveaException if it cannot be written
   */
  static void write(Path file, String likeness, List<CocoClass> classes) {
    List<CocoClass> curves = classes.stream().filter(c -> !c.curves().isEmpty()).toList();
    if (curves.isEmpty()) {
      return;
    }
    XYChart chart = Charts.ofShares(title(likeness, curves.size()), "recall", 1, "precision");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSW);
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
    Charts.addCurve(chart, c.label(), String.format(Locale.ROOT, "AP50 %.3f", c.ap50()), x, y);
  }
}
