package dev.fovea.quantize.prune;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Callback;
import dev.fovea.train.Epochs;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are 0 stay 0, whatever trains the others and however often it is interrupted. */
final class MaskedModelTest {
  private static final int STEPS = 24;

  @TempDir private Path folder;

  private static Model model() {
    return Model.build(
        sequence(
            conv2d(8, 3).stride(2).noBias(),
            batchNorm(),
            relu(),
            conv2d(8, 3),
            relu(),
            maxPool(2),
            flatten(),
            dropout(0.2f),
            dense(10)),
        Shape.of(28, 28, 1),
        Seed.of(3));
  }

  private static Dataset digits() {
    return Digits.load(Seed.of(2), 16 * STEPS / 3, 10).train();
  }

  private static Trainer trainer(Model model, Callback... callbacks) {
    return Trainer.of(model, Losses.crossEntropy(), Optimizers.sgd(0.05))
        .seed(Seed.of(1))
        .callbacks(callbacks);
  }

  @Test
  void theSmallestWeightsOfEachLayerGo() {
    Model plain = model();
    MaskedModel masked = MaskedModel.of(plain);
    masked.prune(0.75, false);
    assertThat(masked.weights()).hasSize(3);
    assertThat(masked.sparsity().values()).allMatch(s -> Math.abs(s - 0.75) < 0.01);
    Model made = masked.finish();
    for (String name : masked.weights()) {
      float largestGone = 0;
      float smallestKept = Float.MAX_VALUE;
      float[] before = plain.parameters().tensor(name).data();
      float[] after = made.parameters().tensor(name).data();
      for (int i = 0; i < before.length; i++) {
        if (after[i] == 0) {
          largestGone = Math.max(largestGone, Math.abs(before[i]));
        } else {
          smallestKept = Math.min(smallestKept, Math.abs(before[i]));
          assertThat(after[i]).isEqualTo(before[i]);
        }
      }
      assertThat(largestGone).isLessThanOrEqualTo(smallestKept);
    }
    Tensor x = digits().input(0, Seed.of(0)).reshape(Shape.of(1, 28, 28, 1));
    assertThat(made.run(x).data()).containsExactly(masked.model().run(x).data(), within(1e-5f));
    assertThat(plain.run(x).data()).isNotEqualTo(made.run(x).data());
  }

  @Test
  void layersComparedWithEachOtherKeepDifferentShares() {
    MaskedModel masked = MaskedModel.of(model());
    masked.prune(0.6, true);
    Map<String, Double> shares = masked.sparsity();
    assertThat(shares.values().stream().distinct().count()).isEqualTo(3);
    assertThat(shares.values()).allMatch(s -> s < 0.9);
    assertThatThrownBy(() -> masked.prune(1.5, true))
        .hasMessage("prune: the share must be from 0 to 1, got 1.5");
  }

  /** A layer of one input channel has no four that lie next to each other. */
  @Test
  void twoOfFourStay() {
    MaskedModel masked = MaskedModel.of(model());
    masked.pruneTwoOfFour();
    assertThat(masked.sparsity().values()).containsExactly(0.0, 0.5, 0.5);
    float[] w = masked.finish().parameters().tensor(masked.weights().get(1)).data();
    for (int place = 0; place < 9; place++) {
      for (int c = 0; c < 8; c += 4) {
        for (int o = 0; o < 8; o++) {
          int zeros = 0;
          for (int i = 0; i < 4; i++) {
            zeros += w[(place * 8 + c + i) * 8 + o] == 0 ? 1 : 0;
          }
          assertThat(zeros).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void fineTuningKeepsZerosAndLearns() {
    MaskedModel masked = MaskedModel.of(model());
    masked.prune(0.5, false);
    Map<String, Double> before = masked.sparsity();
    float[] was = masked.finish().parameters().values().clone();
    var _ = trainer(masked.model()).fit(digits().batches(16), Epochs.epochs(2));
    assertThat(masked.sparsity()).isEqualTo(before);
    float[] is = masked.finish().parameters().values();
    assertThat(is).isNotEqualTo(was);
    for (String name : masked.weights()) {
      int from = masked.finish().parameters().get(name).offset();
      for (int i = from; i < from + 8; i++) {
        assertThat(is[i] == 0).isEqualTo(was[i] == 0);
      }
    }
  }

  /** Batch norms that are frozen, or told to behave as in inference, keep their statistics. */
  @Test
  void rulesReachTheNormsOfTheModelBefore() {
    Model plain = model();
    for (Model told :
        List.of(
            MaskedModel.of(plain).model().freeze("1.*"),
            ChannelPruning.of(plain, 0.5).freeze("1.*"),
            MaskedModel.of(plain.asInInference("1")).model())) {
      Tensor before = told.parameters().tensor("1.running_mean");
      var _ = trainer(told).fit(digits().batches(16), Epochs.epochs(1));
      assertThat(told.parameters().tensor("1.running_mean").data()).isEqualTo(before.data());
    }
  }

  private record PauseAt(long step, Path folder) implements Callback {
    @Override
    public void onStep(Training training) {
      if (training.step() == step) {
        training.checkpoint(folder);
        training.pause();
      }
    }
  }

  @Test
  void gradualPruningReachesItsShareAndResumesWithTheSameBits() {
    MaskedModel once = MaskedModel.of(model());
    GradualPruning schedule = GradualPruning.of(once, 0.8, false, STEPS);
    assertThat(schedule.shareAt(schedule.begin())).isZero();
    assertThat(schedule.shareAt(schedule.end())).isEqualTo(0.8);
    // 1 − (1 − ½)³ = ⅞ of the share at half of the way.
    GradualPruning even = new GradualPruning(once, 0.8, false, 2, 10, 1);
    assertThat(even.shareAt(6)).isCloseTo(0.7, within(1e-12));
    var _ = trainer(once.model(), schedule).fit(digits().batches(16), Epochs.epochs(3));
    assertThat(once.sparsity().values()).allMatch(s -> Math.abs(s - 0.8) < 0.01);

    MaskedModel first = MaskedModel.of(model());
    var _ =
        trainer(
                first.model(),
                GradualPruning.of(first, 0.8, false, STEPS),
                new PauseAt(STEPS / 2 + 1, folder))
            .fit(digits().batches(16), Epochs.epochs(3));
    MaskedModel second = MaskedModel.of(model());
    var _ =
        trainer(second.model(), GradualPruning.of(second, 0.8, false, STEPS))
            .resume(folder)
            .fit(digits().batches(16), Epochs.epochs(3));
    assertThat(second.model().parameters().values()).isEqualTo(once.model().parameters().values());
    MaskedModel third = MaskedModel.of(model());
    Trainer other = trainer(third.model(), GradualPruning.of(third, 0.7, false, STEPS));
    assertThatThrownBy(() -> other.resume(folder).fit(digits().batches(16), Epochs.epochs(3)))
        .hasMessageContaining(
            "callbacks was pruning(0.8, each layer, steps 2 to 18, every 1), is pruning(0.7, ");
  }
}
