package dev.fovea.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.io.Text;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

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
 * @param speed what was measured
 * @param gain how many times as fast products of bfloat16 are as those of floats, if there are any
 * @param surroundings what the system or a container allows
 */
record Machine(
    String jdk,
    String system,
    String processor,
    int threads,
    long memory,
    long heap,
    Providers providers,
    Speed speed,
    OptionalDouble gain,
    Surroundings surroundings) {

  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final Path CPUS = Path.of("/proc/cpuinfo");

  /** Looks at this machine and measures it: a second or two where nothing else runs. */
  static Machine examine() {
    Providers providers = Providers.choose();
    int threads = Runtime.getRuntime().availableProcessors();
    return new Machine(
        property("java.vm.name") + " " + Runtime.version(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        name(CPUS),
        threads,
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        Runtime.getRuntime().maxMemory(),
        providers,
        Speed.measure(providers, threads),
        providers.chosen().gainOfBfloat16(MOMENT),
        Surroundings.examine());
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
    fields.put("remarks", providers.chosen().remarks());
    fields.put("problems", providers.problems());
    speed.peak().ifPresent(p -> fields.put("peak_gflops", rounded(p)));
    speed.peak().ifPresent(p -> fields.put("fraction_of_peak", rounded(speed.one() / p)));
    fields.put("convolution_gflops", rounded(speed.one()));
    fields.put("convolution_gflops_all_threads", rounded(speed.all()));
    gain.ifPresent(g -> fields.put("bfloat16_gain", rounded(g)));
    fields.putAll(surroundings.fields());
    fields.put("warnings", surroundings.warnings(heap, threads));
    return fields;
  }

  private static double rounded(double x) {
    return Math.round(x * 1000) / 1000.0;
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  /** Returns the processor's name where the system tells it in a file, otherwise its kind. */
  static String name(Path cpus) {
    try {
      // Of no sure encoding: what is not UTF-8 is replaced.
      String text = new String(Files.readAllBytes(cpus), StandardCharsets.UTF_8);
      return text.lines()
          .filter(l -> l.startsWith("model name"))
          .map(l -> Text.shown(l.substring(l.indexOf(':') + 1)))
          .findFirst()
          .orElse(property("os.arch"));
    } catch (IOException e) {
      return property("os.arch");
    }
  }
}
