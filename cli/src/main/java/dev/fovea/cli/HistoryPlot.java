package dev.fovea.cli;

import dev.fovea.tensor.FoveaException;
import dev.fovea.train.Evaluator;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The curves of a training: loss and the first figure, such as accuracy, after each epoch. */
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
    XYChart chart = Charts.of(WIDTH, HEIGHT, title, "epoch", "loss");
    XYStyler styler = chart.getStyler();
    styler.putYAxisGroupDecimalPatternMap(1, styler.getYAxisDecimalPattern());
    styler.setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
    Optional<String> figure =
        history.epochs().stream()
            .map(e -> e.validation().orElse(e.train()))
            .flatMap(scores -> scores.metrics().keySet().stream())
            .filter(name -> !name.startsWith(Evaluator.PART))
            .findFirst();
    figure.ifPresent(name -> chart.setYAxisGroupTitle(1, name));
    add(chart, "loss, train", history, e -> e.train().loss(), 0);
    add(chart, "loss, test", history, e -> test(e, Scores::loss), 0);
    figure.ifPresent(name ->
        add(
            chart,
            name + ", test",
            history,
            e -> test(e, s -> s.metrics().getOrDefault(name, Double.NaN)),
            1));
    Charts.write(file, chart);
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
