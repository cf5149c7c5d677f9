package dev.fovea.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.kernel.Providers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What this machine offers and what was measured on it.
 *
 * @param jdk name and version of the JVM
 * @param system name, version and kind of the operating system
 * @param processor the processor's name
 * @param threads how many threads run at once
 * @param memory the machine's memory in bytes
 * @param heap the most the heap may take in bytes
 * @param providers the kernels
 * @param peak the most GFLOP/s of one thread, if it could be measured
 * @param one the GFLOP/s of a convolution on one thread
 * @param all the GFLOP/s of a convolution on all threads
 */
record Machine(
    String jdk,
    String system,
    String processor,
    int threads,
    long memory,
    long heap,
    Providers providers,
    OptionalDouble peak,
    double one,
    double all) {

  /** Looks at this machine and measures it for about a second. */
  static Machine examine() {
    Providers providers = Providers.choose();
    int threads = Runtime.getRuntime().availableProcessors();
    OptionalDouble peak = providers.chosen().peakGflops(Speed.MOMENT);
    double one = Speed.convolution(1);
    return new Machine(
        property("java.vm.name") + " " + Runtime.version(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        name(),
        threads,
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        Runtime.getRuntime().maxMemory(),
        providers,
        peak,
        one,
        threads == 1 ? one : Speed.convolution(threads));
  }

  /** Returns the facts for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("fovea", Version.TEXT);
    fields.put("jdk", jdk);
    fields.put("os", system);
    fields.put("cpu", processor);
    fields.put("threads", threads);
    fields.put("memory_bytes", memory);
    fields.put("heap_bytes", heap);
    fields.put("kernels", providers.chosen().name());
    fields.put("vector_bits", providers.chosen().vectorBits());
    fields.put("problems", providers.problems());
    peak.ifPresent(p -> fields.put("peak_gflops", rounded(p)));
    peak.ifPresent(p -> fields.put("fraction_of_peak", rounded(one / p)));
    fields.put("convolution_gflops", rounded(one));
    fields.put("convolution_gflops_all_threads", rounded(all));
    return fields;
  }

  private static double rounded(double x) {
    return Math.round(x * 1000) / 1000.0;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  /** Returns the processor's name where the system tells it in a file, otherwise its kind. */
  private static String name() {
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
