package dev.fovea.train;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A description of how a model is trained; {@link #fit} does it.
 *
 * <p>The same seed, data and settings give the same bits at any number of threads, at once or
 * resumed from a checkpoint.
 */
public final class Trainer {
  /** All settings; a wither changes one of them. */
  record Settings(
      Model model,
      Loss loss,
      Optimizer optimizer,
      List<Metric> metrics,
      List<Callback> callbacks,
      List<ProgressListener> listeners,
      Schedule schedule,
      Seed seed,
      int evaluateEvery,
      Optional<Path> resume) {}

  /** Settings while one of them is changed. */
  private static final class Draft {
    List<Metric> metrics;
    List<Callback> callbacks;
    List<ProgressListener> listeners;
    Schedule schedule;
    Seed seed;
    int evaluateEvery;
    Optional<Path> resume;

    Draft(Settings s) {
      metrics = s.metrics;
      callbacks = s.callbacks;
      listeners = s.listeners;
      schedule = s.schedule;
      seed = s.seed;
      evaluateEvery = s.evaluateEvery;
      resume = s.resume;
    }
  }

  private final Settings s;

  private Trainer(Settings s) {
    this.s = s;
  }

  private Trainer with(Consumer<Draft> change) {
    Draft d = new Draft(s);
    change.accept(d);
    return new Trainer(
        new Settings(
            s.model,
            s.loss,
            s.optimizer,
            d.metrics,
            d.callbacks,
            d.listeners,
            d.schedule,
            d.seed,
            d.evaluateEvery,
            d.resume));
  }

  /** Returns a trainer of a model with one input and one output. */
  public static Trainer of(Model model, Loss loss, Optimizer optimizer) {
    return new Trainer(
        new Settings(
            model,
            loss,
            optimizer,
            List.of(),
            List.of(),
            List.of(),
            Schedules.constant(),
            Seed.of(0),
            1,
            Optional.empty()));
  }

  /**
   * Returns this trainer with these metrics besides those it has.
   *
   * @throws FoveaException if two have one name, or a name is not of a–z, 0–9 and _
   */
  public Trainer metrics(Metric... more) {
    List<Metric> all = joined(s.metrics, List.of(more));
    for (Metric m : all) {
      boolean twice = all.stream().filter(o -> o.name().equals(m.name())).count() > 1;
      if (twice || !m.name().matches("[a-z0-9_]+") || m.name().equals("loss")) {
        throw new FoveaException(
            "metric " + m.name() + ": " + (twice ? "there twice" : "is no name of a–z, 0–9 and _"));
      }
    }
    return with(d -> d.metrics = all);
  }

  /** Returns this trainer with these callbacks besides those it has. */
  public Trainer callbacks(Callback... more) {
    return with(d -> d.callbacks = joined(s.callbacks, List.of(more)));
  }

  /** Returns this trainer with these listeners besides those it has. */
  public Trainer listeners(ProgressListener... more) {
    return with(d -> d.listeners = joined(s.listeners, List.of(more)));
  }

  /** Returns this trainer with another schedule of the learning rate; constant by default. */
  public Trainer schedule(Schedule schedule) {
    return with(d -> d.schedule = schedule);
  }

  /** Returns this trainer with another seed, of the samples' order and of dropout; 0 by default. */
  public Trainer seed(Seed seed) {
    return with(d -> d.seed = seed);
  }

  /**
   * Returns this trainer evaluating the samples kept apart after every {@code epochs} epochs and
   * after the last; after every epoch by default.
   *
   * @throws FoveaException if the number is below 1
   */
  public Trainer evaluateEvery(int epochs) {
    if (epochs < 1) {
      throw new FoveaException("evaluateEvery must be at least 1 epoch, got " + epochs);
    }
    return with(d -> d.evaluateEvery = epochs);
  }

  /** Returns this trainer going on from the checkpoint that a folder holds. */
  public Trainer resume(Path folder) {
    return with(d -> d.resume = Optional.of(folder));
  }

  Settings settings() {
    return s;
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  /**
   * Trains the model on batches and evaluates it after epochs.
   *
   * @param train the training samples in batches
   * @param epochs for how long
   * @param validation samples kept apart
   * @return what became of each epoch
   * @throws FoveaException if the samples do not suit the model, the loss becomes NaN or infinite,
   *     or the checkpoint to resume is of another training
   */
  public History fit(Batches train, Epochs epochs, Dataset validation) {
    return new TrainingRun(s, train, epochs.count(), Optional.of(validation)).run();
  }

  /** Trains the model on batches; see {@link #fit(Batches, Epochs, Dataset)}. */
  public History fit(Batches train, Epochs epochs) {
    return new TrainingRun(s, train, epochs.count(), Optional.empty()).run();
  }

  /** Returns loss and metrics of a data set. */
  public Scores evaluate(Dataset data) {
    return new Evaluator(s.model, s.loss, s.metrics).evaluate(data);
  }
}
