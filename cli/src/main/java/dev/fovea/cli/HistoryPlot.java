package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import dev.fovea.vision.Images;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The curves of a training: loss and accuracy after each epoch. */
final class HistoryPlot {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 420;

  private HistoryPlot() {}

  /**
   * Draws the curves into a PNG file.
   *
   * @throws FoveaException if the file cannot be written
   */
  static void write(Path file, String title, History history) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("epoch")
            .yAxisTitle("loss")
            .build();
    Styler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
    chart.setYAxisGroupTitle(1, "accuracy");
    add(chart, "loss, train", history, e -> e.train().loss(), 0);
    add(chart, "loss, test", history, e -> test(e, Scores::loss), 0);
    add(chart, "accuracy, test", history, e -> test(e, s -> s.metric("accuracy")), 1);
    BufferedImage image = BitmapEncoder.getBufferedImage(chart);
    Images.writePng(file, image);
  }

  private static double test(History.Epoch epoch, ToDoubleFunction<Scores> value) {
    return epoch.validation().map(value::applyAsDouble).orElse(Double.NaN);
  }

  private static void add(
      XYChart chart,
      String name,
      History history,
      ToDoubleFunction<History.Epoch> value,
      int axis) {
    List<History.Epoch> known =
        history.epochs().stream().filter(e -> Double.isFinite(value.applyAsDouble(e))).toList();
    if (known.isEmpty()) {
      return;
    }
    double[] x = known.stream().mapToDouble(History.Epoch::number).toArray();
    double[] y = known.stream().mapToDouble(value).toArray();
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.CIRCLE).setYAxisGroup(axis);
  }
}
