package dev.fovea.cli;

import dev.fovea.insight.convolution.ConvolutionWay;
import dev.fovea.insight.convolution.WayTimes;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures one convolution in four ways over the size of its kernel. */
@Command(
    name = "convolve",
    header = "Measure one convolution in four ways: definition, im2col, FFT, Winograd.",
    description = {
      "Times are those of the readable code of the module insight on one thread, for a picture of"
          + " one channel; the engine's own kernels are many times faster."
    },
    footer = {
      "",
      "Examples:",
      "  fovea convolve",
      "  fovea convolve --size 128 --kernels 3,7,15,31 --out ways.png"
    })
final class ConvolveCommand implements Runnable {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 560;
  private static final int LARGEST = 512;

  @Option(
      names = "--size",
      paramLabel = "N",
      defaultValue = "64",
      description = "The height and width of the picture. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--kernels",
      paramLabel = "K,K,…",
      split = ",",
      defaultValue = "1,3,5,7,9,11,13,15,19,23,27,31",
      description = "The heights and widths of the kernels. Default: ${DEFAULT-VALUE}.")
  private List<Integer> kernels = List.of();

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "9",
      description = "How often each is measured; the least counts. Default: ${DEFAULT-VALUE}.")
  private int turns;

  @Option(names = "--out", paramLabel = "PNG", description = "The chart to write.")
  private @Nullable Path out;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    Path to = LookedAt.requireEnding(out, ".png");
    if (Range.atLeast("--size", size, 1) > LARGEST) {
      throw new FoveaException("--size: at most " + LARGEST + ", got " + size);
    }
    WayTimes times = WayTimes.measure(size, kernels.stream().sorted().toList(), turns);
    if (to != null) {
      Charts.write(to, chart(times));
    }
    if (json) {
      System.out.println(Json.write(fields(times)));
    } else {
      print(times);
    }
  }

  private static void print(WayTimes times) {
    Table table = new Table("kernel", "way", "multiplications", "ms");
    for (WayTimes.Row r : times.rows()) {
      r.millis().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(e ->
              table.row(
                  r.kernel() + "×" + r.kernel(),
                  e.getKey().text(),
                  String.format(
                      Locale.ROOT, "%,d", r.multiplications().getOrDefault(e.getKey(), 0L)),
                  String.format(Locale.ROOT, "%.3f", e.getValue())));
    }
    System.out.print(table);
    System.out.println(
        times
            .fftWinsFrom()
            .map(k -> "FFT takes less time than the definition from %s×%s on".formatted(k, k))
            .orElse("FFT takes more time than the definition at the largest kernel"));
  }

  private static Map<String, Object> fields(WayTimes times) {
    List<Object> rows = new ArrayList<>();
    for (WayTimes.Row r : times.rows()) {
      Map<String, Object> ways = new LinkedHashMap<>();
      r.millis()
          .forEach((way, ms) ->
              ways.put(
                  way.text(),
                  Map.of(
                      "milliseconds",
                      ms,
                      "multiplications",
                      r.multiplications().getOrDefault(way, 0L))));
      rows.add(Map.of("kernel", r.kernel(), "ways", ways));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("size", times.size());
    fields.put("rows", rows);
    times.fftWinsFrom().ifPresent(k -> fields.put("fft_wins_from", k));
    return fields;
  }

  private static XYChart chart(WayTimes times) {
    XYChart chart =
        Charts.of(
            WIDTH,
            HEIGHT,
            "One channel of %s×%s, convolved in four ways".formatted(times.size(), times.size()),
            "height and width of the kernel",
            "milliseconds");
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisDecimalPattern("0.###");
    for (ConvolutionWay way : ConvolutionWay.values()) {
      List<WayTimes.Row> rows =
          times.rows().stream().filter(r -> r.millis().containsKey(way)).toList();
      double[] x = rows.stream().mapToDouble(WayTimes.Row::kernel).toArray();
      double[] y = rows.stream().mapToDouble(r -> r.millis().getOrDefault(way, 0.0)).toArray();
      if (x.length > 0) {
        chart.addSeries(way.text(), x, y).setMarker(SeriesMarkers.CIRCLE);
      }
    }
    return chart;
  }
}
