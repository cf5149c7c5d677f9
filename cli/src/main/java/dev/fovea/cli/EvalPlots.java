package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.train.Calibration;
import dev.fovea.train.ConfusionMatrix;
import dev.fovea.train.Outcomes;
import dev.fovea.train.RocCurve;
import dev.fovea.vision.ConfusionPicture;
import dev.fovea.vision.Images;
import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The pictures of an evaluation: confusion matrix, reliability diagram, ROC curves. */
final class EvalPlots {
  static final int BINS = 10;
  private static final int SIDE = 560;
  private static final int MOST_CURVES = 12;
  private static final int LONGEST_NAME = 24;

  private EvalPlots() {}

  /**
   * Writes confusion.png, reliability.png and roc.png into a folder.
   *
   * @throws dev.fovea.tensor.FoveaException if one cannot be written
   */
  static void write(Path folder, Outcomes outcomes) {
    Images.writePng(folder.resolve("confusion.png"), ConfusionPicture.of(outcomes.confusion()));
    XYChart reliability = chart("reliability", "probability", "share of right answers");
    add(reliability, "as it is", outcomes.calibration(BINS));
    double t = outcomes.bestTemperature();
    Calibration tempered = outcomes.tempered(t).calibration(BINS);
    add(reliability, String.format(Locale.ROOT, "temperature %.2f", t), tempered);
    diagonal(reliability);
    Charts.write(folder.resolve("reliability.png"), reliability);
    XYChart roc = chart("ROC", "share of others taken for it", "share found");
    ConfusionMatrix matrix = outcomes.confusion();
    for (int c = 0; c < Math.min(MOST_CURVES, outcomes.classes()); c++) {
      if (matrix.samples(c) > 0 && matrix.samples(c) < outcomes.size()) {
        addRoc(roc, outcomes, c);
      }
    }
    diagonal(roc);
    Charts.write(folder.resolve("roc.png"), roc);
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart = Charts.of(SIDE, SIDE, title, x, y);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideSE);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    return chart;
  }

  private static void add(XYChart chart, String name, Calibration calibration) {
    List<Calibration.Bin> bins = calibration.bins().stream().filter(b -> b.count() > 0).toList();
    double[] x = bins.stream().mapToDouble(Calibration.Bin::confidence).toArray();
    double[] y = bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray();
    String error = String.format(Locale.ROOT, ", error %.3f", calibration.expectedError());
    chart.addSeries(name + error, x, y).setMarker(SeriesMarkers.CIRCLE);
  }

  private static void addRoc(XYChart chart, Outcomes outcomes, int c) {
    RocCurve curve = outcomes.roc(c);
    double[] x = curve.points().stream().mapToDouble(RocCurve.Point::falsePositives).toArray();
    double[] y = curve.points().stream().mapToDouble(RocCurve.Point::truePositives).toArray();
    String name =
        String.format(
            Locale.ROOT, "%s, area %.3f", Text.cut(outcomes.name(c), LONGEST_NAME), curve.area());
    chart.addSeries(c + " " + name, x, y).setMarker(SeriesMarkers.NONE);
  }

  private static void diagonal(XYChart chart) {
    chart
        .addSeries("diagonal", new double[] {0, 1}, new double[] {0, 1})
        .setMarker(SeriesMarkers.NONE)
        .setLineColor(Color.LIGHT_GRAY);
  }
}
