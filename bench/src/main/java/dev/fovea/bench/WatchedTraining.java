package dev.fovea.bench;

import static dev.fovea.nn.Losses.crossEntropy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What it costs a training of LeNet-5 that a page watches which is a process of its own: time, and
 * processor time of the process that trains and serves; never a bit.
 */
final class WatchedTraining {
  private static final int SAMPLES = 3_000;
  private static final int WARM_EPOCHS = 4;

  private final DataSplit digits = Digits.load(Seed.of(1), SAMPLES, 200);

  private WatchedTraining() {}

  /**
   * By how much watching costs more, the medians of all rounds.
   *
   * @param percentOfTime of the time that passes
   * @param percentOfWork of the processor time of the process that trains and serves
   * @param percentOfBeside of the same, in threads that do not train
   * @param percentOfPage the processor time of the page's process, which on few cores takes it from
   *     the training, in percent of that of the training
   */
  record Cost(
      double percentOfTime, double percentOfWork, double percentOfBeside, double percentOfPage) {}

  /** One training; {@code page} is the processor time of the page's process in seconds. */
  private record Fit(double seconds, Work work, double page, Model model) {
    float[] weights() {
      return model.parameters().values();
    }
  }

  /**
   * Trains the same network alone and watched, in turn, and both once before to compile.
   *
   * @param seconds about how long each training takes
   */
  static Cost measure(int rounds, double seconds) {
    WatchedTraining all = new WatchedTraining();
    var _ = all.fit(Optional.empty(), WARM_EPOCHS);
    Fit warm = all.fit(Optional.empty(), WARM_EPOCHS);
    int epochs = (int) Math.max(1, Math.round(WARM_EPOCHS * seconds / warm.seconds));
    var _ = all.fit(Optional.empty(), epochs);
    var _ = all.watched(epochs);
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      boolean first = i % 2 == 0;
      Fit one = first ? all.fit(Optional.empty(), epochs) : all.watched(epochs);
      Fit other = first ? all.watched(epochs) : all.fit(Optional.empty(), epochs);
      if (!Arrays.equals(one.weights(), other.weights())) {
        throw new FoveaException("studio: watching has changed the training");
      }
      costs.add(cost(first ? one : other, first ? other : one));
    }
    return new Cost(
        median(costs, Cost::percentOfTime),
        median(costs, Cost::percentOfWork),
        median(costs, Cost::percentOfBeside),
        median(costs, Cost::percentOfPage));
  }

  private static Cost cost(Fit alone, Fit watched) {
    double all = alone.work.all;
    return new Cost(
        100 * (watched.seconds / alone.seconds - 1),
        100 * (watched.work.all / all - 1),
        100 * (watched.work.beside - alone.work.beside) / all,
        100 * watched.page / all);
  }

  /** Returns the number in the middle; of an even count the mean of the two there. */
  private static double median(List<Cost> costs, ToDoubleFunction<Cost> number) {
    double[] sorted = costs.stream().mapToDouble(number).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private Fit watched(int epochs) {
    try (Studio studio = Studio.start(StudioOptions.usual())) {
      return fit(Optional.of(studio), epochs);
    }
  }

  private Fit fit(Optional<Studio> studio, int epochs) {
    Model model =
        Zoo.find("lenet5")
            .model(Scale.full(10), digits.train().inputShape(), Seed.of(2), Engine.shared());
    Trainer plain = Trainer.of(model, crossEntropy(), Optimizers.adam(1e-3)).seed(Seed.of(3));
    Trainer trainer = studio.map(s -> s.attach(plain, Optional.of(digits.test()))).orElse(plain);
    Optional<Process> page = studio.map(WatchedTraining::page);
    double asked = seconds(page);
    Work before = Work.now();
    long begin = System.nanoTime();
    var _ = trainer.fit(digits.train().shuffled().batches(32), Epochs.epochs(epochs));
    double seconds = (System.nanoTime() - begin) / 1e9;
    Work work = Work.now().since(before);
    double asking = seconds(page) - asked;
    page.ifPresent(Process::destroy);
    return new Fit(seconds, work, asking, model);
  }

  /** Returns the processor time that a page has taken, in seconds. */
  private static double seconds(Optional<Process> page) {
    return page.flatMap(p -> p.info().totalCpuDuration()).orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Returns a page that has already asked for the first time. */
  private static Process page(Studio studio) {
    try {
      Process page =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  StudioWatcher.class.getName(),
                  studio.address().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var _ = page.inputReader().readLine();
      return page;
    } catch (IOException e) {
      throw new FoveaException("studio: no page can be started: " + e.getMessage(), e);
    }
  }

  /** Seconds of processor time: of the process, and of its threads that do not train. */
  private record Work(double all, double beside) {
    static Work now() {
      var system =
          ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long training = threads.getCurrentThreadCpuTime();
      for (ThreadInfo t : threads.getThreadInfo(threads.getAllThreadIds())) {
        if (t != null && t.getThreadName().startsWith("fovea-worker")) {
          training += threads.getThreadCpuTime(t.getThreadId());
        }
      }
      long all = system.getProcessCpuTime();
      return new Work(all / 1e9, (all - training) / 1e9);
    }

    Work since(Work before) {
      return new Work(all - before.all, beside - before.beside);
    }
  }
}
