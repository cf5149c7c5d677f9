package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.io.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.DoubleAdder;

/** What the machine can do at most, measured now, and what it says about itself. */
final class MachineLimits {
  private static final Duration PEAK_TIME = Duration.ofMillis(250);

  /** Floats per array of the measurement of memory: far more than caches hold. */
  private static final int FLOATS = 1 << 26;

  private static final int PARTS = 64;
  private static final int COPIES = 7;
  private static final double KIB = 1024;

  private MachineLimits() {}

  /**
   * Returns the GFLOP/s of multiply-adds on registers, of all threads of an engine at once; NaN if
   * its kernels cannot tell.
   */
  static double peakGflops(Engine engine) {
    KernelProvider kernels = engine.unwrap(Device.class).providers().get(0);
    DoubleAdder sum = new DoubleAdder();
    Thread[] others = new Thread[engine.threads() - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = Thread.ofPlatform().start(() -> sum.add(alone(kernels)));
    }
    sum.add(alone(kernels));
    for (Thread t : others) {
      join(t);
    }
    return sum.sum();
  }

  private static double alone(KernelProvider kernels) {
    return kernels.peakGflops(PEAK_TIME).orElse(Double.NaN);
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns the GB/s between memory and all threads of an engine, read and written bytes together.
   */
  static double bandwidth(Engine engine) {
    float[] from = new float[FLOATS];
    float[] to = new float[FLOATS];
    int n = FLOATS / PARTS;
    Job copy = Job.of(PARTS, task -> System.arraycopy(from, task * n, to, task * n, n));
    Workers workers = engine.unwrap(Workers.class);
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < COPIES; i++) {
      long begin = System.nanoTime();
      workers.execute(copy);
      best = Math.min(best, (double) (System.nanoTime() - begin));
    }
    return 2.0 * Float.BYTES * FLOATS / best;
  }

  /** Returns processor, threads, how far apart they are now, and JDK in one line. */
  static String describe() {
    int threads = Runtime.getRuntime().availableProcessors();
    String apart =
        threads > 1
            ? String.format(Locale.ROOT, " (%.0f ns to and fro)", RoundTrip.nanoseconds())
            : "";
    return processor() + ", " + threads + " threads" + apart + ", JDK " + Runtime.version();
  }

  private static String processor() {
    return field(Path.of("/proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch", ""));
  }

  /** Returns the most memory that a process has had so far in MB; empty where no file tells. */
  static OptionalDouble peakMegabytes(long pid) {
    return field(Path.of("/proc/" + pid + "/status"), "VmHWM")
        .map(text -> text.replaceAll("[^0-9]", ""))
        .filter(text -> !text.isEmpty())
        .map(text -> OptionalDouble.of(Double.parseDouble(text) / KIB))
        .orElse(OptionalDouble.empty());
  }

  private static Optional<String> field(Path file, String name) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return text.lines()
          .filter(l -> l.startsWith(name))
          .map(l -> Text.shown(l.substring(l.indexOf(':') + 1)).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
