package dev.fovea.train;

import dev.fovea.data.Batch;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * A copy of a training's model that does the tasks of a {@link Cluster}, for one share of the
 * samples after the other. What it computes depends on task and share alone. Not thread-safe.
 */
public final class Worker {
  private final Trainer.Settings s;
  private final Model model;
  private final List<Shape> outputs;
  private final List<Output> tasks;
  private final int parts;
  private final ChangingStep changing;

  /**
   * Creates a worker.
   *
   * @param trainer a trainer with the settings of the training and a model of the same network,
   *     whose parameters are overwritten
   * @param share the first share it works on; those of all workers have the same form
   * @param batchesOfEpoch the number of batches of an epoch, as tasks have it
   */
  public Worker(Trainer trainer, WorkerShare share, int batchesOfEpoch) {
    this.s = trainer.settings();
    this.model = s.model;
    TrainingSizes sizes = TrainingSizes.of(s, share.batches(1));
    TrainingForm form = sizes.all().get(0).form();
    this.tasks = form.outputs();
    this.outputs = form.outputShapes();
    this.parts = form.parts().size();
    this.changing = new ChangingStep(s, sizes, new LearningRates(s, 1), batchesOfEpoch);
  }

  /**
   * Does a task.
   *
   * @throws FoveaException if the task is of another network, or a label is of no class
   */
  public WorkerSum compute(WorkerTask task, WorkerShare share) {
    take(task);
    double[] figures = new double[WorkerSum.PARTS + parts + sumsOfMetrics()];
    Seed epoch =
        s.seed.split("epoch").split(task.place().epoch()).split("worker").split(share.worker());
    for (int i = 0; i < task.batches(); i++) {
      Batch batch = share.batch(epoch, task.batchSize(), task.place().batch() + i);
      if (batch == null) {
        break;
      }
      DataCheck.labels(share.batches(task.batchSize()), epoch, s.objective, batch, outputs);
      changing.enter(task.place().step() + i);
      Seed step = s.seed.split("step").split(task.place().step() + i);
      float loss = changing.step().gradients(batch, step.split("worker").split(share.worker()));
      note(figures, batch, loss);
      if (!task.isLocal()) {
        changing.step().function().update();
        return new WorkerSum(gradients(task, figures), figures);
      }
      if (!changing.step().tryApply(task.rate(i))) {
        figures[WorkerSum.LOSS] = Double.NaN;
      }
    }
    return new WorkerSum(
        task.isLocal() ? changes(task, figures) : new float[values().length], figures);
  }

  private float[] values() {
    return model.parameters().values();
  }

  private void take(WorkerTask task) {
    List<String> slots = s.optimizer.slots();
    if (task.parameters().length != values().length
        || (task.isLocal() && task.memory().length != slots.size())) {
      throw new FoveaException(
          ("worker: a task of %s numbers and %s slots for a trainer of %s and %s; all must make the"
                  + " same trainer")
              .formatted(
                  task.parameters().length, task.memory().length, values().length, slots.size()));
    }
    System.arraycopy(task.parameters(), 0, values(), 0, values().length);
    model.parameters().changed();
    for (int i = 0; i < task.memory().length; i++) {
      float[] slot = changing.optimizer().slot(slots.get(i));
      System.arraycopy(task.memory()[i], 0, slot, 0, slot.length);
    }
  }

  private int sumsOfMetrics() {
    return s.metrics.stream().mapToInt(m -> m.sums(tasks.get(m.output()))).sum();
  }

  /** Adds what is known of a batch to the figures. */
  private void note(double[] figures, Batch batch, float loss) {
    double weight = s.objective.weight(batch);
    figures[WorkerSum.LOSS] += loss * weight;
    figures[WorkerSum.WEIGHT] += weight;
    figures[WorkerSum.SAMPLES] += batch.size();
    int before = s.metrics.stream().mapToInt(m -> m.output() + 1).max().orElse(0);
    for (int p = 0; p < parts; p++) {
      figures[WorkerSum.PARTS + p] += changing.step().output(before + p).data()[0] * weight;
    }
    int at = WorkerSum.PARTS + parts;
    for (Metric m : s.metrics) {
      double[] sums = new double[m.sums(tasks.get(m.output()))];
      Tensor target = Targets.counted(batch, s.objective, m.target());
      m.add(sums, tasks.get(m.output()), changing.step().output(m.output()), target);
      for (double sum : sums) {
        figures[at++] += sum;
      }
    }
  }

  /** Returns gradients and the change of running statistics, weighted. */
  private float[] gradients(WorkerTask task, double[] figures) {
    float[] sum = changing.gradients().clone();
    float weight = (float) figures[WorkerSum.WEIGHT];
    for (int i = 0; i < sum.length; i++) {
      sum[i] *= weight;
    }
    for (Parameter p : model.parameters().all()) {
      if (!p.trainable()) {
        int end = p.offset() + p.shape().elements();
        change(values(), task.parameters(), figures, sum, p.offset(), p.offset(), end);
      }
    }
    return sum;
  }

  /** Returns by how much parameters and what the optimiser remembers have changed, weighted. */
  private float[] changes(WorkerTask task, double[] figures) {
    List<String> slots = s.optimizer.slots();
    int n = values().length;
    float[] sum = new float[n * (1 + slots.size())];
    change(values(), task.parameters(), figures, sum, 0, 0, n);
    for (int i = 0; i < slots.size(); i++) {
      float[] slot = changing.optimizer().slot(slots.get(i));
      change(slot, task.memory()[i], figures, sum, n * (i + 1), 0, n);
    }
    return sum;
  }

  private static void change(
      float[] now, float[] before, double[] figures, float[] sum, int at, int from, int to) {
    float samples = (float) figures[WorkerSum.SAMPLES];
    for (int i = from; i < to; i++) {
      sum[at + i - from] = samples * (now[i] - before[i]);
    }
  }
}
