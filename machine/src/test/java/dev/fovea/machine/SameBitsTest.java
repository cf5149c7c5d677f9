package dev.fovea.machine;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.simd.Micros;
import dev.fovea.simd.SimdProvider;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Networks compute, and learn, the same bits with machine code as with the Vector API. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class SameBitsTest {
  private static final Shape IMAGE = Shape.of(28, 28, 3);
  private static final int BATCH = 9;

  /**
   * A first layer, Winograd's, strided, grouped, depthwise and 1×1 convolutions, few and many
   * columns.
   */
  private static Layer network() {
    return sequence(
        conv2d(32, 7).stride(2).same(),
        batchNorm(),
        relu(),
        conv2d(64, 1),
        relu6(),
        conv2d(64, 3).same().groups(64),
        relu6(),
        conv2d(64, 3).stride(2).same().groups(64),
        conv2d(64, 3).same(),
        relu(),
        conv2d(64, 3).same().groups(4),
        conv2d(24, 3).stride(2).same(),
        maxPool(2),
        conv2d(64, 1),
        relu(),
        flatten(),
        dense(40),
        relu(),
        dense(10));
  }

  private static List<KernelProvider> vectors() {
    KernelProvider simd = new SimdProvider().with(Micros.VECTORS);
    return List.of(simd, Providers.choose("scalar").chosen());
  }

  private static List<KernelProvider> machine() {
    Providers all = Providers.choose("simd");
    assertThat(all.chosen().remarks()).first().asString().startsWith("machine code of AVX");
    assertThat(all.notice()).isEmpty();
    return all.chain();
  }

  /** Returns the weights after three steps, and what the network then tells of pictures. */
  private static List<float[]> trained(List<KernelProvider> providers) {
    try (Workers workers = new Workers(2)) {
      Engine engine = Engines.of(providers, workers);
      Model model = Model.build(network(), IMAGE, Seed.of(3), engine);
      Tensor x = ThreeSteps.train(model, BATCH);
      return List.of(TrainFixtures.weights(model), model.run(x).data());
    }
  }

  @Test
  void trainingAndInference() {
    List<float[]> own = trained(machine());
    List<float[]> expected = trained(vectors());
    assertThat(own.get(0)).isEqualTo(expected.get(0));
    assertThat(own.get(1)).isEqualTo(expected.get(1));
  }

  /** Layers whose panels are swept in several parts, the next of which are fetched meanwhile. */
  @Test
  void manyPanels() {
    Layer network = sequence(conv2d(260, 1), relu(), conv2d(650, 1));
    List<float[]> results = new ArrayList<>();
    for (List<KernelProvider> providers : List.of(machine(), vectors())) {
      try (Workers workers = new Workers(2)) {
        Engine engine = Engines.of(providers, workers);
        Model model = Model.build(network, Shape.of(15, 15, 36), Seed.of(5), engine);
        results.add(model.run(noise(Shape.of(1, 15, 15, 36))).data());
      }
    }
    assertThat(results.get(0)).isEqualTo(results.get(1));
  }

  private static Tensor noise(Shape shape) {
    Tensor x = Tensor.zeros(shape);
    Rng rng = new Rng(6);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = rng.nextFloat(-1, 1);
    }
    return x;
  }
}
