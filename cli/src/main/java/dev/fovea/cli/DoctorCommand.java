package dev.fovea.cli;

import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.io.Json;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what this machine offers and what Fovea makes of it. */
@Command(
    name = "doctor",
    header = "Show JDK, processor, kernels, memory and the measured speed of this machine.",
    footer = {"", "Examples:", "  fovea doctor", "  fovea doctor --json"})
final class DoctorCommand implements Runnable {
  /** A convolution of more per cent of the peak was measured while the peak was disturbed. */
  private static final double BUSY = 105;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    Machine machine = Machine.examine();
    if (json) {
      System.out.println(Json.write(machine.fields()));
    } else {
      print(machine);
    }
  }

  private static void print(Machine m) {
    line("fovea", Version.TEXT);
    line("JDK", m.jdk());
    line("system", m.system());
    line("processor", m.processor());
    line("threads", Integer.toString(m.threads()));
    line("memory", gib(m.memory()) + ", of which the heap may take " + gib(m.heap()));
    Providers p = m.providers();
    line(
        "kernels",
        p.chosen().name()
            + ", vectors of "
            + p.chosen().vectorBits()
            + " bits ("
            + reason(p)
            + ")");
    p.chosen().remarks().forEach(remark -> line("", remark));
    p.problems().forEach(problem -> line("", "not used: " + problem));
    line(
        "FMA peak",
        m.speed().peak().isPresent()
            ? gflops(m.speed().peak().getAsDouble()) + " on one thread, measured"
            : "not measured: only vector kernels can");
    line("convolution", convolution(m));
    m.gain().ifPresent(g -> line("bfloat16", gain(g)));
    m.surroundings().warnings(m.heap(), m.threads()).forEach(w -> line("warning", w));
  }

  private static String convolution(Machine m) {
    return gflops(m.speed().one())
        + " on one thread"
        + share(m.speed())
        + ", "
        + gflops(m.speed().all())
        + " on "
        + m.threads()
        + " ("
        + Speed.CASE
        + ")";
  }

  /** Says how a convolution compares with the peak, which is too low if others ran meanwhile. */
  static String share(Speed speed) {
    if (speed.peak().isEmpty()) {
      return "";
    }
    double share = 100 * speed.one() / speed.peak().getAsDouble();
    return share > BUSY
        ? " (above the measured peak: other programs use the processor, measure again without them)"
        : String.format(Locale.ROOT, ", %.0f %% of the peak", share);
  }

  /** Says whether products of bfloat16 pay. */
  static String gain(double times) {
    return String.format(
        Locale.ROOT,
        "products %.2f times as fast as in floats, measured: --precision bf16 is %s",
        times,
        PrecisionCheck.pays(times) ? "accepted" : "refused without " + PrecisionCheck.FORCE);
  }

  private static String reason(Providers providers) {
    boolean forced = !System.getProperty(Providers.PROPERTY, "").isBlank();
    return forced
        ? "asked for with -D" + Providers.PROPERTY
        : "the first of those that can run here: "
            + String.join(", ", providers.chain().stream().map(KernelProvider::name).toList());
  }

  private static void line(String name, String value) {
    System.out.println(String.format(Locale.ROOT, "%-12s %s", name, value));
  }

  private static String gflops(double x) {
    return String.format(Locale.ROOT, "%.1f GFLOP/s", x);
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
