package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.io.AtomicFiles;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The page of all networks: a table in Markdown, and errors against operations as a picture. */
final class ZooPage {
  private static final int RUNS = 5;
  private static final long ENOUGH_NANOS = 1_500_000_000L;

  private ZooPage() {}

  /**
   * What was measured of a network.
   *
   * @param milliseconds the shortest time of one picture
   * @param bytes weights, folded and packed weights and intermediate results together
   */
  private record Measured(double milliseconds, long bytes) {}

  /**
   * Writes the page, and the picture beside it under the same name with the ending .png.
   *
   * @param measure whether every network is run on one picture
   */
  static void write(Path file, boolean measure) {
    String name = file.getFileName().toString();
    if (!name.endsWith(".md")) {
      throw new FoveaException("--write " + file + ": a name that ends in .md expected");
    }
    String picture = name.substring(0, name.length() - 2) + "png";
    List<String> rows = new ArrayList<>();
    for (Architecture a : Zoo.all()) {
      rows.add(line(a, measure ? Optional.of(measure(a)) : Optional.empty()));
    }
    List<String> lines = new ArrayList<>(head(picture, measure));
    lines.addAll(rows);
    AtomicFiles.write(file, String.join("\n", lines) + "\n");
    Charts.write(file.resolveSibling(picture), ZooChart.of(Zoo.all()));
  }

  private static List<String> head(String picture, boolean measure) {
    List<String> lines = new ArrayList<>();
    lines.add("# The zoo");
    lines.add("");
    lines.add("Written by `./fovea zoo --write docs/zoo.md" + (measure ? " --measure`." : "`."));
    lines.add(
        "Parameters are trainable ones; running statistics are not among them. FLOPs are those");
    lines.add(
        "of one picture of the given shape, a multiply-add counting as two. Errors are those");
    lines.add(
        "that the papers report on the validation images of ImageNet, in percent. Time is the");
    lines.add("shortest of one picture at a time and memory that of weights, plan and results,");
    if (measure) {
      int threads = Engine.shared().threads();
      double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
      lines.add(
          String.format(
              Locale.ROOT,
              "measured with %d threads, at the end under a load of %.1f: where that is more than"
                  + " the threads, other programs took their share and times are too long.",
              threads,
              load));
    } else {
      lines.add("not measured here: add `--measure`.");
    }
    lines.add("");
    lines.add("![error against operations](" + picture + ")");
    lines.add("");
    lines.add(
        "| name | network | year | input | parameters | FLOPs | top-1 | top-5 | measured how | ms |"
            + " MiB | paper |");
    lines.add("|---|---|---|---|---:|---:|---:|---:|---|---:|---:|---|");
    return lines;
  }

  private static String line(Architecture a, Optional<Measured> measured) {
    Summary s = summary(a);
    List<String> cells =
        List.of(
            "`" + a.name() + "`",
            a.title(),
            Integer.toString(a.year()),
            a.input().times(),
            String.format(Locale.ROOT, "%,d", s.trainable()),
            ZooCommand.scaled(s.flops()),
            percent(a.published().top1()),
            percent(a.published().top5()),
            a.published().how(),
            measured.map(m -> ZooCommand.threeDigits(m.milliseconds)).orElse(""),
            measured.map(m -> ZooCommand.threeDigits(m.bytes / 1048576.0)).orElse(""),
            a.paper());
    return "| " + String.join(" | ", cells) + " |";
  }

  private static String percent(OptionalDouble error) {
    return error.isPresent() ? String.format(Locale.ROOT, "%.2f", error.getAsDouble()) : "";
  }

  private static Summary summary(Architecture a) {
    return ZooCommand.summary(a);
  }

  private static Measured measure(Architecture a) {
    Model model = a.model(Scale.full(a.classes()), a.input(), Seed.of(0), Engine.shared());
    Tensor picture = Tensor.zeros(a.input().prepend(1));
    model.run(picture);
    List<Long> times = new ArrayList<>();
    long begin = System.nanoTime();
    while (times.size() < RUNS || System.nanoTime() - begin < ENOUGH_NANOS) {
      long from = System.nanoTime();
      model.run(picture);
      times.add(System.nanoTime() - from);
    }
    long weights = 4L * model.parameters().values().length;
    double fastest = Collections.min(times) / 1e6;
    return new Measured(fastest, weights + model.inference().bytes(1));
  }
}
