package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.optim.OptimizerState;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One training from its start, or from a checkpoint, to its end. */
final class TrainingRun implements Training {
  private final Trainer.Settings s;
  private final Batches batches;
  private final int epochs;
  private final Optional<Dataset> validation;
  private final Model model;
  private final List<Parameter> trained;
  private final float[] gradients;
  private final Set<Integer> outputs;
  private final List<Output> tasks;
  private final List<Shape> outputShapes;
  private final List<Shape> targetShapes;
  private final OptimizerState optimizer;
  private final Accumulator accumulator;
  private final Optional<Average> average;
  private Stage stage;
  private final Evaluator evaluator;
  private final Checkpoint checkpoint;
  private final Progress progress;
  private final Map<String, float[]> kept = new LinkedHashMap<>();
  private final Set<Path> wanted = new LinkedHashSet<>();
  private double lastLoss = Double.NaN;

  /** What the learning rate of the epoch in progress is multiplied with for lack of progress. */
  private double plateau = 1;

  private boolean paused;
  private boolean interrupted;
  private long checkpointed = System.nanoTime();

  TrainingRun(Trainer.Settings s, Batches batches, int epochs, Optional<Dataset> validation) {
    this.s = s;
    this.batches = batches;
    this.epochs = epochs;
    this.validation = validation;
    this.model = s.model;
    this.targetShapes = batches.dataset().targetShapes();
    Traced one = model.trace(1, true);
    this.tasks = tasks(one.outputs());
    this.outputShapes = tasks.stream().map(Output::shape).toList();
    if (batches.sizeOf(batches.count() - 1) == 1) {
      DataCheck.requireMoments(one);
    }
    DataCheck.requireOutputs(s.objective, outputShapes.size(), model.outputs().size());
    DataCheck.require(model, outputShapes, s.objective, batches.dataset(), "training data");
    validation.ifPresent(
        v -> DataCheck.require(model, outputShapes, s.objective, v, "validation data"));
    requireMetrics();
    this.outputs = s.metrics.stream().map(Metric::output).collect(Collectors.toSet());
    this.trained = DataCheck.trained(model);
    TrainingMemory.ofState(s).require();
    this.gradients = new float[model.parameters().values().length];
    this.optimizer =
        new OptimizerState(
            s.optimizer, model.parameters(), trained::contains, gradients, this::rate, this::first);
    this.stage = stage(model, optimizer, List.of());
    Workers workers = model.engine().unwrap(Workers.class);
    this.accumulator = new Accumulator(s.accumulate > 1 ? gradients : new float[0], workers);
    this.average =
        s.averaging > 0
            ? Optional.of(new Average(s.averaging, model.parameters(), kept, workers))
            : Optional.empty();
    this.evaluator = new Evaluator(model, s.objective, s.metrics, s.measures);
    this.checkpoint = new Checkpoint(model, trained, optimizer, identity());
    this.progress =
        new Progress(
            s.metrics.stream().map(m -> new double[m.sums(tasks.get(m.output()))]).toList());
    enterStage(); // its step is the one that is compiled first
    long step = stage.step.compiled(batches.sizeOf(0)).bytes();
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

  /** Requires that all metrics can be computed, those that are watched among them. */
  private void requireMetrics() {
    int there = validation.isPresent() ? model.outputs().size() : outputShapes.size();
    s.metrics.forEach(m -> DataCheck.requireThere(m, there, targetShapes.size()));
    Stream<Optional<Metric>> watched =
        Stream.concat(
            s.plateau.map(Plateau::metric).stream(),
            s.callbacks.stream()
                .filter(EarlyStopping.class::isInstance)
                .map(c -> ((EarlyStopping) c).metric()));
    watched
        .flatMap(Optional::stream)
        .map(Metric::name)
        .filter(name -> s.metrics.stream().noneMatch(m -> m.name().equals(name)))
        .findFirst()
        .ifPresent(name -> {
          throw new FoveaException(
              "metric %s: is watched but not measured; give it to the trainer's metrics too"
                  .formatted(name));
        });
  }

  /**
   * What is trained in some epochs.
   *
   * @param step the step over the parameters that change
   * @param frozen the patterns of those that wait for a later epoch
   */
  private record Stage(TrainingStep step, List<String> frozen) {}

  private Stage stage(Model changing, OptimizerState state, List<String> frozen) {
    Formula formula = Formula.of(changing, s.objective, targetShapes, outputs);
    OptimizerStep update = new OptimizerStep(changing, state);
    Map<Parameters, float[]> arrays = Map.of(model.parameters(), gradients);
    return new Stage(
        new TrainingStep(formula, arrays, List.of(update), s.optimizer.learningRate()), frozen);
  }

  /** Begins to train what the epoch in progress trains. */
  private void enterStage() {
    List<String> frozen =
        s.unfreezing.stream()
            .filter(u -> u.epoch() > epoch())
            .flatMap(u -> u.patterns().stream())
            .toList();
    if (frozen.equals(stage.frozen)) {
      return;
    }
    Model now = model.freeze(frozen.toArray(String[]::new));
    List<Parameter> changing = trained.stream().filter(p -> !now.isFrozen(p.name())).toList();
    if (changing.isEmpty()) {
      throw new FoveaException("nothing to train in epoch " + epoch() + ": all is frozen");
    }
    OptimizerState state = optimizer.training(changing::contains);
    state.resumeAt(progress.step);
    Arrays.fill(gradients, 0);
    stage = stage(now, state, frozen);
  }

  /** Returns what the learning rate is multiplied with for a parameter. */
  private double rate(Parameter p) {
    double factor = 1;
    for (Map.Entry<String, Double> e : s.rates.entrySet()) {
      factor *= model.parameters().matching(e.getKey()).contains(p.name()) ? e.getValue() : 1;
    }
    return factor;
  }

  /**
   * Returns how many steps are done when the epoch begins in which a parameter is first trained.
   */
  private long first(Parameter p) {
    int epoch = 1;
    for (Unfreezing u : s.unfreezing) {
      boolean named =
          u.patterns().stream().anyMatch(n -> model.parameters().matching(n).contains(p.name()));
      epoch = named ? Math.max(epoch, u.epoch()) : epoch;
    }
    return (epoch - 1) * stepsOfEpoch();
  }

  private long stepsOfEpoch() {
    return Math.ceilDiv(batches.count(), s.accumulate);
  }

  /** Returns what must be the same when a checkpoint is resumed. */
  private Map<String, String> identity() {
    Map<String, String> is = new LinkedHashMap<>();
    is.put("loss", s.objective.description());
    is.put("schedule", s.schedule.name());
    if (s.schedule.dependsOnTotal()) {
      is.put("number of epochs", Integer.toString(epochs));
    }
    is.put("number of training samples", Integer.toString(batches.dataset().size()));
    is.put("augmentation", batches.dataset().description());
    is.put("shuffling", batches.dataset().inRandomOrder() ? "on" : "off");
    is.put("batch size", Integer.toString(batches.batchSize()));
    is.put("dropping of the last batch", batches.dropLast() ? "on" : "off");
    is.put("seed", Long.toString(s.seed.value()));
    is.put("convolutions", model.engine().convolutions().text());
    is.put("batches of a step", Integer.toString(s.accumulate));
    is.put("averaging", Double.toString(s.averaging));
    is.put("plateau", s.plateau.map(Plateau::description).orElse(""));
    is.put("rates", s.rates.toString());
    is.put("unfreezing", s.unfreezing.toString());
    is.put("layers told to behave", model.behaviours());
    is.put("metrics", names(s.metrics.stream().map(Metric::name)));
    is.put("measures", names(s.measures.stream().flatMap(m -> m.names().stream())));
    is.put(
        "frozen parameters",
        model.parameters().all().stream()
            .map(Parameter::name)
            .filter(model::isFrozen)
            .collect(Collectors.joining(" ")));
    // An optimiser of the user's may call one of its numbers the same.
    s.optimizer.settings().forEach((name, value) -> is.merge(name, value, (a, b) -> a + ", " + b));
    return is;
  }

  private static String names(Stream<String> all) {
    return all.collect(Collectors.joining(" "));
  }

  History finish() {
    try {
      return train();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private History train() {
    s.resume.ifPresent(folder -> checkpoint.read(folder, progress, kept));
    average.ifPresent(Average::begin);
    for (int i = 0; i < model.outputs().size(); i++) {
      model.setTask(i, tasks.get(i).task());
    }
    s.listeners.forEach(l -> l.onStart(this));
    s.callbacks.forEach(c -> c.onStart(this));
    writeCheckpoints();
    while (progress.epochsDone < epochs && !leaving()) {
      trainEpoch();
    }
    if (!paused) {
      average.ifPresent(Average::swap);
      s.callbacks.forEach(c -> c.onEnd(this));
    }
    writeCheckpoints();
    model.parameters().changed();
    s.listeners.forEach(l -> l.onEnd(this));
    return progress.history;
  }

  /** Takes an interruption for a pause; until the end of the run it must not meet files. */
  private boolean leaving() {
    if (Thread.interrupted()) {
      interrupted = true;
      paused = true;
    }
    return paused || progress.stopReason.isPresent();
  }

  private Seed epochSeed() {
    return s.seed.split("epoch").split(progress.epochsDone);
  }

  private void trainEpoch() {
    enterStage();
    plateau = s.plateau.map(p -> p.factor(progress.history, validates())).orElse(1.0);
    double before = progress.secondsOfEpoch;
    long began = System.nanoTime();
    try (BatchStream stream = batches.open(epochSeed(), progress.batch)) {
      while (!leaving() && progress.batch < batches.count()) {
        step(stream);
        progress.secondsOfEpoch = before + seconds(began);
        s.callbacks.forEach(c -> c.onStep(this));
        writeCheckpoints();
        s.listeners.forEach(l -> l.onBatch(this));
      }
    }
    if (progress.batch == batches.count()) {
      endEpoch(before, began);
    }
  }

  /** Does a step of one batch or, where gradients are accumulated, of some. */
  private void step(BatchStream stream) {
    double rate = rate(progress.step);
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
        stage.step.function().update();
        continue;
      }
      if (group > 1) {
        accumulator.finish();
      }
      if (!stage.step.tryApply(rate)) {
        throw failure("the norm of the gradients is not finite", batch, rate, i);
      }
    }
    progress.step++;
    progress.batch += group;
    progress.learningRate = rate;
    average.ifPresent(a -> a.follow(progress.step));
    leaving();
  }

  /** Computes the gradients of a batch, the i-th of its step, and notes its loss and metrics. */
  private void losses(Batch batch, double rate, int i) {
    DataCheck.labels(batches, epochSeed(), s.objective, batch, outputShapes);
    float loss = stage.step.gradients(batch, seed(i));
    if (!Float.isFinite(loss)) {
      throw failure("the loss is " + loss, batch, rate, i);
    }
    lastLoss = loss;
    double weight = s.objective.weight(batch);
    progress.losses[0] += loss * weight;
    progress.losses[1] += weight;
    progress.samples += batch.size();
    for (int m = 0; m < s.metrics.size(); m++) {
      Metric metric = s.metrics.get(m);
      Tensor output = stage.step.output(metric.output());
      Tensor target = Targets.counted(batch, s.objective, metric.target());
      metric.add(progress.metrics.get(m), tasks.get(metric.output()), output, target);
    }
  }

  private Seed seed(int i) {
    Seed step = s.seed.split("step").split(progress.step);
    return i == 0 ? step : step.split(i);
  }

  private double rate(long step) {
    long total = epochs * stepsOfEpoch();
    double factor = s.schedule.factor(step, total);
    factor *= plateau;
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(
          "schedule " + s.schedule.name() + ": factor " + factor + " at step " + (step + 1));
    }
    return s.optimizer.learningRate() * factor;
  }

  private FoveaException failure(String what, Batch batch, double rate, int i) {
    String where =
        "training stopped at step "
            + (progress.step + 1)
            + " (epoch "
            + epoch()
            + ", batch "
            + (progress.batch + i + 1)
            + "), "
            + what;
    StepFunction function = stage.step.function();
    function.set(batch, seed(i));
    return NonFinite.explain(where, batches, epochSeed(), batch, model, trained, function, rate);
  }

  private void endEpoch(double before, long began) {
    int number = progress.epochsDone + 1;
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < s.metrics.size(); i++) {
      Metric m = s.metrics.get(i);
      values.put(m.name(), m.value(progress.metrics.get(i)));
    }
    Scores train = new Scores(meanLoss(), values);
    boolean due = number % s.evaluateEvery == 0 || number == epochs || leaving();
    if (due && validation.isPresent()) {
      s.listeners.forEach(l -> l.onEvaluation(this));
    }
    requireFinite();
    average.ifPresent(Average::swap);
    try {
      note(train, due ? evaluated(number) : Optional.empty(), before + seconds(began));
    } finally {
      average.ifPresent(Average::swap);
    }
    writeCheckpoints();
    History.Epoch epoch = progress.history.epochs().getLast();
    s.listeners.forEach(l -> l.onEpoch(this, epoch));
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
    s.callbacks.forEach(c -> c.onEpoch(this));
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
    if (!wanted.isEmpty()) {
      requireFinite();
    }
    for (Path folder : wanted) {
      checkpoint.write(folder, progress, kept);
      checkpointed = System.nanoTime();
    }
    wanted.clear();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }

  @Override
  public Model model() {
    return model;
  }

  @Override
  public int epoch() {
    return progress.epochsDone + 1;
  }

  @Override
  public int epochs() {
    return epochs;
  }

  @Override
  public int batch() {
    return progress.batch;
  }

  @Override
  public int batches() {
    return batches.count();
  }

  @Override
  public long samples() {
    return progress.samples;
  }

  @Override
  public long step() {
    return progress.step;
  }

  @Override
  public double loss() {
    return lastLoss;
  }

  @Override
  public double meanLoss() {
    return progress.losses[1] == 0 ? 0 : progress.losses[0] / progress.losses[1];
  }

  @Override
  public double learningRate() {
    return progress.step == 0 ? rate(0) : progress.learningRate;
  }

  @Override
  public History history() {
    return progress.history;
  }

  @Override
  public boolean validates() {
    return validation.isPresent();
  }

  @Override
  public Optional<String> stopReason() {
    return progress.stopReason;
  }

  @Override
  public void stop(String reason) {
    progress.stopReason = Optional.of(reason);
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public boolean paused() {
    return paused;
  }

  @Override
  public void checkpoint(Path folder) {
    wanted.add(folder);
  }

  @Override
  public double secondsSinceCheckpoint() {
    return seconds(checkpointed);
  }

  @Override
  public void keep(String name) {
    kept.put(name, model.parameters().values().clone());
  }

  @Override
  public void restore(String name) {
    float[] values = kept.get(name);
    if (values != null) {
      System.arraycopy(values, 0, model.parameters().values(), 0, values.length);
      model.parameters().changed();
    }
  }
}
