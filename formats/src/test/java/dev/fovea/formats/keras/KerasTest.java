package dev.fovea.formats.keras;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.run;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.KerasFiles;
import dev.fovea.formats.testing.Models;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole models in HDF5. */
final class KerasTest {
  @TempDir private Path folder;

  private ImportedNetwork read(String config, Map<String, Map<String, Tensor>> weights) {
    Path file = folder.resolve("model.h5");
    KerasFiles.write(file, config, weights);
    return Formats.read(file);
  }

  private static String sequential(String layers) {
    return "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": ["
        + layers
        + "]}}";
  }

  @Test
  void readsTheUsualLayers() {
    ImportedNetwork n = read(KerasFiles.config(), KerasFiles.weights());
    assertThat(n.producer()).isEqualTo("Keras 2.4.0");
    assertThat(n.operators()).containsEntry("Conv2D", 1).containsEntry("SeparableConv2D", 1);
    float[] y = run(n, RandomTensors.random(1, 1, 7, 6, 3)).get(0).data();
    assertThat(y).hasSize(3);
    assertThat(y[0] + y[1] + y[2]).isCloseTo(1, within(1e-5f));
    // Without scale the factor is 1; Keras's momentum is the share of what was before.
    assertThat(Models.weight(n, "bn.weight").data()).containsOnly(1);
  }

  /** With stride 2, an even size and a kernel of 3 the one row of padding lies below. */
  @Test
  void paddingSameIsBelowAndRight() {
    String conv =
        """
        {"class_name": "Conv2D", "config": {"name": "c", "batch_input_shape": [null, 4, 4, 1],
         "filters": 1, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same",
         "use_bias": false, "activation": "linear"}}
        """;
    Tensor kernel = Tensor.zeros(Shape.of(3, 3, 1, 1));
    kernel.data()[0] = 1;
    Tensor x = RandomTensors.random(2, 1, 4, 4, 1);
    Tensor y = run(read(sequential(conv), Map.of("c", Map.of("kernel", kernel))), x).get(0);
    assertThat(y.data())
        .containsExactly(
            x.get(0, 0, 0, 0), x.get(0, 0, 2, 0), x.get(0, 2, 0, 0), x.get(0, 2, 2, 0));
  }

  @Test
  void sharedLayersHaveWeightsOnce() {
    String config =
        """
        {"class_name": "Model", "config": {"layers": [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [null, 2], "name": "a"},
         "name": "a", "inbound_nodes": []},
        {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "relu"},
         "name": "d", "inbound_nodes": [[["a", 0, 0, {}]], [["d", 0, 0, {}]]]},
        {"class_name": "Concatenate", "config": {"name": "c", "axis": -1}, "name": "c",
         "inbound_nodes": [[["d", 0, 0, {}], ["d", 1, 0, {}]]]}],
        "input_layers": [["a", 0, 0]], "output_layers": [["c", 0, 0]]}}
        """;
    Map<String, Tensor> w =
        Map.of("kernel", Tensor.of(Shape.of(2, 2), 0, 1, 2, 0), "bias", Tensor.zeros(Shape.of(2)));
    ImportedNetwork n = read(config, Map.of("d", w));
    assertThat(n.model().parameters().count(false)).isEqualTo(6);
    Tensor x = Tensor.of(Shape.of(1, 2), 1, 3);
    assertThat(run(n, x).get(0).data()).containsExactly(6, 1, 2, 6);
  }

  @Test
  void transposedConvolutionGrowsByItsStride() {
    for (int k : new int[] {1, 2, 3, 4}) {
      String layer =
          """
          {"class_name": "Conv2DTranspose", "config": {"name": "t", "batch_input_shape":
           [null, 3, 5, 2], "filters": 4, "kernel_size": [%d, %d], "strides": [2, 2],
           "padding": "same", "use_bias": false, "output_padding": null}}
          """
              .formatted(k, k);
      Map<String, Tensor> w = Map.of("kernel", RandomTensors.random(k, k, k, 4, 2));
      ImportedNetwork n = read(sequential(layer), Map.of("t", w));
      assertThat(n.outputs().get(0).sample()).isEqualTo(Shape.of(6, 10, 4));
    }
  }

  /** (H − 1)·stride + max(kernel, stride) rows, of which the last are of no kernel. */
  @Test
  void transposedConvolutionOfAKernelSmallerThanItsStrideOnOneSide() {
    String layer =
        """
        {"class_name": "Conv2DTranspose", "config": {"name": "t", "batch_input_shape":
         [null, 3, 5, 2], "filters": 4, "kernel_size": [1, 3], "strides": [2, 2],
         "padding": "valid", "use_bias": false}}
        """;
    Tensor kernel = RandomTensors.random(1, 1, 3, 4, 2);
    ImportedNetwork n = read(sequential(layer), Map.of("t", Map.of("kernel", kernel)));
    Tensor x = RandomTensors.random(2, 1, 3, 5, 2);
    Tensor y = run(n, x).get(0);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 6, 11, 4));
    assertThat(y.get(0, 5, 0, 0)).isZero();
    double first =
        x.get(0, 2, 0, 0) * kernel.get(0, 0, 0, 0) + x.get(0, 2, 0, 1) * kernel.get(0, 0, 0, 1);
    assertThat((double) y.get(0, 4, 0, 0)).isCloseTo(first, within(1e-5));
  }

  /** max(0, min(1, x / 5 + 1/2)) until Keras 2, max(0, min(6, x + 3)) / 6 from Keras 3 on. */
  @Test
  void hardSigmoidIsThatOfTheVersion() {
    String layer =
        """
        {"class_name": "Activation", "config": {"name": "a", "batch_input_shape": [null, 1],
         "activation": "hard_sigmoid"}}
        """;
    Path file = folder.resolve("model.h5");
    for (String version : new String[] {"2.4.0", "3.1.0"}) {
      KerasFiles.write(file, version, sequential(layer), Map.of());
      float y = run(Formats.read(file), Tensor.of(Shape.of(1, 1), 1)).get(0).data()[0];
      assertThat(y).isCloseTo(version.startsWith("2") ? 0.7f : 4 / 6f, within(1e-6f));
    }
  }

  @Test
  void saysWhatIsMissing() {
    String config = KerasFiles.config().replace("\"Add\"", "\"Attention\"");
    fails(() -> read(config, KerasFiles.weights()), "model.h5", "Attention (add)");
    String free = KerasFiles.config().replace("[null, 7, 6, 3]", "[null, null, 6, 3]");
    fails(() -> read(free, KerasFiles.weights()), "[null,null,6,3]", "only the batch");
    fails(() -> read(KerasFiles.config(), Map.of()), "no weights of the layer");
    String function = KerasFiles.config().replace("\"softmax\"", "\"wavy\"");
    fails(() -> read(function, KerasFiles.weights()), "activation wavy (fc)");
    fails(() -> read("{\"class_name\": \"Lambda\", \"config\": {}}", Map.of()), "Lambda");
    fails(
        () ->
            read(
                KerasFiles.config().replace("\"fc\", 0, 0", "\"gone\", 0, 0"),
                KerasFiles.weights()),
        "gone");
  }

  @Test
  void refusesWhatIsNoHdf5() {
    fails(
        () -> Formats.read(write(folder.resolve("x.h5"), "no such thing")),
        "x.h5",
        "not an HDF5 file");
  }
}
