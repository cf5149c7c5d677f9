package dev.fovea.cli;

import dev.fovea.io.Text;
import dev.fovea.vision.Images;
import java.awt.Color;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.series.Series;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What all charts have in common: white paper, a legend below, numbers such as 0.08. */
final class Charts {
  private static final String NUMBERS = "0.####";
  private static final int SIDE = 560;
  private static final int LONGEST_NAME = 24;

  /** At least so many pixels lie between two numbers at the axis. */
  private static final int TICK = 90;

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

  /** Returns an empty chart of curves whose values are shares, 0 to 1. */
  static XYChart ofShares(String title, String x, double most, String y) {
    XYChart chart = of(SIDE, SIDE, title, x, y);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(most);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.05);
    chart.getStyler().setXAxisTickMarkSpacingHint(TICK);
    return chart;
  }

  /**
   * Adds a curve.
   *
   * @param name what it is of; long names are cut
   * @param figure what is told beside the name
   */
  static void addCurve(XYChart chart, String name, String figure, double[] x, double[] y) {
    String title = Text.cut(name, LONGEST_NAME) + ", " + figure;
    // Names that were cut may be the same, and a chart has each once.
    List<String> names = chart.getSeriesCollection().stream().map(Series::getName).toList();
    String unique = title;
    for (int i = 2; names.contains(unique); i++) {
      unique = title + " (" + i + ")";
    }
    chart.addSeries(unique, x, y).setMarker(SeriesMarkers.NONE);
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
