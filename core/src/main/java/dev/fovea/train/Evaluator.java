package dev.fovea.train;

import dev.fovea.compile.Compiler;
import dev.fovea.data.Batch;
import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.graph.Graph;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measures a model on data sets: the mean loss and metrics, as in inference.
 *
 * <p>Plans are kept from one data set to the next. Sums are taken in the order of the samples.
 */
public final class Evaluator {
  private static final int BATCH = 256;

  private final Model model;
  private final @Nullable Loss loss;
  private final List<Metric> metrics;
  private final int batchSize;
  private final Map<Integer, Pass> passes = new HashMap<>();

  Evaluator(Model model, @Nullable Loss loss, List<Metric> metrics) {
    this(model, loss, metrics, BATCH);
  }

  private Evaluator(Model model, @Nullable Loss loss, List<Metric> metrics, int batchSize) {
    this.model = model;
    this.loss = loss;
    this.metrics = List.copyOf(metrics);
    this.batchSize = batchSize;
  }

  /** Returns an evaluator of a model's loss. */
  public static Evaluator of(Model model, Loss loss) {
    return new Evaluator(model, loss, List.of());
  }

  /** Returns this evaluator with these metrics. */
  public Evaluator metrics(Metric... all) {
    return new Evaluator(model, loss, List.of(all), batchSize);
  }

  /**
   * Returns this evaluator with this many samples at a time, 256 by default.
   *
   * @throws FoveaException if there are none
   */
  public Evaluator batchSize(int samples) {
    if (samples < 1) {
      throw new FoveaException("evaluation: batch size must be at least 1, got " + samples);
    }
    return new Evaluator(model, loss, metrics, samples);
  }

  /** A plan of one batch size with the outputs' memory. */
  private record Pass(Plan plan, Tensor output) {}

  /**
   * Returns the loss and the metrics of a data set.
   *
   * @throws FoveaException if its samples do not suit the model
   */
  public Scores evaluate(Dataset data) {
    return scores(sums(data));
  }

  /**
   * Returns the loss, the metrics and the confusion matrix of a data set, in one pass over it.
   *
   * @throws FoveaException if its samples do not suit the model
   */
  public Evaluation examine(Dataset data) {
    List<Metric> all = new ArrayList<>(metrics);
    all.add(ConfusionMatrix.METRIC);
    List<double[]> sums = new Evaluator(model, loss, all, batchSize).sums(data);
    double[] counts = sums.remove(metrics.size());
    return new Evaluation(scores(sums), ConfusionMatrix.of(counts, data.classes()));
  }

  private Scores scores(List<double[]> sums) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      values.put(metrics.get(i).name(), metrics.get(i).value(sums.get(i)));
    }
    double[] losses = sums.getLast();
    return new Scores(losses[0] / losses[1], values);
  }

  /** Returns the sums of each metric, and at last the sum of losses and the number of samples. */
  synchronized List<double[]> sums(Dataset data) {
    DataCheck.require(model, loss, data, "evaluation data");
    List<double[]> sums = new ArrayList<>();
    Shape output = model.outputs().get(0);
    metrics.forEach(m -> sums.add(new double[m.sums(output)]));
    sums.add(new double[2]);
    Batches batches = data.batches(Math.min(batchSize, data.size()));
    try (BatchStream stream = batches.open(Seed.of(0))) {
      for (Batch b = stream.next(); b != null; b = stream.next()) {
        if (loss != null) {
          DataCheck.labels(batches, Seed.of(0), loss, b, Classes.of(output));
        }
        add(b, sums);
      }
    }
    return sums;
  }

  private void add(Batch b, List<double[]> sums) {
    Pass pass = passes.computeIfAbsent(b.size(), this::compile);
    Execution e = pass.plan.acquire();
    try {
      if (e.hasInput(StepPlan.INPUT)) {
        e.set(StepPlan.INPUT, b.input().data(), 0);
      }
      if (e.hasInput(StepPlan.TARGET)) {
        e.set(StepPlan.TARGET, b.target().data(), 0);
      }
      e.run();
      e.get(StepPlan.OUTPUT, pass.output.data(), 0);
      for (int i = 0; i < metrics.size(); i++) {
        metrics.get(i).add(sums.get(i), pass.output, b.target());
      }
      double[] losses = sums.getLast();
      losses[0] += loss == null ? 0 : (double) e.scalar(StepPlan.LOSS) * b.size();
      losses[1] += b.size();
    } finally {
      pass.plan.release(e);
    }
  }

  private Pass compile(int batch) {
    Traced traced = model.trace(batch, false);
    Value output = traced.outputs().get(0);
    Map<String, Value> named = new LinkedHashMap<>();
    named.put(StepPlan.OUTPUT, output);
    if (loss != null) {
      Value target = Value.of(new Source.Input(StepPlan.TARGET, loss.target(output.shape())));
      named.put(StepPlan.LOSS, loss.of(output, target));
    }
    Plan plan = model.plan(new Graph(named, traced.paths()), Compiler.Mode.INFER, new float[0]);
    return new Pass(plan, Tensor.zeros(output.shape()));
  }
}
