package dev.fovea.train;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Callbacks.earlyStopping;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static dev.fovea.train.testing.TrainFixtures.convnet;
import static dev.fovea.train.testing.TrainFixtures.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training by several workers. */
final class ClusterTest {
  private static final Dataset DATA = new Quarters(96, 1);
  private static final int EPOCHS = 2;
  private static final int WORKERS = 4;

  /** Workers of this process, each with every n-th sample. */
  private static final class OwnWorkers implements Cluster {
    private final int localSteps;
    private final Supplier<Trainer> trainer;
    private final boolean forgets;
    private final List<WorkerShare> shares;
    private final Map<Integer, Worker> made = new HashMap<>();

    /**
     * Creates four workers.
     *
     * @param forgets whether each task is done by a worker that has just been made, in any order
     */
    OwnWorkers(int localSteps, Supplier<Trainer> trainer, boolean shuffles, boolean forgets) {
      this.localSteps = localSteps;
      this.trainer = trainer;
      this.forgets = forgets;
      this.shares = IntStream.range(0, WORKERS).mapToObj(w -> share(w, shuffles)).toList();
    }

    private static WorkerShare share(int worker, boolean shuffles) {
      int[] own = IntStream.range(0, DATA.size()).filter(i -> i % WORKERS == worker).toArray();
      Dataset samples = DATA.subset(own);
      return new WorkerShare(worker, shuffles ? samples.shuffled() : samples);
    }

    @Override
    public int workers() {
      return WORKERS;
    }

    @Override
    public int localSteps() {
      return localSteps;
    }

    @Override
    public WorkerSum compute(WorkerTask task) {
      WorkerSum[] results = new WorkerSum[WORKERS];
      for (int i = 0; i < WORKERS; i++) {
        int w = forgets ? WORKERS - 1 - i : i;
        if (forgets) {
          made.clear();
          shares.get(w).close();
        }
        results[w] =
            made.computeIfAbsent(
                    w, _ -> new Worker(trainer.get(), shares.get(w), task.batchesOfEpoch()))
                .compute(task, shares.get(w));
      }
      return Arrays.stream(results).reduce(WorkerSum::add).orElseThrow();
    }

    void close() {
      shares.forEach(WorkerShare::close);
    }
  }

  private static History fit(Trainer trainer, OwnWorkers cluster, Batches batches) {
    try {
      return trainer.cluster(cluster).fit(batches, epochs(EPOCHS), DATA);
    } finally {
      cluster.close();
    }
  }

  private static Model plain() {
    return Model.build(
        sequence(flatten(), dense(8), relu(), dense(4)), TrainFixtures.IMAGE, Seed.of(3));
  }

  private static Trainer trainer(Model model, Optimizer optimizer) {
    return Trainer.of(model, crossEntropy(), optimizer)
        .metrics(accuracy())
        .schedule(Schedules.cosine())
        .seed(Seed.of(5));
  }

  private static Batches batches(int size) {
    return DATA.shuffled().batches(size);
  }

  private static void assertClose(float[] some, float[] others) {
    for (int i = 0; i < some.length; i++) {
      assertThat(some[i]).isCloseTo(others[i], within(2e-5f));
    }
  }

  /** With all samples in one batch their order does not matter. */
  @Test
  void averagedGradientsAreThoseOfOneLargeBatch() {
    Model one = plain();
    History alone = trainer(one, adam(0.01)).fit(DATA.batches(96), epochs(EPOCHS));
    Model four = plain();
    OwnWorkers cluster = new OwnWorkers(0, () -> trainer(plain(), adam(0.01)), false, false);
    History together = fit(trainer(four, adam(0.01)), cluster, DATA.batches(96));
    assertClose(weights(four), weights(one));
    Scores of = alone.epochs().getLast().train();
    Scores all = together.epochs().getLast().train();
    assertThat(all.loss()).isCloseTo(of.loss(), within(1e-5));
    assertThat(all.metric("accuracy")).isEqualTo(of.metric("accuracy"));
  }

  /** Of plain SGD, the mean of what a step changes is the step along the mean gradient. */
  @Test
  void oneLocalStepOfPlainSgdIsAStepOfAll() {
    float[][] weights = new float[2][];
    for (int local = 0; local < 2; local++) {
      Model model = plain();
      OwnWorkers cluster = new OwnWorkers(local, () -> trainer(plain(), sgd(0.1)), true, false);
      fit(trainer(model, sgd(0.1)), cluster, batches(32));
      weights[local] = weights(model);
    }
    assertClose(weights[1], weights[0]);
  }

  /** Batch norm, dropout, a last batch that is smaller, and local steps that an epoch cuts off. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aTaskDoneAnywhereHasTheSameBits(int localSteps) {
    float[][] weights = new float[2][];
    for (int i = 0; i < 2; i++) {
      Model model = convnet(Engine.shared());
      OwnWorkers cluster =
          new OwnWorkers(
              localSteps,
              () -> trainer(convnet(Engine.shared()), adam(0.01)),
              true,
              /* forgets= */ i == 1);
      History history = fit(trainer(model, adam(0.01)), cluster, batches(20));
      assertThat(history.epochs().getLast().train().metric("accuracy")).isGreaterThan(0.3);
      weights[i] = weights(model);
    }
    assertThat(weights[1]).isEqualTo(weights[0]);
  }

  /** The sixth step is within two local ones. */
  private static Trainer freezing(Model model) {
    return trainer(model, adam(0.01)).freeze(3, 5, "0.**", "1.**").freeze(6, 8, "6.**");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aResumedTrainingHasTheSameBits(int localSteps, @TempDir Path dir) {
    Supplier<Trainer> make = () -> freezing(convnet(Engine.shared())).callbacks(earlyStopping(9));
    Model whole = convnet(Engine.shared());
    fit(freezing(whole), new OwnWorkers(localSteps, make, true, false), batches(20));
    Model model = convnet(Engine.shared());
    Callback pauses =
        new Callback() {
          @Override
          public void onStep(Training training) {
            if (training.step() == 7) {
              training.pause();
            }
          }
        };
    Callback writes = Callbacks.checkpoints(dir);
    fit(
        freezing(model).callbacks(pauses, writes),
        new OwnWorkers(localSteps, make, true, false),
        batches(20));
    assertThat(weights(model)).isNotEqualTo(weights(whole));
    Model resumed = convnet(Engine.shared());
    fit(freezing(resumed).resume(dir), new OwnWorkers(localSteps, make, true, false), batches(20));
    assertThat(weights(resumed)).isEqualTo(weights(whole));
    assertThatThrownBy(
            () -> freezing(convnet(Engine.shared())).resume(dir).fit(batches(20), epochs(EPOCHS)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("cluster was 4 workers, " + localSteps + " local steps, is none");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void frozenParametersKeepTheirBits(int localSteps) {
    Supplier<Model> frozen = () -> convnet(Engine.shared()).freeze("0.**", "1.**");
    Model model = frozen.get();
    float[] before = weights(model);
    fit(
        trainer(model, adam(0.01)),
        new OwnWorkers(localSteps, () -> trainer(frozen.get(), adam(0.01)), true, false),
        batches(20));
    for (Parameters.Parameter p : model.parameters().all()) {
      float[] now = model.parameters().tensor(p.name()).data();
      float[] then = Arrays.copyOfRange(before, p.offset(), p.offset() + p.shape().elements());
      assertThat(Arrays.equals(now, then))
          .as(p.name())
          .isEqualTo(model.isFrozen(p.name()) || p.name().startsWith("1."));
    }
  }

  /** Of 96 samples, batches of 92 leave a last one of a sample for each of four workers. */
  @ParameterizedTest
  @ValueSource(ints = {4, 92})
  void aBatchNormNeedsMoreThanOneSampleOfAWorker(int size) {
    Supplier<Model> model =
        () ->
            Model.build(
                sequence(flatten(), dense(8), batchNorm(), dense(4)),
                TrainFixtures.IMAGE,
                Seed.of(3));
    OwnWorkers cluster =
        new OwnWorkers(0, () -> trainer(model.get(), sgd(0.1)), true, /* forgets= */ false);
    Trainer trainer = trainer(model.get(), sgd(0.1)).cluster(cluster);
    assertThatThrownBy(() -> trainer.fit(batches(size), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("one value per channel has no variance to train on")
        .hasMessageContaining("on a cluster 2 for each worker");
    fit(trainer, cluster, batches(size + 4));
  }

  /** Six steps of an epoch in pairs: 2, 4, 6; the multiples of 3 are passed at 4 and 6. */
  @Test
  void checkpointsAreWrittenWhereLocalStepsPassAMultiple(@TempDir Path dir) {
    List<Long> written = new ArrayList<>();
    Callback watches =
        new Callback() {
          @Override
          public void onStep(Training training) {
            if (training.reachesMultipleOf(3)) {
              written.add(training.step());
            }
          }
        };
    OwnWorkers cluster = new OwnWorkers(2, () -> trainer(plain(), sgd(0.1)), true, false);
    Trainer trainer = trainer(plain(), sgd(0.1)).cluster(cluster);
    Callback looks =
        new Callback() {
          @Override
          public void onStep(Training training) {
            if (training.step() == 4) {
              assertThat(Checkpoint.file(dir)).doesNotExist();
            } else if (training.step() == 6) {
              assertThat(Checkpoint.file(dir)).exists();
            }
          }
        };
    fit(
        trainer.callbacks(watches, looks, Callbacks.checkpoints(dir).everySteps(3)),
        cluster,
        batches(16));
    assertThat(written).containsExactly(4L, 6L, 10L, 12L);
  }

  @Test
  void saysWhatDoesNotFit() {
    OwnWorkers cluster = new OwnWorkers(2, () -> trainer(plain(), sgd(0.1)), true, false);
    Trainer trainer = trainer(plain(), sgd(0.1)).cluster(cluster);
    assertThatThrownBy(() -> trainer.fit(batches(30), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("cluster: a batch of 30 samples does not divide among 4 workers");
    assertThatThrownBy(() -> trainer.accumulate(2).fit(batches(32), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "cluster: workers already add up gradients; give a larger batch instead of"
                + " accumulate(2)");
    assertThatThrownBy(() -> trainer.averaging(0.9).fit(batches(32), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "cluster: averaging follows every step, and local steps are not seen; leave out one");
    assertThatThrownBy(() -> trainer.fit(DATA.take(3).batches(3).withDropLast(false), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("does not divide");
    Trainer wild =
        trainer(plain(), sgd(1e30))
            .cluster(new OwnWorkers(0, () -> trainer(plain(), sgd(1e30)), true, false));
    assertThatThrownBy(() -> wild.fit(batches(32), epochs(2)))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("training stopped at step ");
  }
}
