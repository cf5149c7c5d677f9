package dev.fovea.train;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Batches;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread that is interrupted while it trains stops after the step and goes on later. */
final class InterruptionTest {
  private static final int STOP = 7;

  private static Batches data() {
    return new Quarters(100, 1).shuffled().batches(20);
  }

  private static Trainer trainer(Model model) {
    return Trainer.of(model, crossEntropy(), adam(0.01));
  }

  @AfterEach
  void clear() {
    boolean _ = Thread.interrupted(); // the next test gets this thread
  }

  @Test
  void stopsAfterTheStepAndGoesOnToTheSameBits(@TempDir Path dir) {
    Model whole = TrainFixtures.convnet(Engine.shared());
    trainer(whole).fit(data(), epochs(3));
    Model model = TrainFixtures.convnet(Engine.shared());
    Callback interrupts =
        new Callback() {
          @Override
          public void onStep(Training training) {
            assertThat(training.step()).isLessThanOrEqualTo(STOP + 1);
            if (training.step() == STOP) {
              Thread.currentThread().interrupt();
            }
          }
        };
    History history =
        trainer(model).callbacks(Callbacks.checkpoints(dir), interrupts).fit(data(), epochs(3));
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(history.epochs()).hasSize(1);
    assertThat(TrainFixtures.weights(model))
        .isNotEqualTo(TrainFixtures.weights(TrainFixtures.convnet(Engine.shared())));

    Path file = dir.resolve("interrupted.safetensors");
    model.save(file);
    assertThat(TrainFixtures.weights(TrainFixtures.convnet(Engine.shared()).load(file)))
        .isEqualTo(TrainFixtures.weights(model));
    assertThat(Thread.interrupted()).isTrue();

    Model resumed = TrainFixtures.convnet(Engine.shared());
    trainer(resumed).resume(dir).fit(data(), epochs(3));
    assertThat(TrainFixtures.weights(resumed)).isEqualTo(TrainFixtures.weights(whole));
  }

  @Test
  void anInterruptedThreadTrainsNothing() {
    Model model = TrainFixtures.convnet(Engine.shared());
    float[] before = TrainFixtures.weights(model);
    Thread.currentThread().interrupt();
    assertThat(trainer(model).fit(data(), epochs(1)).epochs()).isEmpty();
    assertThat(TrainFixtures.weights(model)).isEqualTo(before);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }
}
