package dev.fovea.train;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Batches;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import dev.fovea.train.testing.TrainFixtures.Quarters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What layers compute can be looked at, also while they are trained. */
final class ObserverTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Tensor pictures(int n) {
    Tensor t = Tensor.zeros(TrainFixtures.IMAGE.prepend(n));
    Rng rng = Seed.of(7).rng();
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  @Test
  void valuesOfLayersAreThoseThatTheNetworkComputes() {
    Layer conv = conv2d(3, 3);
    Layer block = x -> relu().apply(conv.apply(x));
    Model whole =
        Model.build(sequence(block, flatten(), dense(2)), TrainFixtures.IMAGE, Seed.of(1), ENGINE);
    Model beginning = Model.build(sequence(block), TrainFixtures.IMAGE, Seed.of(2), ENGINE);
    beginning.parameters().loadMatching("whole", whole.parameters().tensors());
    Tensor x = pictures(5);
    Map<String, Tensor> seen = whole.observe("0", "0.conv2d", "2").of(x);
    assertThat(seen).containsOnlyKeys("0", "0.conv2d", "2");
    assertThat(at(seen, "0").data()).isEqualTo(beginning.run(x).data());
    assertThat(at(seen, "2").data()).isEqualTo(whole.run(x).data());
    Tensor before = at(whole.observe("0").beforeActivation().of(x), "0");
    assertThat(before.data()).isEqualTo(at(seen, "0.conv2d").data());
    assertThat(before.shape()).isEqualTo(Shape.of(5, 6, 6, 3));
    assertThat(whole.observe("0", "0").of(x)).containsOnlyKeys("0");
    assertThatThrownBy(() -> whole.observe("0.conv"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("observe: no layer 0.conv");
    assertThatThrownBy(() -> whole.observe("0").of(Tensor.zeros(Shape.of(1, 3, 3, 1))))
        .hasMessageContaining("model: input 0 must be [N,8,8,1]");
  }

  /** The example of the Javadoc: a thread that looks on all the time changes no bit. */
  @Test
  void watchingATrainingChangesNoBit() throws Exception {
    Batches batches = new Quarters(64, 1).shuffled().batches(16);
    Model alone = TrainFixtures.convnet(ENGINE);
    Model watched = alone.copy();
    Trainer.of(alone, crossEntropy(), adam(1e-2)).fit(batches, Epochs.epochs(2));

    Observer watch = watched.observe("0", "4");
    List<float[]> atSteps = new ArrayList<>();
    Callback following =
        new Callback() {
          @Override
          public void onStep(Training t) {
            watch.follow();
            atSteps.add(at(watch.of(pictures(2)), "0").data());
          }
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> looking = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        looking.add(
            threads.submit(() -> {
              for (int k = 0; k < 30; k++) {
                assertThat(at(watch.of(pictures(3)), "4").shape().dim(0)).isEqualTo(3);
              }
            }));
      }
      Trainer.of(watched, crossEntropy(), adam(1e-2))
          .callbacks(following)
          .fit(batches, Epochs.epochs(2));
      for (Future<?> f : looking) {
        f.get();
      }
    }
    assertThat(watched.parameters().values()).isEqualTo(alone.parameters().values());
    assertThat(atSteps).hasSize(8);
    assertThat(atSteps.get(0)).isNotEqualTo(atSteps.get(1));
    assertThat(at(watch.of(pictures(2)), "0").data()).isEqualTo(atSteps.getLast());
  }

  private static Tensor at(Map<String, Tensor> seen, String path) {
    return Objects.requireNonNull(seen.get(path), path);
  }
}
