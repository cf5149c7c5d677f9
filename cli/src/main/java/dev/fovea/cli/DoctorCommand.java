package dev.fovea.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.io.Json;
import dev.fovea.kernel.KernelProvider;
import dev.fovea.kernel.Providers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what this machine offers and what Fovea makes of it. */
@Command(
    name = "doctor",
    header = "Show JDK, processor, kernels, memory and the measured speed of this machine.",
    footer = {"", "Examples:", "  fovea doctor", "  fovea doctor --json"})
final class DoctorCommand implements Runnable {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public void run() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("fovea", Version.TEXT);
    facts.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("os", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    facts.put("cpu", cpu());
    int threads = Runtime.getRuntime().availableProcessors();
    facts.put("threads", threads);
    facts.put("memory_bytes", physicalMemory());
    facts.put("heap_bytes", Runtime.getRuntime().maxMemory());
    Providers providers = Providers.choose();
    facts.put("kernels", providers.chosen().name());
    facts.put("vector_bits", providers.chosen().vectorBits());
    facts.put("problems", providers.problems());
    measure(providers.chosen(), threads, facts);
    if (json) {
      System.out.println(Json.write(facts));
    } else {
      print(facts, providers);
    }
  }

  private static void measure(KernelProvider chosen, int threads, Map<String, Object> facts) {
    OptionalDouble peak = chosen.peakGflops(Speed.MOMENT);
    double one = Speed.convolution(1);
    double all = threads == 1 ? one : Speed.convolution(threads);
    peak.ifPresent(
        p -> {
          facts.put("peak_gflops", rounded(p));
          facts.put("fraction_of_peak", rounded(one / p));
        });
    facts.put("convolution_gflops", rounded(one));
    facts.put("convolution_gflops_all_threads", rounded(all));
  }

  private static void print(Map<String, Object> facts, Providers providers) {
    line("fovea", facts.get("fovea"));
    line("JDK", facts.get("jdk"));
    line("system", facts.get("os"));
    line("processor", facts.get("cpu"));
    line("threads", facts.get("threads"));
    line(
        "memory",
        gib(facts.get("memory_bytes")) + ", of which the heap may take " + gib(facts.get("heap_bytes")));
    line(
        "kernels",
        facts.get("kernels")
            + ", vectors of "
            + facts.get("vector_bits")
            + " bits ("
            + reason(providers)
            + ")");
    providers.problems().forEach(p -> line("", "cannot run: " + p));
    line("FMA peak", peak(facts));
    line(
        "convolution",
        facts.get("convolution_gflops")
            + " GFLOP/s on one thread"
            + fraction(facts)
            + ", "
            + facts.get("convolution_gflops_all_threads")
            + " on "
            + facts.get("threads")
            + " ("
            + Speed.CASE
            + ")");
  }

  private static String reason(Providers providers) {
    boolean forced = !System.getProperty(Providers.PROPERTY, "").isBlank();
    return forced
        ? "asked for with -D" + Providers.PROPERTY
        : "the first of those that can run here: "
            + String.join(", ", providers.chain().stream().map(KernelProvider::name).toList());
  }

  private static String peak(Map<String, Object> facts) {
    Object peak = facts.get("peak_gflops");
    return peak == null
        ? "not measured: only vector kernels can"
        : peak + " GFLOP/s on one thread, measured";
  }

  private static String fraction(Map<String, Object> facts) {
    return facts.get("fraction_of_peak") instanceof Double f
        ? String.format(Locale.ROOT, ", %.0f %% of the peak", 100 * f)
        : "";
  }

  private static void line(String name, Object value) {
    System.out.println(String.format(Locale.ROOT, "%-12s %s", name, value));
  }

  private static String gib(Object bytes) {
    return bytes instanceof Long b
        ? String.format(Locale.ROOT, "%.1f GiB", b / (double) (1L << 30))
        : "unknown";
  }

  private static double rounded(double x) {
    return Math.round(x * 1000) / 1000.0;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private static long physicalMemory() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** Returns the processor's name where the system tells it in a file, otherwise its kind. */
  private static String cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(property("os.arch"));
    } catch (IOException e) {
      return property("os.arch");
    }
  }
}
