package dev.fovea.train.testing;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adamW;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.optim.Schedules.cosine;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Batches;
import dev.fovea.data.Dataset;
import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.Seed;
import dev.fovea.train.Callback;
import dev.fovea.train.Callbacks;
import dev.fovea.train.Checkpoint;
import dev.fovea.train.Checkpoints;
import dev.fovea.train.EarlyStopping;
import dev.fovea.train.History;
import dev.fovea.train.Trainer;
import dev.fovea.train.Training;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same seed gives the same bits: on any number of threads, at once or resumed. */
public abstract class TrainingContract {
  private static final Dataset TEST = new Quarters(50, 2);

  /** Returns the kernels to train with. */
  protected abstract List<KernelProvider> providers();

  private Engine one() {
    return Engines.of(providers(), new Workers(1));
  }

  /** 9 batches an epoch, the last of 4 samples. */
  private static Batches data() {
    return new Quarters(100, 1).shuffled().batches(12);
  }

  private static Trainer trainer(Model model, Optimizer optimizer) {
    return Trainer.of(model, crossEntropy(), optimizer)
        .metrics(accuracy())
        .schedule(cosine().warmup(5))
        .seed(Seed.of(5));
  }

  private static Optimizer clipped() {
    return adamW(0.01).clipNorm(0.5).clipValue(0.3);
  }

  @Test
  void threadsChangeNothing() {
    float[] expected = null;
    History history = null;
    for (int threads = 1; threads <= 3; threads++) {
      try (Workers workers = new Workers(threads)) {
        Engine engine = Engines.of(providers(), workers);
        Model model = TrainFixtures.convnet(engine);
        History h = trainer(model, clipped()).fit(data(), epochs(3), TEST);
        if (expected == null || history == null) {
          expected = TrainFixtures.weights(model);
          history = h;
        }
        assertThat(TrainFixtures.weights(model)).isEqualTo(expected);
        assertThat(figures(h)).isEqualTo(figures(history));
      }
    }
  }

  @Test
  void anotherSeedGivesOtherWeights() {
    Model a = TrainFixtures.convnet(one());
    Model b = TrainFixtures.convnet(one());
    trainer(a, clipped()).fit(data(), epochs(1));
    trainer(b, clipped()).seed(Seed.of(6)).fit(data(), epochs(1));
    assertThat(TrainFixtures.weights(a)).isNotEqualTo(TrainFixtures.weights(b));
  }

  /** Ends the process' training as a kill would: nothing after this event happens. */
  private record Kill(long step) implements Callback {
    private static final class Killed extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    @Override
    public void onStep(Training training) {
      if (training.step() == step) {
        throw new Killed();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void killedAndResumedIsAsIfNothingHadHappened(int round, @TempDir Path dir) {
    Optimizer optimizer = round % 2 == 0 ? clipped() : sgd(0.05).momentum(0.9).nesterov();
    EarlyStopping best = Callbacks.restoreBest().watching(accuracy());
    Model whole = TrainFixtures.convnet(one());
    History expected = trainer(whole, optimizer).callbacks(best).fit(data(), epochs(4), TEST);

    Checkpoints writes = Callbacks.checkpoints(dir).everySteps(1 + round % 3);
    int kills = 0;
    History history = new History(List.of());
    Model model = TrainFixtures.convnet(one());
    var rng = Seed.of(100 + round).rng();
    long killAt = 3;
    while (history.epochs().isEmpty()) {
      // A new process: the model has its starting values again.
      model = TrainFixtures.convnet(one());
      killAt += 1 + rng.nextInt(12);
      Trainer t = trainer(model, optimizer).callbacks(writes, best, new Kill(killAt));
      try {
        Trainer resumed = Checkpoint.exists(dir) ? t.resume(dir) : t;
        history = resumed.fit(data(), epochs(4), TEST);
      } catch (Kill.Killed e) {
        kills++;
      }
    }
    assertThat(kills).isPositive();
    assertThat(TrainFixtures.weights(model)).isEqualTo(TrainFixtures.weights(whole));
    assertThat(figures(history)).isEqualTo(figures(expected));
  }

  @Test
  void pausedTrainingGoesOnFromItsCheckpoint(@TempDir Path dir) {
    Model whole = TrainFixtures.convnet(one());
    trainer(whole, clipped()).fit(data(), epochs(2), TEST);
    Model model = TrainFixtures.convnet(one());
    Callback pause =
        new Callback() {
          @Override
          public void onStep(Training training) {
            if (training.step() == 5) {
              training.checkpoint(dir);
              training.pause();
            }
          }
        };
    History part = trainer(model, clipped()).callbacks(pause).fit(data(), epochs(2), TEST);
    assertThat(part.epochs()).isEmpty();
    Model second = TrainFixtures.convnet(one());
    trainer(second, clipped()).resume(dir).fit(data(), epochs(2), TEST);
    assertThat(TrainFixtures.weights(second)).isEqualTo(TrainFixtures.weights(whole));
  }

  @Test
  void finishedTrainingResumesToItself(@TempDir Path dir) {
    Model model = TrainFixtures.convnet(one());
    Trainer t = trainer(model, clipped()).callbacks(Callbacks.checkpoints(dir));
    History history = t.fit(data(), epochs(1), TEST);
    Model again = TrainFixtures.convnet(one());
    History resumed = trainer(again, clipped()).resume(dir).fit(data(), epochs(1), TEST);
    assertThat(resumed).isEqualTo(history);
    assertThat(TrainFixtures.weights(again)).isEqualTo(TrainFixtures.weights(model));
    Model loaded = TrainFixtures.convnet(one());
    Checkpoint.load(dir, loaded);
    assertThat(TrainFixtures.weights(loaded)).isEqualTo(TrainFixtures.weights(model));
  }

  /** Everything of a history but the seconds. */
  private static List<Map<String, Object>> figures(History history) {
    return history.epochs().stream()
        .<Map<String, Object>>map(e ->
            Map.of(
                "number", e.number(),
                "train", e.train(),
                "validation", e.validation(),
                "rate", e.learningRate()))
        .toList();
  }
}
