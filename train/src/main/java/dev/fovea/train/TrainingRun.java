package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** One training from its start, or from a checkpoint, to its end. */
final class TrainingRun {
  private final Trainer.Settings s;
  private final Batches batches;
  private final int epochs;
  private final Optional<Dataset> validation;
  private final Model model;
  private final List<Output> tasks;
  private final List<Shape> outputShapes;

  /** The names of the terms of the losses, if there are several. */
  private final List<String> parts;

  private final LearningRates rates;
  private final GradualUnfreezing unfreezing;
  private final Accumulator accumulator;
  private final Optional<Average> average;
  private final Evaluator evaluator;
  private final Checkpoint checkpoint;
  private final Progress progress;
  private final TrainingState state;

  TrainingRun(Trainer.Settings s, Batches batches, int epochs, Optional<Dataset> validation) {
    this.s = s;
    this.batches = batches;
    this.epochs = epochs;
    this.validation = validation;
    this.model = s.model;
    List<Shape> targets = batches.dataset().targetShapes();
    Traced one = model.trace(1, true);
    this.tasks = tasks(one.outputs());
    this.outputShapes = tasks.stream().map(Output::shape).toList();
    requireSuitable(one, targets.size());
    long stepsOfEpoch = Math.ceilDiv(batches.count(), s.accumulate);
    this.rates = new LearningRates(s, epochs * stepsOfEpoch);
    this.unfreezing = new GradualUnfreezing(s, targets, rates, stepsOfEpoch);
    Map<String, Value> terms = s.objective.cost(one.outputs(), Formula.targets(targets, 1)).parts();
    this.parts = terms.size() > 1 ? List.copyOf(terms.keySet()) : List.of();
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
    float[] gradients = s.accumulate > 1 ? unfreezing.gradients() : new float[0];
    this.accumulator = new Accumulator(gradients, workers);
    this.average =
        s.averaging > 0
            ? Optional.of(new Average(s.averaging, model.parameters(), state.kept(), workers))
            : Optional.empty();
    this.evaluator = new Evaluator(model, s.objective, s.metrics, s.measures);
    this.checkpoint =
        new Checkpoint(
            model,
            unfreezing.trained(),
            unfreezing.optimizer(),
            TrainingIdentity.of(s, batches, epochs));
    unfreezing.enter(1, 0); // its step is the one that is compiled first
    long step = unfreezing.step().compiled(batches.sizeOf(0)).bytes();
    TrainingMemory.ofSteps(s, step, batches, evaluator, validation).require();
  }

  /** Returns the outputs in training with the tasks that data and losses give them. */
  private List<Output> tasks(List<Value> ends) {
    List<Output> all = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      Output shown = Output.of(ends.get(i), model.inputs().get(0));
      Output own = i < model.outputs().size() ? model.output(i) : shown;
      all.add(s.objective.withTask(own, i, batches.dataset().targets()));
    }
    return all;
  }

  /** Requires that the network, its losses and metrics and the data suit each other. */
  private void requireSuitable(Traced one, int targets) {
    if (batches.sizeOf(batches.count() - 1) == 1) {
      DataCheck.requireMoments(one);
    }
    DataCheck.requireOutputs(s.objective, outputShapes.size(), model.outputs().size());
    DataCheck.require(model, outputShapes, s.objective, batches.dataset(), "training data");
    validation.ifPresent(
        v -> DataCheck.require(model, outputShapes, s.objective, v, "validation data"));
    int outputs = validation.isPresent() ? model.outputs().size() : outputShapes.size();
    s.metrics.forEach(m -> DataCheck.requireThere(m, outputs, targets));
    DataCheck.requireWatched(s, validation.isPresent());
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
    unfreezing.enter(state.epoch(), progress.step);
    rates.beginEpoch(progress.history, validation.isPresent());
    double before = progress.secondsOfEpoch;
    long began = System.nanoTime();
    try (BatchStream stream = batches.open(epochSeed(), progress.batch)) {
      while (!state.isLeaving() && progress.batch < batches.count()) {
        step(stream);
        progress.secondsOfEpoch = before + TrainingState.seconds(began);
        s.callbacks.forEach(c -> c.onStep(state));
        writeCheckpoints();
        s.listeners.forEach(l -> l.onBatch(state));
      }
    }
    if (progress.batch == batches.count()) {
      endEpoch(before, began);
    }
  }

  /** Does a step of one batch or, where gradients are accumulated, of some. */
  private void step(BatchStream stream) {
    double rate = rates.at(progress.step);
    int group = Math.min(s.accumulate, batches.count() - progress.batch);
    for (int i = 0; i < group; i++) {
      Batch batch = Objects.requireNonNull(stream.next());
      losses(batch, rate, i);
      if (group > 1) {
        accumulator.add(s.objective.weight(batch));
        if (!accumulator.isFinite()) {
          throw failure("a gradient is not finite", batch, rate, i);
        }
      }
      if (i < group - 1) {
        unfreezing.step().function().update();
        continue;
      }
      if (group > 1) {
        accumulator.finish();
      }
      if (!unfreezing.step().tryApply(rate)) {
        throw failure("the norm of the gradients is not finite", batch, rate, i);
      }
    }
    progress.step++;
    progress.batch += group;
    progress.learningRate = rate;
    average.ifPresent(a -> a.follow(progress.step));
    state.isLeaving();
  }

  /** Computes the gradients of a batch, the i-th of its step, and notes its loss and metrics. */
  private void losses(Batch batch, double rate, int i) {
    DataCheck.labels(batches, epochSeed(), s.objective, batch, outputShapes);
    float loss = unfreezing.step().gradients(batch, seed(i));
    if (!Float.isFinite(loss)) {
      throw failure("the loss is " + loss, batch, rate, i);
    }
    double weight = s.objective.weight(batch);
    state.addLoss(loss, weight);
    int before = s.metrics.stream().mapToInt(m -> m.output() + 1).max().orElse(0);
    for (int p = 0; p < parts.size(); p++) {
      progress.parts[p] += unfreezing.step().output(before + p).data()[0] * weight;
    }
    progress.samples += batch.size();
    for (int m = 0; m < s.metrics.size(); m++) {
      Metric metric = s.metrics.get(m);
      Tensor output = unfreezing.step().output(metric.output());
      Tensor target = Targets.counted(batch, s.objective, metric.target());
      metric.add(progress.metrics.get(m), tasks.get(metric.output()), output, target);
    }
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
    StepFunction function = unfreezing.step().function();
    function.set(batch, seed(i));
    return NonFinite.explain(
        where, batches, epochSeed(), batch, model, unfreezing.trained(), function, rate);
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
