package dev.fovea.train;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adamW;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.BatchStream;
import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on pictures of several sizes in turn. */
final class MultiScaleTest {
  private static final Seed SEED = Seed.of(3);

  /** Seven batches an epoch, the last of 3 samples; turns of two. */
  private static final int TURN = 2;

  /** Squares of noise whose left or right half is brighter: the class. */
  private record Halves(int size, int side) implements Dataset {
    @Override
    public Shape inputShape() {
      return Shape.of(side, side, 1);
    }

    @Override
    public List<String> classes() {
      return List.of("left", "right");
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = seed.rng();
      Tensor input = Tensor.zeros(inputShape());
      for (int i = 0; i < input.data().length; i++) {
        int half = 2 * (i % side) / side;
        input.data()[i] = rng.nextFloat(-1, 1) + (half == index % 2 ? 1 : 0);
      }
      return Sample.of(input, new Mark.Label(index % 2));
    }
  }

  private static Layer network() {
    return sequence(
        conv2d(4, 3).same().noBias(),
        batchNorm(),
        relu(),
        globalAvgPool(),
        flatten(),
        dropout(0.2),
        dense(2));
  }

  private static Model model(Engine engine) {
    return Model.build(network(), Shape.of(8, 8, 1), Seed.of(7), engine);
  }

  private static Batches data(int side) {
    return new Halves(27, side).shuffled().batches(4);
  }

  private static TrainingSize size(int side) {
    return new TrainingSize(
        m -> m.withInputs(Shape.of(side, side, 1)),
        Objective.of(crossEntropy()),
        data(side).dataset());
  }

  private static Trainer trainer(Model model, Optimizer optimizer, int... sides) {
    List<TrainingSize> others = new ArrayList<>();
    for (int side : sides) {
      others.add(size(side));
    }
    return Trainer.of(model, crossEntropy(), optimizer)
        .metrics(Metrics.accuracy())
        .seed(SEED)
        .multiScale(TURN, others.toArray(TrainingSize[]::new));
  }

  private static float[] weights(Model model) {
    return model.parameters().values().clone();
  }

  /** Returns the size of a batch as the documentation of the design has it. */
  private static int drawn(int epoch, int batch, int sizes) {
    return SEED.split("epoch").split(epoch).split("size").split(batch / TURN).rng().nextInt(sizes);
  }

  @Test
  void threadsChangeNothing() {
    List<float[]> all = new ArrayList<>();
    for (int threads = 1; threads <= 2; threads++) {
      try (Engine engine = Engine.ofThreads(threads)) {
        Model model = model(engine);
        History h = trainer(model, adamW(0.01), 6, 11).fit(data(8), epochs(3), new Halves(8, 8));
        assertThat(h.epochs()).hasSize(3);
        all.add(weights(model));
      }
    }
    assertThat(all.get(1)).isEqualTo(all.get(0));
  }

  @Test
  void gradientsOfAllSizesMoveTheSameParameters() {
    Model trained = model(Engine.shared());
    trainer(trained, sgd(0.1), 6, 11).fit(data(8), epochs(3));
    Model byHand = model(Engine.shared());
    List<Batches> batches = List.of(data(8), data(6), data(11));
    List<TrainingStep> steps = new ArrayList<>();
    for (Batches b : batches) {
      Model own = byHand.withInputs(b.dataset().inputShape());
      steps.add(TrainingStep.of(own, crossEntropy(), sgd(0.1), 4));
    }
    TreeSet<Integer> seen = new TreeSet<>();
    for (int i = 0; i < 21; i++) {
      int size = drawn(i / 7, i % 7, 3);
      seen.add(size);
      Seed epoch = SEED.split("epoch").split(i / 7);
      try (BatchStream stream = batches.get(size).open(epoch, i % 7)) {
        var _ =
            steps
                .get(size)
                .trainOn(Objects.requireNonNull(stream.next()), SEED.split("step").split(i));
      }
    }
    assertThat(seen).containsExactly(0, 1, 2);
    assertThat(weights(trained)).isEqualTo(weights(byHand));
  }

  @Test
  void pausedWhereTheSizeChangesAndResumedIsAsIfNothingHadHappened(@TempDir Path dir) {
    Model whole = model(Engine.shared());
    trainer(whole, adamW(0.01), 6, 11).fit(data(8), epochs(2));
    for (int step : new int[] {TURN, TURN + 1, 7 + TURN}) {
      Callback pause =
          new Callback() {
            @Override
            public void onStep(Training training) {
              if (training.step() == step) {
                training.checkpoint(dir);
                training.pause();
              }
            }
          };
      Trainer half = trainer(model(Engine.shared()), adamW(0.01), 6, 11).callbacks(pause);
      assertThat(half.fit(data(8), epochs(2)).epochs()).hasSize(step / 7);
      Model second = model(Engine.shared());
      trainer(second, adamW(0.01), 6, 11).resume(dir).fit(data(8), epochs(2));
      assertThat(weights(second)).isEqualTo(weights(whole));
    }
    assertThatThrownBy(() ->
            trainer(model(Engine.shared()), adamW(0.01), 6).resume(dir).fit(data(8), epochs(2)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining(
            "sizes of pictures was 8×8×1 6×6×1 11×11×1, each for 2 batches, is 8×8×1 6×6×1, each for"
                + " 2 batches; resume with the same settings or begin anew");
  }

  @Test
  void frozenUntilLaterAndAccumulatedInAllSizes() {
    Model model = model(Engine.shared());
    float[] begin = weights(model);
    int first = model.parameters().get("0.weight").shape().elements();
    trainer(model, sgd(0.1), 6).accumulate(3).unfreeze(2, "0.**").fit(data(8), epochs(1));
    assertThat(weights(model)).startsWith(Arrays.copyOf(begin, first));
    assertThat(weights(model)).isNotEqualTo(begin);
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    Model flat =
        Model.build(sequence(flatten(), dense(2)), Shape.of(8, 8, 1), Seed.of(7), Engine.shared());
    assertThatThrownBy(() -> trainer(flat, sgd(0.1), 6).fit(data(8), epochs(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(
            "multi-scale: the network of [8,8,1] has no form for [6,6,1]: parameter 1.weight has"
                + " shape [64,2] but is used here with [36,2]")
        .hasMessageNotContaining("\n");
    TrainingSize own =
        new TrainingSize(
            _ -> model(Engine.shared()), Objective.of(crossEntropy()), data(8).dataset());
    Trainer alone = Trainer.of(model(Engine.shared()), crossEntropy(), sgd(0.1));
    assertThatThrownBy(() -> alone.multiScale(1, own).fit(data(8), epochs(1)))
        .hasMessage(
            "multi-scale: the network for [8,8,1] has parameters of its own; Model.withInputs gives"
                + " one that shares them");
    TrainingSize fewer = new TrainingSize(m -> m, Objective.of(crossEntropy()), new Halves(26, 8));
    assertThatThrownBy(() -> alone.multiScale(1, fewer).fit(data(8), epochs(1)))
        .hasMessage(
            "multi-scale: the same samples in the same order expected, got 27 shuffled of [8,8,1]"
                + " and 26 of [8,8,1]");
    assertThatThrownBy(() -> alone.multiScale(0))
        .hasMessage("multi-scale: 1 batch or more of a size expected, got 0");
  }
}
