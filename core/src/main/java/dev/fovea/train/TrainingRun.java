package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.optim.OptimizerState;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One training from its start, or from a checkpoint, to its end. */
final class TrainingRun implements Training {
  private final Trainer.Settings s;
  private final Batches batches;
  private final int epochs;
  private final Optional<Dataset> validation;
  private final Model model;
  private final List<Parameter> trained;
  private final List<Parameter> states;
  private final float[] statesBefore;
  private final float[] gradients;
  private final OptimizerState optimizer;
  private final OptimizerStep update;
  private final Map<Integer, StepPlan> plans = new HashMap<>();
  private final Evaluator evaluator;
  private final Checkpoint checkpoint;
  private final Progress progress;
  private final Map<String, float[]> kept = new LinkedHashMap<>();
  private final Set<Path> wanted = new LinkedHashSet<>();
  private final int classes;
  private double lastLoss = Double.NaN;
  private boolean paused;
  private long checkpointed = System.nanoTime();

  TrainingRun(Trainer.Settings s, Batches batches, int epochs, Optional<Dataset> validation) {
    this.s = s;
    this.batches = batches;
    this.epochs = epochs;
    this.validation = validation;
    this.model = s.model();
    DataCheck.require(model, s.loss(), batches.dataset(), "training data");
    validation.ifPresent(v -> DataCheck.require(model, s.loss(), v, "validation data"));
    Shape output = model.outputs().get(0);
    this.classes = Classes.of(output);
    this.trained =
        model.parameters().all().stream()
            .filter(p -> p.trainable() && !model.isFrozen(p.name()))
            .toList();
    if (trained.isEmpty()) {
      throw new FoveaException("nothing to train: the model has no parameter that is not frozen");
    }
    this.states = model.parameters().all().stream().filter(p -> !p.trainable()).toList();
    this.statesBefore = new float[states.isEmpty() ? 0 : model.parameters().values().length];
    this.gradients = new float[model.parameters().values().length];
    this.optimizer =
        new OptimizerState(s.optimizer(), model.parameters(), trained::contains, gradients);
    this.update = new OptimizerStep(model, optimizer);
    this.evaluator = new Evaluator(model, s.loss(), s.metrics());
    this.checkpoint = new Checkpoint(model, trained, optimizer, identity());
    this.progress =
        new Progress(s.metrics().stream().map(m -> new double[m.sums(output)]).toList());
  }

  /** Returns what must be the same when a checkpoint is resumed. */
  private Map<String, String> identity() {
    Map<String, String> is = new LinkedHashMap<>();
    is.put("loss", s.loss().description());
    is.putAll(s.optimizer().settings());
    is.put("schedule", s.schedule().name());
    if (s.schedule().dependsOnTotal()) {
      is.put("number of epochs", Integer.toString(epochs));
    }
    is.put("number of training samples", Integer.toString(batches.dataset().size()));
    is.put("augmentation", batches.dataset().description());
    is.put("shuffling", batches.dataset().inRandomOrder() ? "on" : "off");
    is.put("batch size", Integer.toString(batches.batchSize()));
    is.put("dropping of the last batch", batches.dropLast() ? "on" : "off");
    is.put("seed", Long.toString(s.seed().value()));
    is.put("convolutions", model.engine().convolutions().text());
    is.put("metrics", s.metrics().stream().map(Metric::name).collect(Collectors.joining(" ")));
    is.put(
        "frozen parameters",
        model.parameters().all().stream()
            .map(Parameter::name)
            .filter(model::isFrozen)
            .collect(Collectors.joining(" ")));
    return is;
  }

  History run() {
    s.resume().ifPresent(folder -> checkpoint.read(folder, progress, kept));
    s.listeners().forEach(l -> l.onStart(this));
    s.callbacks().forEach(c -> c.onStart(this));
    writeCheckpoints();
    while (progress.epochsDone < epochs && !leaving()) {
      trainEpoch();
    }
    if (!paused) {
      s.callbacks().forEach(c -> c.onEnd(this));
    }
    writeCheckpoints();
    model.parameters().changed();
    s.listeners().forEach(l -> l.onEnd(this));
    return progress.history;
  }

  private boolean leaving() {
    return paused || progress.stopReason.isPresent();
  }

  private Seed epochSeed() {
    return s.seed().split("epoch").split(progress.epochsDone);
  }

  private void trainEpoch() {
    double before = progress.secondsOfEpoch;
    long began = System.nanoTime();
    try (BatchStream stream = batches.open(epochSeed(), progress.batch)) {
      while (!leaving()) {
        Batch batch = stream.next();
        if (batch == null) {
          break;
        }
        step(batch);
        progress.secondsOfEpoch = before + seconds(began);
        s.callbacks().forEach(c -> c.onStep(this));
        writeCheckpoints();
        s.listeners().forEach(l -> l.onBatch(this));
      }
    }
    if (progress.batch == batches.count()) {
      endEpoch(before, began);
    }
  }

  private void step(Batch batch) {
    DataCheck.labels(batches, epochSeed(), s.loss(), batch, classes);
    StepPlan plan = plans.computeIfAbsent(batch.size(), this::compile);
    double rate = rate(progress.step);
    float loss = gradients(plan, batch);
    if (!Float.isFinite(loss)) {
      throw failure("the loss is " + loss, plan, batch, rate);
    }
    if (!optimize(rate)) {
      throw failure("the norm of the gradients is not finite", plan, batch, rate);
    }
    progress.step++;
    progress.batch++;
    progress.learningRate = rate;
    lastLoss = loss;
    progress.losses[0] += (double) loss * batch.size();
    progress.losses[1] += batch.size();
    if (!s.metrics().isEmpty()) {
      Tensor output = plan.output();
      for (int i = 0; i < s.metrics().size(); i++) {
        s.metrics().get(i).add(progress.metrics.get(i), output, batch.target());
      }
    }
  }

  StepPlan compile(int batch) {
    return StepPlan.of(model, s.loss(), batch, trained, gradients, !s.metrics().isEmpty());
  }

  /** Computes loss and gradients of a batch; allocates nothing. */
  float gradients(StepPlan plan, Batch batch) {
    plan.set(batch, s.seed().split("step").split(progress.step));
    copyStates(model.parameters().values(), statesBefore);
    return plan.run();
  }

  /** Copies running statistics, which a run replaces before its loss is known. */
  private void copyStates(float[] from, float[] to) {
    for (int i = 0; i < states.size(); i++) {
      Parameter p = states.get(i);
      System.arraycopy(from, p.offset(), to, p.offset(), p.shape().elements());
    }
  }

  /** Does the optimiser's step, unless the gradients are not finite; allocates nothing. */
  boolean optimize(double rate) {
    return update.run(rate);
  }

  private double rate(long step) {
    long total = (long) epochs * batches.count();
    double factor = s.schedule().factor(step, total);
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new FoveaException(
          "schedule " + s.schedule().name() + ": factor " + factor + " at step " + (step + 1));
    }
    return s.optimizer().learningRate() * factor;
  }

  private FoveaException failure(String what, StepPlan plan, Batch batch, double rate) {
    String where =
        "training stopped at step "
            + (progress.step + 1)
            + " (epoch "
            + epoch()
            + ", batch "
            + (progress.batch + 1)
            + "), "
            + what;
    copyStates(statesBefore, model.parameters().values());
    plan.set(batch, s.seed().split("step").split(progress.step));
    return NonFinite.explain(where, batches, epochSeed(), batch, model, trained, plan, rate);
  }

  private void endEpoch(double before, long began) {
    int number = progress.epochsDone + 1;
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < s.metrics().size(); i++) {
      Metric m = s.metrics().get(i);
      values.put(m.name(), m.value(progress.metrics.get(i)));
    }
    Scores train = new Scores(meanLoss(), values);
    boolean due = number % s.evaluateEvery() == 0 || number == epochs || leaving();
    if (due && validation.isPresent()) {
      s.listeners().forEach(l -> l.onEvaluation(this));
    }
    requireFinite();
    Optional<Scores> scores = due ? validation.map(evaluator::evaluate) : Optional.empty();
    if (scores.isPresent() && !Double.isFinite(scores.get().loss())) {
      throw new DivergedException(
          "training stopped after epoch "
              + number
              + ", the loss of the samples kept apart is "
              + scores.get().loss()
              + NonFinite.advice(progress.learningRate));
    }
    History.Epoch epoch =
        new History.Epoch(number, train, scores, progress.learningRate, before + seconds(began));
    progress.history = progress.history.with(epoch);
    progress.beginEpoch();
    s.callbacks().forEach(c -> c.onEpoch(this));
    writeCheckpoints();
    s.listeners().forEach(l -> l.onEpoch(this, epoch));
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
    return (long) progress.losses[1];
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
    return progress.losses[0] / progress.losses[1];
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
