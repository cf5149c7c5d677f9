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
 * @param musl whether the C library of this process is musl, as in Alpine Linux
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
    return new Surroundings(memory(root), processors(root), hasMusl(root), writes(temporary));
  }

  /** By files of version 2 of control groups, else of version 1. */
  private static OptionalLong memory(Path root) {
    OptionalLong limit =
        groups(root, "")
            .map(g -> number(g.resolve("memory.max")))
            .flatMapToLong(OptionalLong::stream)
            .min();
    return limit.isPresent()
        ? limit
        : groups(root, "memory")
            .map(g -> number(g.resolve("memory.limit_in_bytes")))
            .flatMapToLong(OptionalLong::stream)
            .min();
  }

  private static OptionalDouble processors(Path root) {
    Stream<OptionalDouble> second =
        groups(root, "")
            .map(g -> text(g.resolve("cpu.max")).split(" ", -1))
            .filter(both -> both.length == 2)
            .map(both -> share(number(both[0]), number(both[1])));
    Stream<OptionalDouble> first =
        groups(root, "cpu")
            .map(g ->
                share(
                    number(g.resolve("cpu.cfs_quota_us")), number(g.resolve("cpu.cfs_period_us"))));
    return Stream.concat(second, first).flatMapToDouble(OptionalDouble::stream).min();
  }

  private static OptionalDouble share(OptionalLong quota, OptionalLong period) {
    return quota.orElse(0) > 0 && period.orElse(0) > 0
        ? OptionalDouble.of((double) quota.getAsLong() / period.getAsLong())
        : OptionalDouble.empty();
  }

  /**
   * Returns the folders of the control group of this process and of those around it, each of which
   * may have limits.
   *
   * @param controller what is limited; empty for version 2, which has one tree for all
   */
  private static Stream<Path> groups(Path root, String controller) {
    Path all = root.resolve("sys/fs/cgroup").resolve(controller);
    Path own = all;
    for (String line : text(root.resolve("proc/self/cgroup")).split("\n", -1)) {
      String[] parts = line.split(":", 3); // a number, controllers, and the path of the group
      if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains(controller)) {
        Path group = all.resolve(parts[2].replaceFirst("^/+", "")).normalize();
        own = group.startsWith(all) ? group : all; // .. where it lies outside of what is seen here
      }
    }
    return Stream.iterate(own, g -> g.startsWith(all), Path::getParent);
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

  /** By the libraries that this process has loaded: musl may be installed beside another one. */
  private static boolean hasMusl(Path root) {
    return text(root.resolve("proc/self/maps")).contains("/ld-musl-");
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
                + ": the JVM needs memory beside it, or the system ends it;"
                + " -XX:MaxRAMPercentage=70");
      } else if (share < LEAST_HEAP) {
        lines.add(
            both + ": much is not used; -XX:MaxRAMPercentage=70 in FOVEA_JAVA_OPTS gives more");
      }
    }
    if (processors.isPresent() && processors.getAsDouble() < threads) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%.2f processors for %d threads: the system stops them again and again; limit to"
                  + " whole processors, or give --threads",
              processors.getAsDouble(),
              threads));
    }
    if (!writesTemporary) {
      lines.add(
          "the temporary folder cannot be written: the studio and shell need one,"
              + " -Djava.io.tmpdir=DIR names another");
    }
    if (musl) {
      lines.add(
          "musl is the C library: native libraries of benchmarks and tests do not load; Fovea has"
              + " none");
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
