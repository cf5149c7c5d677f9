package dev.fovea.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the system or a container allows this process, beyond what the machine has.
 *
 * @param memory the limit of memory of the control group in bytes, if there is one
 * @param processors the limit of processors, such as 0.5, if there is one
 * @param musl whether the C library is musl, as in Alpine Linux
 * @param writesTemporary whether files can be written to the temporary folder
 */
record Surroundings(
    OptionalLong memory, OptionalDouble processors, boolean musl, boolean writesTemporary) {
  private static final double GIB = 1L << 30;
  private static final double MOST_HEAP = 0.8;
  private static final double LEAST_HEAP = 0.4;

  /** Looks at this process' system. */
  static Surroundings examine() {
    return examine(Path.of("/"), Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  /** Looks at a system whose files are below a folder. */
  static Surroundings examine(Path root, Path temporary) {
    Path groups = root.resolve("sys/fs/cgroup");
    OptionalLong memory =
        number(
            groups.resolve("memory.max"), number(groups.resolve("memory/memory.limit_in_bytes")));
    return new Surroundings(
        memory, processors(groups), hasMusl(root.resolve("lib")), writes(temporary));
  }

  private static OptionalDouble processors(Path groups) {
    String[] both = text(groups.resolve("cpu.max")).split(" ", -1); // quota and period
    OptionalLong quota = both.length == 2 ? number(both[0]) : OptionalLong.empty();
    OptionalLong period = both.length == 2 ? number(both[1]) : OptionalLong.empty();
    if (both.length != 2) {
      quota = number(groups.resolve("cpu/cpu.cfs_quota_us"));
      period = number(groups.resolve("cpu/cpu.cfs_period_us"));
    }
    return quota.orElse(0) > 0 && period.orElse(0) > 0
        ? OptionalDouble.of((double) quota.getAsLong() / period.getAsLong())
        : OptionalDouble.empty();
  }

  private static OptionalLong number(Path file, OptionalLong otherwise) {
    OptionalLong number = number(file);
    return number.isPresent() ? number : otherwise;
  }

  private static OptionalLong number(Path file) {
    return number(text(file));
  }

  /** Returns a number that a file of the kernel tells; none for words such as max, and for −1. */
  private static OptionalLong number(String text) {
    return text.matches("\\d{1,18}") // more is no limit either
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private static String text(Path file) {
    try {
      return Files.isReadable(file)
          ? new String(Files.readAllBytes(file), StandardCharsets.US_ASCII).strip()
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean hasMusl(Path libraries) {
    try (Stream<Path> files = Files.list(libraries)) {
      return files.anyMatch(f -> f.getFileName().toString().startsWith("ld-musl-"));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean writes(Path folder) {
    try {
      Files.delete(Files.createTempFile(folder, "fovea", ""));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns a line for each thing that can go wrong.
   *
   * @param heap the most the heap may take, in bytes
   * @param threads how many threads compute
   */
  List<String> warnings(long heap, int threads) {
    List<String> lines = new ArrayList<>();
    if (memory.isPresent()) {
      double share = (double) heap / memory.getAsLong();
      String both = gib(heap) + " of heap in a container of " + gib(memory.getAsLong());
      if (share > MOST_HEAP) {
        lines.add(
            both
                + ": the JVM needs memory beside it, or the system ends it; -XX:MaxRAMPercentage=70");
      } else if (share < LEAST_HEAP) {
        lines.add(
            both + ": much is not used; -XX:MaxRAMPercentage=70 in FOVEA_JAVA_OPTS gives more");
      }
    }
    if (processors.isPresent() && processors.getAsDouble() < threads) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%.2f processors for %d threads: the system stops them again and again; limit to whole"
                  + " processors, or give --threads",
              processors.getAsDouble(),
              threads));
    }
    if (!writesTemporary) {
      lines.add(
          "the temporary folder cannot be written: the studio and shell need one, -Djava.io.tmpdir=DIR"
              + " names another");
    }
    if (musl) {
      lines.add(
          "musl is the C library: native libraries of benchmarks and tests do not load; Fovea has none");
    }
    return lines;
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / GIB);
  }

  /** Returns the facts for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    memory.ifPresent(m -> fields.put("memory_limit_bytes", m));
    processors.ifPresent(p -> fields.put("processor_limit", p));
    fields.put("musl", musl);
    fields.put("writes_temporary", writesTemporary);
    return fields;
  }
}
