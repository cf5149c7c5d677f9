package dev.fovea.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a server takes while time passes: heap, memory of its process, open files. */
final class MemoryWatch {
  /** Into how many parts the time is divided. */
  static final int THIRDS = 3;

  /**
   * By how much the heap may grow: there may be a model more while one is replaced, of 6 MiB with
   * its programs. Of what is kept of each replacement, or of each answer, an hour makes far more.
   */
  private static final long GROWTH = 8 << 20;

  /** How long before the end of a third collections begin; in a short time, half a third. */
  private static final long LEAD_NANOS = 15_000_000_000L;

  private static final double MEBIBYTE = 1 << 20;
  private static final String RESIDENT = "VmRSS:";

  private final List<Sample> samples = new ArrayList<>();
  private final List<Long> collected = new ArrayList<>();

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

  /**
   * Returns after which part of the time the collections of a third begin: some seconds before its
   * end, so that those of the last third, too, meet a server under load.
   *
   * @param third 1 to {@link #THIRDS}
   */
  static long collectionNanos(long all, int third) {
    return all / THIRDS * third - Math.min(LEAD_NANOS, all / THIRDS / 2);
  }

  /** Adds what the heap held towards the end of a third, after collections. */
  void addCollected(long heap) {
    collected.add(heap);
  }

  /** Returns what is wrong if the last third has left clearly more in the heap than the second. */
  Optional<String> grown() {
    if (collected.size() < THIRDS || collected.get(2) - collected.get(1) <= GROWTH) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the heap grew from %.0f to %.0f MiB in the last third, by at most %.0f expected",
            collected.get(1) / MEBIBYTE,
            collected.get(2) / MEBIBYTE,
            GROWTH / MEBIBYTE));
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
   * Returns in one line the least heap of each third of the time, the heap after collections
   * towards its end, and the least memory and number of files of the process.
   */
  String report() {
    return ("least heap in the first, second, last third: %s MiB; after collections towards its"
            + " end: %s MiB; process: %s MiB; open files: %s")
        .formatted(
            thirds(s -> s.heap() / MEBIBYTE),
            collected.stream()
                .map(heap -> String.format(Locale.ROOT, "%.0f", heap / MEBIBYTE))
                .collect(Collectors.joining(", ")),
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
