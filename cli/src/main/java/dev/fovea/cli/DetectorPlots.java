package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.systems.measure.CocoClass;
import dev.fovea.systems.measure.Curve;
import dev.fovea.vision.ConfusionPicture;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of a detector's evaluation: precision over recall, and what is taken for what. */
final class DetectorPlots {
  private static final int SIDE = 560;
  private static final int MOST_CURVES = 12;
  private static final int LONGEST_NAME = 24;

  private DetectorPlots() {}

  /**
   * Writes precision.png and confusion.png into a folder.
   *
   * @throws dev.fovea.tensor.FoveaException if one cannot be written
   */
  static void write(Path folder, DetectorEval eval) {
    List<CocoClass> curves =
        eval.coco().classes().stream().filter(c -> !c.curves().isEmpty()).toList();
    XYChart chart = Charts.of(SIDE, SIDE, title(curves.size()), "recall", "precision");
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSW);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.05);
    curves.stream().limit(MOST_CURVES).forEach(c -> add(chart, c));
    if (!curves.isEmpty()) {
      Charts.write(folder.resolve("precision.png"), chart);
    }
    Images.writePng(folder.resolve("confusion.png"), ConfusionPicture.of(eval.used()));
  }

  /** Returns the title, which says so if only some of the classes with objects have a curve. */
  static String title(int classes) {
    String shown =
        classes > MOST_CURVES ? ", first %s of %s classes".formatted(MOST_CURVES, classes) : "";
    return "precision at an overlap of 0.5" + shown;
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
