package dev.fovea.train;

import dev.fovea.data.Batches;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.tensor.FoveaException;
import java.util.List;

/** The steps of a training whose sums over samples a cluster computes. */
final class ClusterSteps {
  private final Trainer.Settings s;
  private final Cluster cluster;
  private final Batches batches;
  private final Model model;
  private final ChangingStep changing;
  private final LearningRates rates;
  private final Progress progress;
  private final TrainingState state;

  ClusterSteps(
      Trainer.Settings s,
      Cluster cluster,
      Batches batches,
      ChangingStep changing,
      LearningRates rates,
      Progress progress,
      TrainingState state) {
    this.s = s;
    this.cluster = cluster;
    this.batches = batches;
    this.model = s.model;
    this.changing = changing;
    this.rates = rates;
    this.progress = progress;
    this.state = state;
    require();
  }

  /** Returns whether the part of some batch that some worker gets is a single sample. */
  static boolean hasSingles(Cluster cluster, Batches batches) {
    int part = batches.batchSize() / cluster.workers();
    int before = (batches.count() - 1) * part;
    int samples = batches.dataset().size();
    int least = samples / cluster.workers() - before;
    int most = Math.ceilDiv(samples, cluster.workers()) - before;
    return Math.min(part, least) == 1 || Math.min(part, most) == 1;
  }

  private void require() {
    if (batches.batchSize() % cluster.workers() != 0) {
      throw new FoveaException(
          "cluster: a batch of %s samples does not divide among %s workers"
              .formatted(batches.batchSize(), cluster.workers()));
    }
    if (batches.dataset().size() < cluster.workers()) {
      throw new FoveaException(
          "cluster: %s samples for %s workers; each needs one"
              .formatted(batches.dataset().size(), cluster.workers()));
    }
    if (s.accumulate > 1) {
      throw new FoveaException(
          "cluster: workers already add up gradients; give a larger batch instead of accumulate("
              + s.accumulate
              + ")");
    }
    if (!s.sizes.isEmpty()) {
      throw new FoveaException("cluster: workers learn from pictures of one size; give no others");
    }
    if (s.averaging > 0 && cluster.localSteps() > 0) {
      throw new FoveaException(
          "cluster: averaging follows every step, and local steps are not seen; leave out one");
    }
  }

  /** Does a step, or local steps as far as the epoch goes; returns how many. */
  int step() {
    changing.enter(progress.step);
    int left = batches.count() - progress.batch;
    int count = cluster.localSteps() == 0 ? 1 : Math.min(cluster.localSteps(), left);
    double rate = rates.at(progress.step + count - 1);
    WorkerSum sum = cluster.compute(task(count));
    note(sum, rate);
    if (cluster.localSteps() > 0) {
      takeChanges(sum);
      changing.resumeAt(progress.step + count);
    } else {
      takeGradients(sum);
      if (!changing.step().tryMove(rate)) {
        throw failure("the norm of the gradients is not finite", rate);
      }
    }
    model.parameters().changed();
    return count;
  }

  private WorkerTask task(int count) {
    boolean local = cluster.localSteps() > 0;
    double[] own = new double[local ? count : 0];
    for (int i = 0; i < own.length; i++) {
      own[i] = rates.at(progress.step + i);
    }
    List<String> slots = local ? s.optimizer.slots() : List.of();
    return new WorkerTask(
        new WorkerTask.Place(progress.epochsDone, progress.batch, progress.step),
        batches.batchSize() / cluster.workers(),
        batches.count(),
        own,
        model.parameters().values(),
        slots.stream().map(changing.optimizer()::slot).toArray(float[][]::new));
  }

  /** Adds the figures to those of the epoch. */
  private void note(WorkerSum sum, double rate) {
    double[] figures = sum.figures();
    double weight = figures[WorkerSum.WEIGHT];
    double loss = weight == 0 ? 0 : figures[WorkerSum.LOSS] / weight;
    if (!Double.isFinite(loss)) {
      throw failure("the mean loss of the workers is " + loss, rate);
    }
    state.addLoss((float) loss, weight);
    progress.samples += (long) figures[WorkerSum.SAMPLES];
    int at = WorkerSum.PARTS;
    for (int p = 0; p < progress.parts.length; p++) {
      progress.parts[p] += figures[at++];
    }
    for (double[] sums : progress.metrics) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += figures[at++];
      }
    }
  }

  private DivergedException failure(String what, double rate) {
    return new DivergedException(
        "training stopped at step %s (epoch %s, batch %s), %s%s"
            .formatted(
                progress.step + 1,
                progress.epochsDone + 1,
                progress.batch + 1,
                what,
                NonFinite.advice(rate)));
  }

  /** Takes the mean gradients for those of this machine, and changes running statistics. */
  private void takeGradients(WorkerSum sum) {
    for (Parameter p : model.parameters().all()) {
      int end = p.offset() + p.shape().elements();
      if (p.trainable()) {
        float weight = (float) sum.figures()[WorkerSum.WEIGHT];
        for (int i = p.offset(); i < end; i++) {
          changing.gradients()[i] = weight == 0 ? 0 : sum.numbers()[i] / weight;
        }
      } else {
        change(model.parameters().values(), sum, 0, p.offset(), end);
      }
    }
  }

  /** Changes the parameters and what the optimiser remembers by the workers' mean changes. */
  private void takeChanges(WorkerSum sum) {
    float[] values = model.parameters().values();
    change(values, sum, 0, 0, values.length);
    List<String> slots = s.optimizer.slots();
    for (int i = 0; i < slots.size(); i++) {
      float[] slot = changing.optimizer().slot(slots.get(i));
      change(slot, sum, values.length * (i + 1), 0, values.length);
    }
  }

  /** Adds the mean of changes. What nobody changes keeps its bits. */
  private static void change(float[] values, WorkerSum sum, int first, int from, int to) {
    float samples = (float) sum.figures()[WorkerSum.SAMPLES];
    for (int i = from; i < to && samples > 0; i++) {
      values[i] += sum.numbers()[first + i] / samples;
    }
  }
}
