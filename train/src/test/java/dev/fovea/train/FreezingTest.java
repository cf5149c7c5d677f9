package dev.fovea.train;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.nn.Losses.meanSquaredError;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.adamW;
import static dev.fovea.optim.Optimizers.sgd;
import static dev.fovea.train.Epochs.epochs;
import static dev.fovea.train.testing.TrainFixtures.convnet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Batches;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.train.testing.TrainFixtures.Line;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers are frozen and learn again while a training runs. */
final class FreezingTest {
  private static final Batches DATA = new Quarters(40, 1).shuffled().batches(8);

  /** Keeps all parameters before the first step and after each. */
  private static final class Film implements Callback {
    final List<float[]> frames = new ArrayList<>();

    @Override
    public void onStart(Training training) {
      onStep(training);
    }

    @Override
    public void onStep(Training training) {
      frames.add(training.model().parameters().values().clone());
    }

    /** Returns the steps that changed a parameter. */
    List<Integer> changes(Parameters.Parameter p) {
      int end = p.offset() + p.shape().elements();
      List<Integer> steps = new ArrayList<>();
      for (int i = 1; i < frames.size(); i++) {
        if (!Arrays.equals(frames.get(i - 1), p.offset(), end, frames.get(i), p.offset(), end)) {
          steps.add(i - 1);
        }
      }
      return steps;
    }
  }

  /** Neither weight decay nor momentum touches them; a frozen norm keeps its statistics, too. */
  @Test
  void frozenLayersKeepTheirBits() {
    Model model = convnet(Engine.ofThreads(1));
    Film film = new Film();
    Trainer.of(model, crossEntropy(), adamW(0.01).weightDecay(0.1).decayAll())
        .freeze(3, 6, "0.**", "1")
        .freeze(5, 8, "6.weight")
        .callbacks(film)
        .fit(DATA, epochs(2));
    for (Parameters.Parameter p : model.parameters().all()) {
      List<Integer> expected = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
      if (p.name().startsWith("0.") || p.name().startsWith("1.")) {
        expected.removeAll(List.of(3, 4, 5));
      } else if (p.name().equals("6.weight")) {
        expected.removeAll(List.of(5, 6, 7));
      }
      assertThat(film.changes(p)).as(p.name()).isEqualTo(expected);
    }
  }

  private static List<Double> weights(Optimizer optimizer) {
    Model model = Model.build(dense(1), Shape.of(1), Seed.of(1), Engine.ofThreads(1));
    float[] values = model.parameters().values();
    int weight = model.parameters().offset("dense.weight");
    values[weight] = 0.5f;
    values[model.parameters().offset("dense.bias")] = 0.25f;
    model.parameters().changed();
    Film film = new Film();
    Trainer.of(model, meanSquaredError(), optimizer)
        .freeze(3, 6, "dense.weight")
        .callbacks(film)
        .fit(new Line(8, x -> 9.0 * x).batches(4), epochs(4));
    return film.frames.stream().skip(1).map(f -> (double) f[weight]).toList();
  }

  /**
   * The numbers are PyTorch's 2.x, in which a parameter without gradient is passed over:
   *
   * <pre>
   * x = torch.linspace(-1, 1, 8); y = 9 * x
   * w = torch.nn.Parameter(torch.tensor(0.5)); b = torch.nn.Parameter(torch.tensor(0.25))
   * groups = [{'params': [w], 'weight_decay': 0.1}, {'params': [b]}]
   * o = torch.optim.Adam(groups, lr=0.1)   # or torch.optim.SGD(groups, lr=0.1, momentum=0.9)
   * for step in range(8):
   *     w.requires_grad_(not 3 &lt;= step &lt; 6)
   *     h = slice(0, 4) if step % 2 == 0 else slice(4, 8)
   *     o.zero_grad(); ((w * x[h] + b - y[h]) ** 2).mean().backward(); o.step()
   *     print(w.item())
   * </pre>
   */
  @Test
  void whatTheOptimiserRemembersRests() {
    assertClose(
        weights(adam(0.1).weightDecay(0.1)),
        0.600000,
        0.699729,
        0.799540,
        0.799540,
        0.799540,
        0.799540,
        0.899297,
        0.998820);
    assertClose(
        weights(sgd(0.1).momentum(0.9).weightDecay(0.1)),
        1.252143,
        2.668815,
        4.385410,
        4.385410,
        4.385410,
        4.385410,
        6.252468,
        8.124231);
  }

  private static void assertClose(List<Double> some, double... others) {
    assertThat(some).hasSize(others.length);
    for (int i = 0; i < others.length; i++) {
      assertThat(some.get(i)).as("step " + i).isCloseTo(others[i], within(5e-6));
    }
  }

  @Test
  void saysWhatCannotBeFrozen() {
    Trainer trainer = Trainer.of(convnet(Engine.ofThreads(1)), crossEntropy(), sgd(0.1));
    assertThatThrownBy(() -> trainer.freeze(0, 9, "00"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("parameters: nothing matches 00; names look like 0.weight");
    assertThatThrownBy(() -> trainer.freeze(7, 7, "0"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "freezing: needs a pattern, a first step of at least 0 and a later end, got steps 7 to"
                + " 7");
    Film film = new Film();
    Trainer late = trainer.freeze(6_000, 7_000, "**").callbacks(film);
    assertThatThrownBy(() -> late.fit(DATA, epochs(2))) // of 5 steps each
        .isInstanceOf(FoveaException.class)
        .hasMessage("nothing to train in epoch 1201, step 6001: all is frozen");
    assertThat(film.frames).isEmpty();
    assertThatThrownBy(() -> trainer.freezing(new FromSeventh()).fit(DATA, epochs(2)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("nothing to train in epoch 2, step 7: all is frozen");
  }

  /** What it freezes later nobody knows before. */
  private static final class FromSeventh implements Freezing {
    @Override
    public List<String> at(long step) {
      return step < 6 ? List.of() : List.of("**");
    }

    @Override
    public String description() {
      return "all from the 7th step";
    }
  }
}
