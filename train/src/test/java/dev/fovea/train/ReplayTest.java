package dev.fovea.train;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Digits;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any step of a training is computed anew, bit for bit, while it goes on or afterwards: also where
 * layers are frozen for a while.
 */
final class ReplayTest {
  private static final int STEPS = 12;

  @TempDir private Path folder;

  private Model model() {
    return Model.build(
        sequence(conv2d(3, 3), batchNorm(), relu(), flatten(), dropout(0.3), dense(10)),
        Shape.of(28, 28, 1),
        Seed.of(3));
  }

  /** Keeps the parameters of every step, and a checkpoint of each fifth. */
  private final class Keeper implements Callback {
    final Map<Long, float[]> parameters = new HashMap<>();
    private @Nullable Replay replay;

    Replay replay() {
      return Objects.requireNonNull(replay);
    }

    @Override
    public void onStart(Training training) {
      replay = training.replay();
      onStep(training);
    }

    @Override
    public void onStep(Training training) {
      parameters.put(training.step(), training.model().parameters().values().clone());
      if (training.step() % 5 == 0) {
        training.checkpoint(folder.resolve("step" + training.step()));
      }
    }
  }

  private Keeper train() {
    DataSplit digits = Digits.load(Seed.of(1), 50, 10);
    Keeper keeper = new Keeper();
    var _ =
        Trainer.of(model(), crossEntropy(), Optimizers.adam(1e-2))
            .schedule(Schedules.cosine())
            .seed(Seed.of(9))
            .freeze(2, 6, "5.**")
            .freeze(6, 9, "0.**", "1.**")
            .callbacks(keeper, Callbacks.restoreBest())
            .fit(digits.train().shuffled().batches(13), Epochs.epochs(3), digits.test());
    return keeper;
  }

  @Test
  void computesEveryStepAnew() {
    Keeper keeper = train();
    for (long step = 0; step <= STEPS; step++) {
      Path from = folder.resolve("step" + step / 5 * 5);
      float[] again = keeper.replay().at(from, step).parameters().values();
      assertThat(again).as("step " + step).containsExactly(keeper.parameters.get(step));
    }
  }

  @Test
  void writesACheckpointFromWhichItGoesOn() {
    Keeper keeper = train();
    Path between = folder.resolve("between");
    var _ = keeper.replay().at(folder.resolve("step5"), 7, between);
    float[] later = keeper.replay().at(between, 11).parameters().values();
    assertThat(later).containsExactly(keeper.parameters.get(11L));
  }

  /** The best parameters so far are among it. */
  @Test
  void theCheckpointHasAllThatOneOfTheTrainingHas() {
    Keeper keeper = train();
    Path between = folder.resolve("between");
    var _ = keeper.replay().at(folder.resolve("step0"), 10, between);
    Map<String, Tensor> was = tensors(folder.resolve("step10"));
    Map<String, Tensor> is = tensors(between);
    assertThat(is.keySet()).isEqualTo(was.keySet()).anyMatch(n -> n.startsWith("kept/best_loss/"));
    was.forEach((name, t) ->
        assertThat(Objects.requireNonNull(is.get(name)).data()).as(name).isEqualTo(t.data()));
  }

  private static Map<String, Tensor> tensors(Path folder) {
    return Safetensors.readWhole(Checkpoint.file(folder)).tensors();
  }

  @Test
  void saysWhatCannotBeReached() {
    Keeper keeper = train();
    assertThatThrownBy(() -> keeper.replay().at(folder.resolve("step10"), 3))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("step 3 cannot be reached");
    assertThatThrownBy(() -> keeper.replay().at(folder.resolve("step10"), 99))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("it came to 12");
  }
}
