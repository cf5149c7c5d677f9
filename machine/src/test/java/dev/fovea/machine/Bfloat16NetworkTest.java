package dev.fovea.machine;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.machine.memory.Processor;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.Precision;
import dev.fovea.simd.Micros;
import dev.fovea.simd.SimdProvider;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.testing.TrainFixtures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Networks whose products are of bfloat16. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class Bfloat16NetworkTest {
  private static final int BATCH = 6;
  private static final int SIZE = 13;

  private static Layer network() {
    return sequence(
        conv2d(32, 3).same(),
        batchNorm(),
        relu(),
        conv2d(48, 1),
        relu(),
        conv2d(64, 3).stride(2).same(),
        batchNorm(),
        relu(),
        conv2d(64, 1).stride(2),
        relu(),
        flatten(),
        dense(40),
        relu(),
        dense(10));
  }

  private static List<KernelProvider> providers(Precision precision) {
    assumeTrue(Processor.ofMachine().bfloat16(), "no AVX512_BF16 here: bfloat16 is not tested");
    return Providers.choose("simd").with(precision).chain();
  }

  /** Returns the weights after three steps on some threads. */
  private static float[] trained(Precision precision, int threads) {
    try (Workers workers = new Workers(threads)) {
      Engine engine = Engines.of(providers(precision), workers);
      assertThat(engine.precision()).isEqualTo(precision);
      Model model = Model.build(network(), Shape.of(SIZE, SIZE, 3), Seed.of(3), engine);
      Tensor _ = ThreeSteps.train(model, BATCH);
      return TrainFixtures.weights(model);
    }
  }

  @Test
  void threadsChangeNoBit() {
    assertThat(trained(Precision.BFLOAT16, 3)).isEqualTo(trained(Precision.BFLOAT16, 1));
  }

  /** Weights are not rounded themselves: three steps at 8 bits would move few of them so far. */
  @Test
  void weightsBecomeAlmostThoseOfFloats() {
    float[] rounded = trained(Precision.BFLOAT16, 2);
    float[] exact = trained(Precision.FLOAT32, 2);
    double error = 0;
    double size = 0;
    for (int i = 0; i < exact.length; i++) {
      error += Math.pow(rounded[i] - exact[i], 2);
      size += Math.pow(exact[i], 2);
    }
    assertThat(Math.sqrt(error / size)).isBetween(1e-6, 0.02);
  }

  @Test
  void withoutTheInstructionsItIsRefused() {
    SimdProvider vectors = new SimdProvider().with(Micros.VECTORS);
    assertThatThrownBy(() -> vectors.with(Precision.BFLOAT16))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(
            "precision bf16: needs machine code on a processor with AVX512_BF16; here: ");
    assertThat(vectors.with(Precision.FLOAT32).precision()).isEqualTo(Precision.FLOAT32);
  }
}
