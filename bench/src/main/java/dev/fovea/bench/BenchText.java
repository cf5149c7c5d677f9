package dev.fovea.bench;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Rows as text, one line each as soon as it is there. */
final class BenchText {
  /** What a contestant is missing is said once, where it is the same for every row. */
  private final Set<String> told = new HashSet<>();

  /** Returns the lines above the rows. */
  static String head(String machine, int threads, int rounds, double seconds) {
    return String.format(
            Locale.ROOT,
            "%s%nthreads %d, %d rounds of %s s, medians of rounds (shortest–longest); peers: ms, peer /"
                + " Fovea, MB%n",
            machine,
            threads,
            rounds,
            seconds == Math.rint(seconds) ? "" + (long) seconds : "" + seconds)
        + String.format(
            Locale.ROOT,
            "%-10s %-5s %5s %10s %-19s %10s %8s %6s %6s",
            "net",
            "mode",
            "batch",
            "ms",
            "",
            "images/s",
            "GFLOP/s",
            "peak",
            "MB");
  }

  /** Returns the lines of a row. */
  String row(Result r) {
    Case c = r.what();
    String start =
        String.format(Locale.ROOT, "%-10s %-5s %5d ", c.net(), c.mode().label(), c.batch());
    List<String> lines = new ArrayList<>();
    boolean ours = r.samples().containsKey(Result.FOVEA);
    String peers = r.peers().stream().map(n -> peer(r, n)).collect(Collectors.joining(""));
    lines.add(start + (ours ? fovea(r) : "not measured") + peers);
    r.missing()
        .forEach((name, why) -> {
          String line = "  " + name + " is missing: " + why;
          if (told.add(line)) {
            lines.add(line);
          }
        });
    return String.join(System.lineSeparator(), lines);
  }

  private static String fovea(Result r) {
    return String.format(
        Locale.ROOT,
        "%10s %-19s %10s %8.1f %6s %6s",
        ms(r.ms(Result.FOVEA)),
        "("
            + r.spread(Result.FOVEA).stream().map(BenchText::ms).collect(Collectors.joining("–"))
            + ")",
        String.format(Locale.ROOT, "%,.0f", r.imagesPerSecond()),
        r.gflops(),
        percent(r.fractionOfPeak()),
        megabytes(r.megabytes(Result.FOVEA)));
  }

  private static String peer(Result r, String name) {
    OptionalDouble ratio = r.ratio(name);
    return String.format(
        Locale.ROOT,
        " | %s %s %s %s",
        name,
        ms(r.ms(name)),
        ratio.isPresent() ? String.format(Locale.ROOT, "%.2f×", ratio.getAsDouble()) : "n/a",
        megabytes(r.megabytes(name)));
  }

  private static String ms(double ms) {
    return String.format(Locale.ROOT, ms < 1 ? "%.4f" : ms < 100 ? "%.2f" : "%.0f", ms);
  }

  static String percent(OptionalDouble part) {
    return part.isPresent()
        ? String.format(Locale.ROOT, "%.0f %%", 100 * part.getAsDouble())
        : "n/a";
  }

  private static String megabytes(OptionalDouble mb) {
    return mb.isPresent() ? String.format(Locale.ROOT, "%.0f", mb.getAsDouble()) : "n/a";
  }
}
