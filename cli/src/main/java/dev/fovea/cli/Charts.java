package dev.fovea.cli;

import dev.fovea.vision.Images;
import java.awt.Color;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;

/** What all charts have in common: white paper, a legend below, numbers such as 0.08. */
final class Charts {
  private static final String NUMBERS = "0.####";

  /** The pattern of numbers of which the other shows no or all too many digits. */
  private static final String POWERS = "0.##E0";

  private Charts() {}

  /** Returns an empty chart. */
  static XYChart of(int width, int height, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setLocale(Locale.ROOT);
    styler.setXAxisDecimalPattern(NUMBERS);
    styler.setYAxisDecimalPattern(NUMBERS);
    return chart;
  }

  /**
   * Writes a chart as PNG.
   *
   * @throws dev.fovea.tensor.FoveaException if the file cannot be written
   */
  static void write(Path file, XYChart chart) {
    double largest =
        chart.getSeriesCollection().stream()
            .filter(s -> s.getYAxisGroup() == 0)
            .flatMapToDouble(s -> Arrays.stream(s.getYData()))
            .map(Math::abs)
            .filter(Double::isFinite)
            .max()
            .orElse(1);
    if (largest >= 1e6 || (largest > 0 && largest < 1e-2)) {
      chart.getStyler().setYAxisDecimalPattern(POWERS);
    }
    Images.writePng(file, BitmapEncoder.getBufferedImage(chart));
  }
}
