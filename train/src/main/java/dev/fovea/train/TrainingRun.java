package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** One training from its start, or from a checkpoint, to its end. */
final class TrainingRun {
  private final Trainer.Settings s;
  private final Batches batches;
  private final int epochs;
  private final Optional<Dataset> validation;
  private final Model model;
  private final TrainingSizes sizes;
  private final List<Output> tasks;

  /** The names of the terms of the losses, if there are several. */
  private final List<String> parts;

  private final LearningRates rates;
  private final ChangingStep changing;
  private final Accumulator accumulator;
  private final Optional<Average> average;
  private final Evaluator evaluator;
  private final Checkpoint checkpoint;
  private final Progress progress;
  private final TrainingState state;
  private final Optional<ClusterSteps> clusterSteps;

  TrainingRun(Trainer.Settings s, Batches batches, int epochs, Optional<Dataset> validation) {
    this.s = s;
    this.batches = batches;
    this.epochs = epochs;
    this.validation = validation;
    this.model = s.model;
    this.sizes = TrainingSizes.of(s, batches);
    TrainingForm form = sizes.all().get(0).form();
    form.require(
        validation,
        s.cluster
            .map(c -> ClusterSteps.hasSingles(c, batches))
            .orElseGet(() -> batches.sizeOf(batches.count() - 1) == 1));
    this.tasks = form.outputs();
    this.parts = form.parts();
    long stepsOfEpoch = Math.ceilDiv(batches.count(), s.accumulate);
    this.rates = new LearningRates(s, epochs * stepsOfEpoch);
    this.changing = new ChangingStep(s, sizes, rates, stepsOfEpoch);
    this.progress =
        new Progress(
            parts.size(),
            s.metrics.stream().map(m -> new double[m.sums(tasks.get(m.output()))]).toList());
    this.state =
        new TrainingState(
            model,
            epochs,
            batches.count(),
            rates,
            progress,
            new Replay(s, batches, epochs, validation));
    Workers workers = model.engine().unwrap(Workers.class);
    float[] gradients = s.accumulate > 1 ? changing.gradients() : new float[0];
    this.accumulator = new Accumulator(gradients, workers);
    this.average =
        s.averaging > 0
            ? Optional.of(new Average(s.averaging, model.parameters(), state.kept(), workers))
            : Optional.empty();
    this.evaluator = new Evaluator(model, s.objective, s.metrics, s.measures);
    this.checkpoint =
        new Checkpoint(
            model, changing.trained(), changing.optimizer(), TrainingIdentity.of(s, sizes, epochs));
    this.clusterSteps =
        s.cluster.map(c -> new ClusterSteps(s, c, batches, changing, rates, progress, state));
    changing.enter(0); // its step is the one that is compiled first
    boolean own = clusterSteps.isEmpty();
    long step = own ? bytesOfStep() : 0;
    long ahead = own ? sizes.bytesAhead() : 0;
    TrainingMemory.ofSteps(s, step, ahead, batches, evaluator, validation).require();
  }

  /**
   * Compiles the steps of all sizes; they work in the same memory, one after the other, but each
   * has its own for its results.
   */
  private long bytesOfStep() {
    long most = 0;
    long results = 0;
    for (int i = 0; i < sizes.all().size(); i++) {
      StepFunction function = changing.step().compiled(i, batches.sizeOf(0));
      most = Math.max(most, function.bytes());
      results += function.bytesOfResults();
    }
    return most + results;
  }

  History finish() {
    try {
      return train();
    } catch (RuntimeException | Error e) {
      s.listeners.forEach(l -> l.onFailure(state, e));
      throw e;
    } finally {
      state.restoreInterruption();
    }
  }

  private History train() {
    s.resume.ifPresent(folder -> checkpoint.read(folder, progress, state.kept()));
    average.ifPresent(Average::begin);
    for (int i = 0; i < model.outputs().size(); i++) {
      model.setTask(i, tasks.get(i).task());
    }
    s.listeners.forEach(l -> l.onStart(state));
    s.callbacks.forEach(c -> c.onStart(state));
    writeCheckpoints();
    while (progress.epochsDone < epochs && !state.isLeaving()) {
      trainEpoch();
    }
    if (!state.paused()) {
      average.ifPresent(Average::swap);
      s.callbacks.forEach(c -> c.onEnd(state));
    }
    writeCheckpoints();
    model.parameters().changed();
    s.listeners.forEach(l -> l.onEnd(state));
    return progress.history;
  }

  private Seed epochSeed() {
    return s.seed.split("epoch").split(progress.epochsDone);
  }

  private void trainEpoch() {
    rates.beginEpoch(progress.history, validation.isPresent());
    double before = progress.secondsOfEpoch;
    long began = System.nanoTime();
    if (clusterSteps.isPresent()) {
      steps(before, began, clusterSteps.get()::step);
    } else {
      try (SizedStream stream = sizes.open(epochSeed(), progress.batch)) {
        steps(before, began, () -> step(stream));
      }
    }
    if (progress.batch == batches.count()) {
      endEpoch(before, began);
    }
  }

  /**
   * Does the steps of an epoch.
   *
   * @param stepping does a step or, on a cluster, some; returns the number of batches it took
   */
  private void steps(double before, long began, IntSupplier stepping) {
    while (!state.isLeaving() && progress.batch < batches.count()) {
      int taken = stepping.getAsInt();
      progress.batch += taken;
      state.stepped(clusterSteps.isPresent() ? taken : 1);
      progress.learningRate = rates.at(progress.step - 1);
      average.ifPresent(a -> a.follow(progress.step));
      state.isLeaving();
      progress.secondsOfEpoch = before + TrainingState.seconds(began);
      s.callbacks.forEach(c -> c.onStep(state));
      writeCheckpoints();
      s.listeners.forEach(l -> l.onBatch(state));
    }
  }

  /** Does a step of one batch or, where gradients are accumulated, of some. */
  private int step(SizedStream stream) {
    changing.enter(progress.step);
    double rate = rates.at(progress.step);
    int group = Math.min(s.accumulate, batches.count() - progress.batch);
    for (int i = 0; i < group; i++) {
      Batch batch = stream.next();
      double weight = losses(stream.size(), batch, rate, i);
      if (group > 1) {
        accumulator.add(weight);
        if (!accumulator.isFinite()) {
          throw failure("a gradient is not finite", batch, rate, i);
        }
      }
      if (i < group - 1) {
        changing.step().function().update();
        continue;
      }
      if (group > 1) {
        accumulator.finish();
      }
      if (!changing.step().tryApply(rate)) {
        throw failure("the norm of the gradients is not finite", batch, rate, i);
      }
    }
    return group;
  }

  /**
   * Computes the gradients of a batch, the i-th of its step, and notes its loss and metrics.
   *
   * @param size its size, as a number from 0
   * @return how much it counts
   */
  private double losses(int size, Batch batch, double rate, int i) {
    TrainingSizes.InSize in = sizes.all().get(size);
    DataCheck.labels(batches, epochSeed(), in.objective(), batch, in.form().outputShapes());
    float loss = changing.step().gradients(size, batch, seed(i));
    if (!Float.isFinite(loss)) {
      throw failure("the loss is " + loss, batch, rate, i);
    }
    double weight = in.objective().weight(batch);
    state.addLoss(loss, weight);
    int before = s.metrics.stream().mapToInt(m -> m.output() + 1).max().orElse(0);
    for (int p = 0; p < parts.size(); p++) {
      progress.parts[p] += changing.step().output(before + p).data()[0] * weight;
    }
    progress.samples += batch.size();
    for (int m = 0; m < s.metrics.size(); m++) {
      Metric metric = s.metrics.get(m);
      Tensor output = changing.step().output(metric.output());
      Tensor target = Targets.counted(batch, in.objective(), metric.target());
      Output told = in.form().outputs().get(metric.output());
      metric.add(progress.metrics.get(m), told, output, target);
    }
    return weight;
  }

  private Seed seed(int i) {
    Seed step = s.seed.split("step").split(progress.step);
    return i == 0 ? step : step.split(i);
  }

  private FoveaException failure(String what, Batch batch, double rate, int i) {
    String where =
        "training stopped at step "
            + (progress.step + 1)
            + " (epoch "
            + state.epoch()
            + ", batch "
            + (progress.batch + i + 1)
            + "), "
            + what;
    StepFunction function = changing.step().function();
    function.set(batch, seed(i));
    return NonFinite.explain(
        where, batches, epochSeed(), batch, model, changing.trained(), function, rate);
  }

  private void endEpoch(double before, long began) {
    int number = progress.epochsDone + 1;
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < s.metrics.size(); i++) {
      Metric m = s.metrics.get(i);
      values.put(m.name(), m.value(progress.metrics.get(i)));
    }
    for (int p = 0; p < parts.size() && progress.knowsParts; p++) {
      values.put(Evaluator.PART + parts.get(p), progress.mean(progress.parts[p]));
    }
    Scores train = new Scores(state.meanLoss(), values);
    boolean due = number % s.evaluateEvery == 0 || number == epochs || state.isLeaving();
    if (due && validation.isPresent()) {
      s.listeners.forEach(l -> l.onEvaluation(state));
    }
    requireFinite();
    average.ifPresent(Average::swap);
    try {
      note(
          train, due ? evaluated(number) : Optional.empty(), before + TrainingState.seconds(began));
    } finally {
      average.ifPresent(Average::swap);
    }
    writeCheckpoints();
    History.Epoch epoch = progress.history.epochs().getLast();
    s.listeners.forEach(l -> l.onEpoch(state, epoch));
  }

  /** Returns the scores of the validation set. */
  private Optional<Scores> evaluated(int number) {
    Optional<Scores> scores = validation.map(evaluator::evaluate);
    if (scores.isPresent() && !Double.isFinite(scores.get().loss())) {
      throw new DivergedException(
          "training stopped after epoch "
              + number
              + ", the loss of the validation set is "
              + scores.get().loss()
              + NonFinite.advice(progress.learningRate));
    }
    return scores;
  }

  private void note(Scores train, Optional<Scores> scores, double seconds) {
    int number = progress.epochsDone + 1;
    History.Epoch epoch = new History.Epoch(number, train, scores, progress.learningRate, seconds);
    progress.history = progress.history.with(epoch);
    progress.beginEpoch();
    s.callbacks.forEach(c -> c.onEpoch(state));
  }

  /** Requires numbers in all parameters: the last update may have made them too large. */
  private void requireFinite() {
    NonFinite.inParameters(model, List.copyOf(model.parameters().all()))
        .ifPresent(what -> {
          throw new DivergedException(
              "training stopped after step "
                  + progress.step
                  + ", "
                  + what
                  + NonFinite.advice(progress.learningRate));
        });
  }

  private void writeCheckpoints() {
    if (!state.wanted().isEmpty()) {
      requireFinite();
    }
    state.wanted().forEach(folder -> checkpoint.write(folder, progress, state.kept()));
    state.dispensable().forEach(this::tryToWrite);
    state.checkpointed();
  }

  private void tryToWrite(Path folder, Consumer<FoveaException> unwritten) {
    try {
      requireFinite();
      checkpoint.write(folder, progress, state.kept());
    } catch (FoveaException e) {
      unwritten.accept(e);
    }
  }
}
