package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.SharedData;
import dev.fovea.tensor.Shape;
import org.junit.jupiter.api.Test;

/** A file that Python's safetensors wrote, where the shared data is there. */
final class RealSafetensorsTest {
  private static final String FILE = "models/mnist-safetensors-pytorch/mnist.safetensors";

  @Test
  void readsWhatPythonWrote() {
    SharedData.find(FILE).map(Safetensors::read).ifPresent(RealSafetensorsTest::check);
  }

  private static void check(Safetensors model) {
    // Sizes from the description of the network: conv 1→8, 8→16, 16→24 of 3×3, dense 11616→32→10.
    assertThat(model.tensor("conv1.weight").shape()).isEqualTo(Shape.of(8, 1, 3, 3));
    assertThat(model.tensor("conv3.weight").shape()).isEqualTo(Shape.of(24, 16, 3, 3));
    assertThat(model.tensor("fc1.weight").shape()).isEqualTo(Shape.of(32, 11616));
    assertThat(model.tensor("fc2.bias").shape()).isEqualTo(Shape.of(10));
    for (float v : model.tensor("norm1.running_var").data()) {
      assertThat(v).isPositive().isFinite();
    }
  }
}
