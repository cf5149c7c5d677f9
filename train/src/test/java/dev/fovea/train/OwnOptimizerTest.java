package dev.fovea.train;

import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adaGrad;
import static dev.fovea.optim.Optimizers.lars;
import static dev.fovea.optim.Optimizers.lion;
import static dev.fovea.optim.Optimizers.muon;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.Metrics.accuracy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Batches;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.optim.Lion;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.OptimizerState;
import dev.fovea.optim.Regularization;
import dev.fovea.optim.UpdateRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Optimisers that a user writes. */
final class OwnOptimizerTest {

  /** b ← μ·b + sign(g) and w ← w − η·(b + λ·w); {@code seed} is called as a trainer's setting. */
  private record SignMomentum(
      double learningRate, double mu, int seed, List<String> slots, Regularization regularization)
      implements UpdateRule<SignMomentum> {
    @Override
    public String name() {
      return "sign_momentum";
    }

    SignMomentum mu(double value) {
      return new SignMomentum(learningRate, value, seed, slots, regularization);
    }

    @Override
    public SignMomentum learningRate(double rate) {
      return new SignMomentum(rate, mu, seed, slots, regularization);
    }

    @Override
    public SignMomentum with(Regularization r) {
      return new SignMomentum(learningRate, mu, seed, slots, r);
    }

    @Override
    public void update(float[] w, float[] g, float[][] slots, int from, int to, Step step) {
      for (int i = from; i < to; i++) {
        slots[0][i] = (float) (mu * slots[0][i] + Math.signum(g[i] * step.scale()));
        w[i] -= (float) (step.rate() * (slots[0][i] + step.decay() * w[i]));
      }
    }
  }

  private static SignMomentum rule() {
    return new SignMomentum(2e-3, 0.9, 1, List.of("direction"), Regularization.NONE);
  }

  private static Trainer trainer(Model model, Optimizer optimizer) {
    return Trainer.of(model, crossEntropy(), optimizer).metrics(accuracy()).seed(Seed.of(5));
  }

  private static Batches data() {
    return new Quarters(400, 1).shuffled().batches(20);
  }

  private static Model model(int threads) {
    return TrainFixtures.convnet(Engine.ofThreads(threads));
  }

  @Test
  void trainsAndResumesToTheSameBits(@TempDir Path dir) {
    Optimizer rule = rule().weightDecay(0.01).mu(0.8).clipNorm(1);
    Model whole = model(1);
    History history = trainer(whole, rule).fit(data(), epochs(4));
    assertThat(history.epochs().getLast().train().metric("accuracy")).isGreaterThan(0.8);
    Model first = model(2);
    Callback pause =
        new Callback() {
          @Override
          public void onStep(Training training) {
            if (training.step() == 47) {
              training.checkpoint(dir);
              training.pause();
            }
          }
        };
    trainer(first, rule).callbacks(pause).fit(data(), epochs(4));
    assertThat(TrainFixtures.weights(first)).isNotEqualTo(TrainFixtures.weights(whole));
    Model second = model(1);
    trainer(second, rule).resume(dir).fit(data(), epochs(4));
    assertThat(TrainFixtures.weights(second)).isEqualTo(TrainFixtures.weights(whole));
    for (Optimizer other :
        List.of(
            rule().weightDecay(0.01).mu(0.7).clipNorm(1),
            rule().weightDecay(0.02).mu(0.8).clipNorm(1),
            new SignMomentum(2e-3, 0.8, 2, List.of("direction"), rule.regularization()))) {
      assertThatThrownBy(() -> trainer(model(1), other).resume(dir).fit(data(), epochs(4)))
          .isInstanceOf(FoveaException.class)
          .hasMessageContaining("is of another training");
    }
  }

  @Test
  void namesOfSlotsAreChecked() {
    Model m = model(1);
    for (List<String> names : List.of(List.of("a", "a"), List.of("a/b"), List.of(""))) {
      Optimizer rule = new SignMomentum(1, 0, 1, names, Regularization.NONE);
      assertThatThrownBy(() -> trainer(m, rule).fit(data(), epochs(1)))
          .isInstanceOf(FoveaException.class)
          .hasMessage(
              "optimizer sign_momentum: slots must have different names of a–z, 0–9 and _, got "
                  + names);
    }
    float[] gradients = new float[m.parameters().values().length];
    OptimizerState state = new OptimizerState(rule(), m.parameters(), p -> true, gradients);
    assertThatThrownBy(() -> state.slot("mean"))
        .hasMessage("optimizer sign_momentum: has slots [direction], not mean");
  }

  /** Compiles: every variant is of the rule's own type. */
  @Test
  void settingsAreChosenInAnyOrder() {
    Lion lion = lion(1e-3).weightDecay(0.1).clipValue(2).decayAll().clipNorm(3).betas(0.8, 0.9);
    assertThat(lion.beta1()).isEqualTo(0.8);
    assertThat(lion.regularization()).isEqualTo(new Regularization(0.1, true, 3, 2));
    assertThat(lars(1).weightDecay(0.1).trust(0.5).trust()).isEqualTo(0.5);
    assertThat(muon(1).clipNorm(1).iterations(3).iterations()).isEqualTo(3);
    assertThat(adaGrad(1).decayAll().epsilon(0.5).epsilon()).isEqualTo(0.5);
  }
}
