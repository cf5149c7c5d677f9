package dev.fovea.io.testing;

import com.sun.management.ThreadMXBean;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a reader with damaged files: each must be read or refused in one line, within seconds and
 * bounds of memory.
 *
 * @param name the reader's name, for reports
 * @param file where mutants are written
 * @param reader reads the file
 */
public record Fuzz(String name, Path file, Reader reader) {
  /** Processor time of one file at most. */
  private static final long MAX_NANOS = 5_000_000_000L;

  /** Whatever processor time it has had, a file is given up after this. */
  private static final long MAX_WALL_NANOS = 120_000_000_000L;

  private static final long MAX_BYTES = 512L << 20;
  private static final int LONGEST_LINE = 4000;
  private static final int MOST_FINDINGS = 5;

  /** Reads a file. */
  public interface Reader {
    /** Reads it. */
    void read(Path file);
  }

  /**
   * What came of many mutants.
   *
   * @param read how many were read
   * @param refused how many were refused in one line
   * @param findings what else happened, one line each
   * @param slowest the longest processor time in nanoseconds
   * @param largest the most memory that one took in bytes
   * @param total the processor time of all in nanoseconds
   */
  public record Outcome(
      int read, int refused, List<String> findings, long slowest, long largest, long total) {
    /** Returns the numbers in one line. */
    public String line(String name) {
      return String.format(
          Locale.ROOT,
          "fuzz %s: %d read, %d refused in %.1f s, slowest %.1f ms, largest %.1f MiB",
          name,
          read,
          refused,
          total * 1e-9,
          slowest * 1e-6,
          largest / (double) (1 << 20));
    }
  }

  /** Reads mutants {@code from} to {@code to}. */
  public Outcome run(Mutator mutator, long from, long to) {
    Tally tally = new Tally();
    AtomicLong current = new AtomicLong(from);
    // A daemon: what hangs is left behind and reported.
    Thread worker = new Thread(null, () -> all(mutator, current, to, tally), "fuzz", 1 << 20);
    worker.setDaemon(true);
    worker.start();
    long seen = from;
    long since = System.nanoTime();
    try {
      while (!worker.join(Duration.ofSeconds(1))) {
        if (current.get() != seen) {
          seen = current.get();
          since = System.nanoTime();
        } else if (System.nanoTime() - since > MAX_WALL_NANOS) {
          String where = Arrays.stream(worker.getStackTrace()).limit(12).toList().toString();
          throw new AssertionError(name + ": mutant " + seen + " hangs at " + where);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return tally.outcome();
  }

  /**
   * Writes the file.
   *
   * @throws UncheckedIOException if that is impossible
   */
  public void write(byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void all(Mutator mutator, AtomicLong current, long to, Tally tally) {
    for (long i = current.get(); i < to && tally.findings.size() < MOST_FINDINGS; i++) {
      current.set(i);
      tally.add(i, measured(mutator.mutant(i)));
    }
  }

  /** What one mutant took and how it ended: null for read, else the failure. */
  private record Measure(@Nullable Throwable failure, long nanos, long bytes) {}

  private Measure measured(byte[] mutant) {
    write(mutant);
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = bean.getCurrentThreadAllocatedBytes();
    long nanos = bean.getCurrentThreadCpuTime();
    @Nullable Throwable failure = null;
    try {
      reader.read(file);
    } catch (Throwable t) {
      failure = t;
    }
    return new Measure(
        failure,
        bean.getCurrentThreadCpuTime() - nanos,
        bean.getCurrentThreadAllocatedBytes() - bytes);
  }

  /** Sums and findings. */
  private static final class Tally {
    private int read;
    private int refused;
    private long slowest;
    private long largest;
    private long total;
    private final List<String> findings = new ArrayList<>();

    void add(long i, Measure m) {
      slowest = Math.max(slowest, m.nanos);
      largest = Math.max(largest, m.bytes);
      total += m.nanos;
      if (m.failure == null) {
        read++;
      } else if (isOneLine(m.failure)) {
        refused++;
      } else {
        findings.add("mutant " + i + ": " + m.failure + " at " + top(m.failure));
      }
      if (m.nanos > MAX_NANOS) {
        findings.add("mutant " + i + ": took " + m.nanos / 1_000_000 + " ms");
      }
      if (m.bytes > MAX_BYTES) {
        findings.add("mutant " + i + ": took " + (m.bytes >> 20) + " MiB");
      }
    }

    private static boolean isOneLine(Throwable t) {
      String message = t.getMessage();
      return t instanceof FoveaException
          && message != null
          && !message.isBlank()
          && message.length() <= LONGEST_LINE
          && message.lines().count() == 1;
    }

    private static String top(Throwable t) {
      return Arrays.stream(t.getStackTrace()).limit(6).toList().toString();
    }

    Outcome outcome() {
      return new Outcome(read, refused, List.copyOf(findings), slowest, largest, total);
    }
  }
}
