package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.SharedMemory;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a model on data sets in inference mode: the mean loss, metrics and measures.
 *
 * <p>Sums are taken in the order of the samples. The batch size affects rounding only, unless a
 * loss compares the samples of a batch, as the triplet loss does.
 */
public final class Evaluator {
  /** What names of terms of the losses begin with, such as {@code loss_masks}. */
  public static final String PART = "loss_";

  private static final int BATCH = 256;

  /** The most elements of a batch of default size, outputs included: 16 MiB. */
  private static final long NUMBERS = 4 << 20;

  private final Model model;
  private final @Nullable Objective objective;
  private final List<Metric> metrics;
  private final List<Measure> measures;
  private final int batchSize;
  private final Map<Key, CompiledFunction> losses = new HashMap<>();
  private final Map<List<Shape>, List<Objective.Term>> terms = new ConcurrentHashMap<>();
  private final SharedMemory memory = new SharedMemory();

  Evaluator(
      Model model, @Nullable Objective objective, List<Metric> metrics, List<Measure> measures) {
    this(model, objective, metrics, measures, 0);
  }

  private Evaluator(
      Model model,
      @Nullable Objective objective,
      List<Metric> metrics,
      List<Measure> measures,
      int batchSize) {
    this.model = model;
    this.objective = objective;
    this.metrics = List.copyOf(metrics);
    this.measures = List.copyOf(measures);
    this.batchSize = batchSize;
  }

  /** Returns an evaluator of a model's loss. */
  public static Evaluator of(Model model, Loss loss) {
    return of(model, Objective.of(loss));
  }

  /**
   * Returns an evaluator of a model's losses, except those of outputs that exist in training only.
   */
  public static Evaluator of(Model model, Objective objective) {
    return new Evaluator(model, objective, List.of(), List.of());
  }

  /** Returns this evaluator with these metrics. */
  public Evaluator metrics(Metric... all) {
    return new Evaluator(model, objective, List.of(all), measures, batchSize);
  }

  /** Returns this evaluator with these measures. */
  public Evaluator measures(Measure... all) {
    return new Evaluator(model, objective, metrics, List.of(all), batchSize);
  }

  /**
   * Returns this evaluator with another batch size. The default is 256, or fewer if the samples
   * with their outputs take more than 16 MiB and no loss compares samples.
   *
   * @throws FoveaException if there are none
   */
  public Evaluator batchSize(int samples) {
    if (samples < 1) {
      throw new FoveaException("evaluation: batch size must be at least 1, got " + samples);
    }
    return new Evaluator(model, objective, metrics, measures, samples);
  }

  /** What a function of losses is compiled for. */
  private record Key(int batch, List<Shape> targets) {}

  /**
   * Returns the loss, the metrics and the measures of a data set and, where the loss is a sum of
   * several terms, each of them with its weight, by {@link #PART} and its name: what training tells
   * too.
   *
   * @throws FoveaException if its samples do not suit the model
   */
  public Scores evaluate(Dataset data) {
    List<Measure.Collector> collectors = measures.stream().map(m -> m.collect(data)).toList();
    List<double[]> sums = sums(data, collectors);
    Scores scores = scores(sums);
    Map<String, Double> all = new LinkedHashMap<>(scores.metrics());
    for (int i = 0; i < collectors.size(); i++) {
      List<Double> values = collectors.get(i).values();
      for (int k = 0; k < values.size(); k++) {
        all.put(measures.get(i).names().get(k), values.get(k));
      }
    }
    all.putAll(terms(sums.getLast(), data.targetShapes()));
    return new Scores(scores.loss(), all);
  }

  /** Returns each of several terms of the losses by a name of its own. */
  private Map<String, Double> terms(double[] losses, List<Shape> targets) {
    List<Objective.Head> heads = heads();
    List<Objective.Term> all = terms(targets);
    Map<String, Double> values = new LinkedHashMap<>();
    for (int t = 0; t < all.size(); t++) {
      int head = all.get(t).head();
      double sum = losses[2 * heads.size() + t];
      values.put(
          PART + all.get(t).name(), heads.get(head).weight() * mean(sum, losses[2 * head + 1]));
    }
    return values;
  }

  /** Returns the terms of the losses for a batch of one, if there are several. */
  private List<Objective.Term> terms(List<Shape> targets) {
    return terms.computeIfAbsent(
        targets,
        shapes -> {
          List<Objective.Term> all = terms(outputs(1), Formula.targets(shapes, 1));
          return all.size() > 1 ? all : List.of();
        });
  }

  private List<Objective.Term> terms(List<Value> outputs, List<Value> targets) {
    return heads().isEmpty() ? List.of() : new Objective(heads()).terms(outputs, targets);
  }

  /** Returns the outputs of a batch as values. */
  private List<Value> outputs(int batch) {
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < model.outputs().size(); i++) {
      outputs.add(Source.Input.sample(i, model.outputs().get(i).prepend(batch)));
    }
    return outputs;
  }

  /** Returns a mean; 0 where nothing counts. */
  private static double mean(double sum, double weight) {
    return weight == 0 ? 0 : sum / weight;
  }

  /**
   * Returns the loss, the metrics and the confusion matrix of a data set, in one pass over it.
   *
   * @throws FoveaException if its samples do not suit the model
   */
  public Evaluation examine(Dataset data) {
    List<Metric> all = new ArrayList<>(metrics);
    all.add(ConfusionMatrix.METRIC);
    List<double[]> sums =
        new Evaluator(model, objective, all, List.of(), batchSize).sums(data, List.of());
    double[] counts = sums.remove(metrics.size());
    return new Evaluation(scores(sums), ConfusionMatrix.of(counts, data.classes()));
  }

  /** Returns an output with the task that a data set gives it. */
  private Output output(int output, Dataset data) {
    Output own = model.output(output);
    return objective == null ? own : objective.withTask(own, output, data.targets());
  }

  private Scores scores(List<double[]> sums) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      values.put(metrics.get(i).name(), metrics.get(i).value(sums.get(i)));
    }
    return new Scores(mean(sums.getLast()), values);
  }

  /** Returns the objective of the sums of losses and of what they weigh. */
  private double mean(double[] losses) {
    List<Objective.Head> heads = heads();
    double sum = 0;
    for (int h = 0; h < heads.size(); h++) {
      sum += heads.get(h).weight() * mean(losses[2 * h], losses[2 * h + 1]);
    }
    return sum;
  }

  /** Returns the sums of each metric, and at last those of the losses. */
  List<double[]> sums(Dataset data) {
    return sums(data, List.of());
  }

  /**
   * Returns the sums of each metric, and at last of each loss the sum and what it weighs, then the
   * sums of all terms if there are several.
   */
  private synchronized List<double[]> sums(Dataset data, List<Measure.Collector> collectors) {
    if (objective != null) {
      DataCheck.requireInference(objective, model.outputs().size());
    }
    DataCheck.require(model, model.outputs(), objective, data, "evaluation data");
    List<double[]> sums = new ArrayList<>();
    for (Metric m : metrics) {
      DataCheck.requireThere(m, model.outputs().size(), data.targetShapes().size());
      sums.add(new double[m.sums(output(m.output(), data))]);
    }
    sums.add(new double[2 * heads().size() + terms(data.targetShapes()).size()]);
    List<Output> outputs = metrics.stream().map(m -> output(m.output(), data)).toList();
    List<Shape> targets = data.targetShapes();
    Batches batches = data.batches(samples(data));
    try (BatchStream stream = batches.open(Seed.of(0))) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        if (objective != null) {
          DataCheck.labels(batches, Seed.of(0), objective, b, model.outputs());
        }
        List<Tensor> answers = model.run(b.inputs());
        add(b, answers, sums, outputs, targets);
        for (Measure.Collector c : collectors) {
          c.add(b, answers);
        }
      }
    }
    return sums;
  }

  /** Returns how many samples are evaluated at a time. */
  int samples(Dataset data) {
    if (batchSize > 0) {
      return Math.min(batchSize, data.size());
    }
    boolean compares = heads().stream().anyMatch(h -> h.loss().comparesSamples());
    return compares ? Math.min(BATCH, data.size()) : samples(model, data);
  }

  /** Returns how many bytes an evaluation takes beside the parameters and the loaded batches. */
  long bytes(Dataset data) {
    int n = samples(data);
    long outputs = 4L * n * model.outputs().stream().mapToLong(Shape::elements).sum();
    return model.inference().bytes(n) + outputs + function(new Key(n, data.targetShapes())).bytes();
  }

  /** Returns how many samples to evaluate at a time where no loss compares them. */
  static int samples(Model model, Dataset data) {
    long each =
        Stream.of(data.inputShapes(), data.targetShapes(), model.outputs())
            .flatMap(List::stream)
            .mapToLong(Shape::elements)
            .sum();
    return Math.clamp(NUMBERS / Math.max(each, 1), 1, Math.min(BATCH, data.size()));
  }

  private void add(
      Batch b, List<Tensor> outputs, List<double[]> sums, List<Output> tasks, List<Shape> targets) {
    for (int i = 0; i < metrics.size(); i++) {
      Metric m = metrics.get(i);
      Tensor target = Targets.counted(b, objective, m.target());
      m.add(sums.get(i), tasks.get(i), outputs.get(m.output()), target);
    }
    if (objective != null) {
      addLosses(b, outputs, sums.getLast(), targets);
    }
  }

  /** Each loss is a mean of its own weights: batches are put together loss by loss. */
  private void addLosses(Batch b, List<Tensor> outputs, double[] sums, List<Shape> targets) {
    List<Tensor> inputs = new ArrayList<>(outputs);
    inputs.addAll(b.targets());
    List<Tensor> values = function(new Key(b.size(), targets)).call(inputs.toArray(Tensor[]::new));
    List<Objective.Head> heads = heads();
    for (int h = 0; h < heads.size(); h++) {
      double weight = heads.get(h).weight(b);
      sums[2 * h] += values.get(h).data()[0] * weight;
      sums[2 * h + 1] += weight;
    }
    List<Objective.Term> all = terms(targets);
    for (int t = 0; t < all.size(); t++) {
      int at = heads.size() + t;
      double weight = heads.get(all.get(t).head()).weight(b);
      sums[heads.size() + at] += values.get(at).data()[0] * weight;
    }
  }

  /** Returns the losses of outputs that inference has. */
  private List<Objective.Head> heads() {
    return objective == null
        ? List.of()
        : objective.heads().stream().filter(h -> h.lastOutput() < model.outputs().size()).toList();
  }

  private CompiledFunction function(Key key) {
    return losses.computeIfAbsent(key, this::compile);
  }

  /** Compiles the losses as a function of outputs and targets. */
  private CompiledFunction compile(Key key) {
    List<Value> outputs = outputs(key.batch);
    List<Value> targets = Formula.targets(key.targets, key.batch);
    List<Value> results =
        new ArrayList<>(heads().stream().map(h -> h.of(outputs, targets)).toList());
    if (!terms(key.targets).isEmpty()) {
      terms(outputs, targets).forEach(t -> results.add(t.value()));
    }
    List<Value> inputs = new ArrayList<>(outputs);
    inputs.addAll(targets);
    Graph graph = Graph.of(inputs, results);
    return CompiledFunction.of(
        model.engine().unwrap(Device.class), graph, Compiler.Mode.TRAIN, Map.of(), memory);
  }
}
