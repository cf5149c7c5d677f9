package dev.fovea.bench;

import dev.fovea.io.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Times and roofline of all steps.
 *
 * @param what the case
 * @param atOnce how many samples one run computes
 * @param rows the steps in their order
 * @param whole the median time of a whole run in milliseconds
 * @param peak the FMA peak in GFLOP/s
 * @param bandwidth the bandwidth of memory in GB/s
 */
record LayerReport(
    Case what, int atOnce, List<LayerRow> rows, double whole, double peak, double bandwidth) {
  private static final String[] TITLES = {
    "layer",
    "op",
    "output",
    "algorithm",
    ">ms",
    ">share",
    ">GFLOP/s",
    ">MB",
    ">GB/s",
    ">bound ms",
    ">of bound"
  };

  /** Returns the table, then the sums per kind of op and per algorithm. */
  String text() {
    Table table = new Table(TITLES);
    rows.forEach(r ->
        table.row(cells(r.path(), r.op(), r.output(), r.algorithm(), Sums.of(this, List.of(r)))));
    table.row(cells("total", "", "", "", Sums.of(this, rows)));
    return String.format(
            Locale.ROOT,
            "%s, %d threads together on %d samples: %.3f ms per run; FMA peak %.0f GFLOP/s, memory"
                + " %.1f GB/s%nGFLOP/s count operations by definition: Winograd's convolution needs"
                + " fewer and may pass the bound, as may what lies in caches%n%n",
            what,
            what.threads(),
            atOnce,
            whole,
            peak,
            bandwidth)
        + table
        + System.lineSeparator()
        + sums("op", LayerRow::kind)
        + System.lineSeparator()
        + sums("algorithm", LayerRow::algorithm);
  }

  private String sums(String title, Function<LayerRow, String> by) {
    Table table =
        new Table(
            title, ">steps", ">ms", ">share", ">GFLOP/s", ">MB", ">GB/s", ">bound ms", ">of bound");
    group(by)
        .forEach((name, group) -> {
          String[] all = cells(name, "", "", "", Sums.of(this, group));
          String[] row = new String[9];
          row[0] = name;
          row[1] = "" + group.size();
          System.arraycopy(all, 4, row, 2, 7);
          table.row(row);
        });
    return table.toString();
  }

  /** Groups rows by a name, the group that takes longest first. */
  private Map<String, List<LayerRow>> group(Function<LayerRow, String> by) {
    Map<String, List<LayerRow>> groups = new LinkedHashMap<>();
    rows.forEach(r -> groups.computeIfAbsent(by.apply(r), n -> new ArrayList<>()).add(r));
    Map<String, List<LayerRow>> sorted = new LinkedHashMap<>();
    groups.entrySet().stream()
        .sorted(Comparator.comparingDouble(e -> -Sums.of(this, e.getValue()).ms()))
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  /** Sums over some rows. */
  private record Sums(double ms, double share, double gflops, double mb, double gbs, double bound) {
    static Sums of(LayerReport r, List<LayerRow> rows) {
      double ms = rows.stream().mapToDouble(LayerRow::ms).sum();
      double all = r.rows.stream().mapToDouble(LayerRow::ms).sum();
      double flops = rows.stream().mapToDouble(LayerRow::flops).sum();
      double bytes = rows.stream().mapToDouble(LayerRow::bytes).sum();
      double bound = rows.stream().mapToDouble(x -> x.bound(r.peak, r.bandwidth)).sum();
      return new Sums(ms, ms / all, flops / ms * 1e-6, bytes * 1e-6, bytes / ms * 1e-6, bound);
    }

    double ofBound() {
      return bound / ms;
    }
  }

  private static String[] cells(String path, String op, String output, String algorithm, Sums s) {
    return new String[] {
      path,
      op,
      output,
      algorithm,
      format("%.3f", s.ms),
      format("%.1f %%", 100 * s.share),
      format("%.1f", s.gflops),
      format("%.2f", s.mb),
      format("%.1f", s.gbs),
      format("%.3f", s.bound),
      format("%.0f %%", 100 * s.ofBound())
    };
  }

  private static String format(String format, double x) {
    return String.format(Locale.ROOT, format, x);
  }

  /** Returns one object per step and a last one for the whole, for JSON. */
  List<Map<String, Object>> json() {
    List<Map<String, Object>> all = new ArrayList<>();
    for (LayerRow r : rows) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("layer", r.path());
      fields.put("op", r.op());
      fields.put("output", r.output());
      fields.put("algorithm", r.algorithm());
      put(fields, Sums.of(this, List.of(r)));
      all.add(fields);
    }
    Map<String, Object> total = new LinkedHashMap<>();
    total.put("net", what.net());
    total.put("mode", what.mode().label());
    total.put("batch", what.batch());
    total.put("threads", what.threads());
    total.put("at_once", atOnce);
    total.put("whole_ms", Result.rounded(whole));
    if (!Double.isNaN(peak)) {
      total.put("peak_gflops", Result.rounded(peak));
    }
    total.put("memory_gb_per_s", Result.rounded(bandwidth));
    put(total, Sums.of(this, rows));
    all.add(total);
    return all;
  }

  private static void put(Map<String, Object> fields, Sums s) {
    fields.put("ms", Result.rounded(s.ms));
    fields.put("share", Result.rounded(s.share));
    fields.put("gflops", Result.rounded(s.gflops));
    fields.put("mb", Result.rounded(s.mb));
    fields.put("gb_per_s", Result.rounded(s.gbs));
    fields.put("bound_ms", Result.rounded(s.bound));
    fields.put("fraction_of_bound", Result.rounded(s.ofBound()));
  }
}
