package dev.fovea.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** What a server takes while time passes: heap, memory of its process, open files. */
final class MemoryWatch {
  private static final int THIRDS = 3;
  private static final double MEBIBYTE = 1 << 20;
  private static final String RESIDENT = "VmRSS:";

  private final List<Sample> samples = new ArrayList<>();

  /**
   * One look.
   *
   * @param heap the bytes of heap in use
   * @param resident the bytes of the process in memory; 0 on systems without {@code /proc}
   * @param files the open files and connections; 0 there
   */
  record Sample(long heap, long resident, long files) {}

  /** Adds a look at a process that has told what its heap holds. */
  void add(long heap, long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    samples.add(new Sample(heap, resident(process.resolve("status")), files(process)));
  }

  private static long resident(Path status) {
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(l -> l.startsWith(RESIDENT))
          .mapToLong(l -> 1024 * Long.parseLong(l.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // another system
    }
  }

  private static long files(Path process) {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      return open.count();
    } catch (IOException e) {
      return 0; // another system
    }
  }

  /**
   * Returns in one line the least heap of each third of the time, which is what stays after a
   * collection, and the least memory and number of files of the process.
   */
  String report() {
    return "least heap in the first, second, last third: %s MiB; process: %s MiB; open files: %s"
        .formatted(
            thirds(s -> s.heap() / MEBIBYTE),
            thirds(s -> s.resident() / MEBIBYTE),
            thirds(s -> (double) s.files()));
  }

  private String thirds(Function<Sample, Double> of) {
    List<String> least = new ArrayList<>();
    int n = samples.size() / THIRDS;
    for (int i = 0; i < THIRDS; i++) {
      double value =
          samples.subList(i * n, (i + 1) * n).stream().map(of).min(Double::compare).orElse(0.0);
      least.add(String.format(Locale.ROOT, "%.0f", value));
    }
    return String.join(", ", least);
  }
}
