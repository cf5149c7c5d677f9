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
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Trains a model: a trainer holds the settings of a training, and {@link #fit} runs it.
 *
 * <p>The same seed, data and settings give the same bits with any number of threads, whether the
 * training was interrupted and resumed or not.
 */
public final class Trainer {
  /** All settings; they change only while a trainer is being configured. */
  static final class Settings {
    final Model model;
    final Objective objective;
    final Optimizer optimizer;
    List<Metric> metrics = List.of();
    List<Measure> measures = List.of();
    List<Callback> callbacks = List.of();
    List<ProgressListener> listeners = List.of();
    Schedule schedule = Schedules.constant();
    Optional<Plateau> plateau = Optional.empty();
    Map<String, Double> rates = Map.of();
    List<Unfreezing> unfreezing = List.of();
    List<Freezing> freezing = List.of();
    int accumulate = 1;
    double averaging;
    Seed seed = Seed.of(0);
    int evaluateEvery = 1;
    List<TrainingSize> sizes = List.of();
    int turn = 1;
    Optional<Path> resume = Optional.empty();
    Optional<Cluster> cluster = Optional.empty();

    Settings(Model model, Objective objective, Optimizer optimizer) {
      this.model = model;
      this.objective = objective;
      this.optimizer = optimizer;
    }

    Settings copy() {
      return on(model);
    }

    /** Returns these settings for another model of the same network. */
    Settings on(Model other) {
      Settings c = new Settings(other, objective, optimizer);
      c.metrics = metrics;
      c.measures = measures;
      c.callbacks = callbacks;
      c.listeners = listeners;
      c.schedule = schedule;
      c.plateau = plateau;
      c.rates = rates;
      c.unfreezing = unfreezing;
      c.freezing = freezing;
      c.accumulate = accumulate;
      c.averaging = averaging;
      c.seed = seed;
      c.evaluateEvery = evaluateEvery;
      c.sizes = sizes;
      c.turn = turn;
      c.resume = resume;
      c.cluster = cluster;
      return c;
    }
  }

  private final Settings s;

  private Trainer(Settings s) {
    this.s = s;
  }

  private Trainer with(Consumer<Settings> change) {
    Settings changed = s.copy();
    change.accept(changed);
    return new Trainer(changed);
  }

  /** Returns a trainer of a model whose first output has a loss. */
  public static Trainer of(Model model, Loss loss, Optimizer optimizer) {
    return of(model, Objective.of(loss), optimizer);
  }

  /** Returns a trainer of a model any of whose outputs have losses. */
  public static Trainer of(Model model, Objective objective, Optimizer optimizer) {
    return new Trainer(new Settings(model, objective, optimizer));
  }

  /**
   * Returns this trainer with further metrics.
   *
   * @throws FoveaException if two have one name, or a name is not of a–z, 0–9 and _
   */
  public Trainer metrics(Metric... more) {
    List<Metric> all = joined(s.metrics, List.of(more));
    requireNames(all, s.measures);
    return with(d -> d.metrics = all);
  }

  /**
   * Returns this trainer with further measures of the validation set.
   *
   * @throws FoveaException if two figures have one name, or a name is not of a–z, 0–9 and _
   */
  public Trainer measures(Measure... more) {
    List<Measure> all = joined(s.measures, List.of(more));
    requireNames(s.metrics, all);
    return with(d -> d.measures = all);
  }

  private static void requireNames(List<Metric> metrics, List<Measure> measures) {
    Set<String> names = new HashSet<>();
    Stream.concat(
            metrics.stream().map(Metric::name), measures.stream().flatMap(m -> m.names().stream()))
        .forEach(name -> {
          boolean twice = !names.add(name);
          if (twice || !name.matches("[a-z0-9_]+") || name.equals("loss")) {
            throw new FoveaException(
                "metric "
                    + name
                    + (twice
                        ? ": there twice; each needs a name of its own"
                        : ": a name of a–z, 0–9 and _ expected, other than loss"));
          }
        });
  }

  /** Returns this trainer with further callbacks. */
  public Trainer callbacks(Callback... more) {
    return with(d -> d.callbacks = joined(s.callbacks, List.of(more)));
  }

  /** Returns this trainer with further listeners. */
  public Trainer listeners(ProgressListener... more) {
    return with(d -> d.listeners = joined(s.listeners, List.of(more)));
  }

  /** Returns this trainer with another learning rate schedule; constant by default. */
  public Trainer schedule(Schedule schedule) {
    return with(d -> d.schedule = schedule);
  }

  /** Returns this trainer lowering the learning rate on a plateau, in addition to the schedule. */
  public Trainer onPlateau(Plateau rule) {
    return with(d -> d.plateau = Optional.of(rule));
  }

  /**
   * Returns this trainer with another learning rate for some parameters: {@code factor} times the
   * usual one. If several patterns match, their factors are multiplied.
   *
   * @param pattern names as {@link Model#freeze} takes them, such as {@code features.**}
   * @throws FoveaException if the pattern matches no parameter or the factor is not positive
   */
  public Trainer rate(String pattern, double factor) {
    var _ = s.model.parameters().matching(pattern);
    if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(
          "rate of " + pattern + ": the factor must be a positive number, got " + factor);
    }
    Map<String, Double> all = new LinkedHashMap<>(s.rates);
    all.put(pattern, factor);
    return with(d -> d.rates = Collections.unmodifiableMap(all));
  }

  /**
   * Returns this trainer with some parameters frozen until the beginning of an epoch.
   *
   * @param epoch the epoch, from 1
   * @param patterns names as {@link Model#freeze} takes them
   * @throws FoveaException if a pattern matches no parameter
   */
  public Trainer unfreeze(int epoch, String... patterns) {
    List.of(patterns).forEach(s.model.parameters()::matching);
    return with(d ->
        d.unfreezing = joined(s.unfreezing, List.of(new Unfreezing(epoch, List.of(patterns)))));
  }

  /**
   * Returns this trainer with some parameters frozen in some steps; {@link Freezing} says what that
   * means. A training is not begun if nothing is left to train when such steps begin.
   *
   * @param from the number of steps before the first in which they are frozen
   * @param to the number of steps before the first in which they are trained again
   * @param patterns names as {@link Model#freeze} takes them
   * @throws FoveaException if a pattern matches no parameter, or no step is named
   */
  public Trainer freeze(long from, long to, String... patterns) {
    List.of(patterns).forEach(s.model.parameters()::matching);
    return freezing(new FrozenSteps(from, to, List.of(patterns)));
  }

  /** Returns this trainer with a further rule that freezes parameters in some steps. */
  public Trainer freezing(Freezing rule) {
    return with(d -> d.freezing = joined(s.freezing, List.of(rule)));
  }

  /**
   * Returns this trainer accumulating the gradients of this many batches for each step, or fewer at
   * the end of an epoch; 1 by default. The step equals that of one large batch, except for batch
   * statistics, losses that compare samples, and several losses that weight samples differently.
   *
   * @throws FoveaException if the number is below 1
   */
  public Trainer accumulate(int batches) {
    if (batches < 1) {
      throw new FoveaException("accumulate: must be at least 1 batch, got " + batches);
    }
    return with(d -> d.accumulate = batches);
  }

  /**
   * Returns this trainer keeping an exponential moving average of all parameters and running
   * statistics. The average is what is evaluated and what the model holds at the end.
   *
   * @param decay the weight of the previous average at each step, such as 0.999; in the first steps
   *     t at most (1 + t)/(10 + t)
   * @throws FoveaException if it is not in (0, 1)
   */
  public Trainer averaging(double decay) {
    if (!(decay > 0 && decay < 1)) {
      throw new FoveaException("averaging: the decay must be above 0 and below 1, got " + decay);
    }
    return with(d -> d.averaging = decay);
  }

  /**
   * Returns this trainer with another seed of all random choices, such as the order of samples and
   * dropout; 0 by default.
   */
  public Trainer seed(Seed seed) {
    return with(d -> d.seed = seed);
  }

  /**
   * Returns this trainer evaluating the validation set after every {@code epochs} epochs and after
   * the last; after every epoch by default.
   *
   * @throws FoveaException if the number is below 1
   */
  public Trainer evaluateEvery(int epochs) {
    if (epochs < 1) {
      throw new FoveaException("evaluateEvery must be at least 1 epoch, got " + epochs);
    }
    return with(d -> d.evaluateEvery = epochs);
  }

  /**
   * Returns this trainer learning from pictures of several sizes in turn (Redmon and Farhadi,
   * 2017): a size is drawn for so many batches, among that of {@link #fit}'s samples and these.
   * Evaluation is in the size of {@link #fit}'s samples.
   *
   * <p>All sizes have the same parameters, and the optimiser does not tell them apart. The largest
   * one says how much memory a step takes.
   *
   * @param batches how many batches of an epoch have one size; 10 in the paper
   * @param others the further sizes
   * @throws FoveaException if {@code batches} is below 1
   */
  public Trainer multiScale(int batches, TrainingSize... others) {
    if (batches < 1) {
      throw new FoveaException("multi-scale: 1 batch or more of a size expected, got " + batches);
    }
    List<TrainingSize> all = List.of(others);
    return with(d -> {
      d.sizes = all;
      d.turn = batches;
    });
  }

  /** Returns this trainer resuming from the checkpoint in a folder. */
  public Trainer resume(Path folder) {
    return with(d -> d.resume = Optional.of(folder));
  }

  /**
   * Returns this trainer whose steps a cluster computes. The batches that {@link #fit} gets then
   * describe the samples of all workers together, and are not read; the validation set is evaluated
   * on this machine. Gradients cannot be accumulated, and with local steps there is no {@link
   * #averaging}.
   */
  public Trainer cluster(Cluster cluster) {
    return with(d -> d.cluster = Optional.of(cluster));
  }

  /** Returns the model that is trained. */
  public Model model() {
    return s.model;
  }

  /** Returns the settings, which nobody changes. */
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
   * <p>Interrupting the thread pauses the training after the current step, as {@link
   * Training#pause} does: callbacks still write their checkpoints, the model keeps what it has
   * learned, and the thread's interrupted status is set when this method returns.
   *
   * @param train the training samples in batches
   * @param epochs the number of epochs
   * @param validation the validation set
   * @return the results of each epoch
   * @throws FoveaException if the samples do not suit the model, a batch norm gets a single value
   *     per channel, the loss becomes NaN or infinite, or the checkpoint to resume belongs to
   *     another training
   */
  public History fit(Batches train, Epochs epochs, Dataset validation) {
    return begin(train, epochs, Optional.of(validation)).finish();
  }

  /** Trains the model on batches; see {@link #fit(Batches, Epochs, Dataset)}. */
  public History fit(Batches train, Epochs epochs) {
    return begin(train, epochs, Optional.empty()).finish();
  }

  private TrainingRun begin(Batches train, Epochs epochs, Optional<Dataset> validation) {
    try {
      return new TrainingRun(s, train, epochs.count(), validation);
    } catch (RuntimeException | Error e) {
      s.listeners.forEach(l -> l.onRefusal(e));
      throw e;
    }
  }

  /** Returns loss, metrics and measures of a data set. */
  public Scores evaluate(Dataset data) {
    return new Evaluator(s.model, s.objective, s.metrics, s.measures).evaluate(data);
  }
}
