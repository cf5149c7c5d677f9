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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What it costs a training of LeNet-5 that a page watches which is a process of its own: time, and
 * processor time of the process that trains and serves; never a bit.
 */
final class WatchedTraining {
  private static final int SAMPLES = 3_000;

  private final DataSplit digits = Digits.load(Seed.of(1), SAMPLES, 200);

  private WatchedTraining() {}

  /**
   * By how much watching costs more, the medians of all rounds.
   *
   * @param percentOfTime of the time that passes
   * @param percentOfWork of the processor time of the process
   */
  record Cost(double percentOfTime, double percentOfWork) {}

  private record Fit(double seconds, double work, Model model) {
    float[] weights() {
      return model.parameters().values();
    }
  }

  /**
   * Trains the same network alone and watched, in turn, and once before to compile.
   *
   * @param seconds about how long each training takes
   */
  static Cost measure(int rounds, double seconds) {
    WatchedTraining all = new WatchedTraining();
    int epochs = 2;
    var _ = all.fit(Optional.empty(), epochs);
    var _ = all.watched(epochs);
    Fit warm = all.fit(Optional.empty(), epochs);
    epochs = (int) Math.max(1, Math.round(epochs * seconds / warm.seconds));
    List<Double> time = new ArrayList<>();
    List<Double> work = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      boolean first = i % 2 == 0;
      Fit one = first ? all.fit(Optional.empty(), epochs) : all.watched(epochs);
      Fit other = first ? all.watched(epochs) : all.fit(Optional.empty(), epochs);
      if (!Arrays.equals(one.weights(), other.weights())) {
        throw new FoveaException("studio: watching has changed the training");
      }
      Fit alone = first ? one : other;
      Fit watched = first ? other : one;
      time.add(100 * (watched.seconds / alone.seconds - 1));
      work.add(100 * (watched.work / alone.work - 1));
    }
    return new Cost(median(time), median(work));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
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
    long begin = System.nanoTime();
    double work = processorSeconds();
    var _ = trainer.fit(digits.train().shuffled().batches(32), Epochs.epochs(epochs));
    double seconds = (System.nanoTime() - begin) / 1e9;
    work = processorSeconds() - work;
    page.ifPresent(Process::destroy);
    return new Fit(seconds, work, model);
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

  private static double processorSeconds() {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }
}
