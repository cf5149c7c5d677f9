package dev.fovea.formats.keras;

import static dev.fovea.formats.testing.Models.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.KerasFiles;
import dev.fovea.formats.testing.Models;
import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers of Keras 3 against the numbers that Keras gives for them; {@code keras_layers.py} beside
 * the numbers made them.
 */
final class KerasLayersTest {
  @TempDir private Path folder;

  /**
   * A network of Keras and what it gives.
   *
   * @param name what it shows
   * @param fields the parts that the script wrote
   */
  record Case(String name, Map<String, Object> fields) {
    Object get(String field) {
      return Json.member(fields, field, name);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() throws IOException {
    try (InputStream in = KerasLayersTest.class.getResourceAsStream("/keras/keras-layers.json")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return Json.array(Json.parse(text, "cases"), "cases").stream()
          .map(c -> Json.object(c, "case"))
          .map(c -> new Case(Json.string(Json.member(c, "name", "case"), "name"), c))
          .toList();
    }
  }

  private static Shape shape(Object value) {
    return Shape.of(
        Json.array(value, "shape").stream()
            .mapToInt(d -> (int) Json.integer(d, "shape"))
            .toArray());
  }

  /** Element i of weight k is sin(1.7 (i + 1) + k) / 2; variances are ½ + |that|. */
  private static Map<String, Tensor> weights(Case c) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Object each : Json.array(c.get("weights"), "weights")) {
      Map<String, Object> w = Json.object(each, "weight");
      Tensor t = Tensor.zeros(shape(Json.member(w, "shape", "weight")));
      boolean positive = Json.bool(Json.member(w, "positive", "weight"), "weight");
      for (int i = 0; i < t.data().length; i++) {
        double v = 0.5 * Math.sin(1.7 * (i + 1) + weights.size());
        t.data()[i] = (float) (positive ? 0.5 + Math.abs(v) : v);
      }
      weights.put(Json.string(Json.member(w, "path", "weight"), "path"), t);
    }
    return weights;
  }

  private static Tensor input(Case c) {
    Tensor x = Tensor.zeros(shape(c.get("input")));
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = c.name.equals("embedding") ? i % 7 : (float) Math.sin(0.37 * i);
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesWhatKerasGives(Case c) {
    Path file = folder.resolve("net.keras");
    KerasFiles.archive(file, Json.write(c.get("config")), weights(c));
    ImportedNetwork network = Formats.read(file);
    List<Tensor> results = network.model().run(List.of(input(c)));
    List<Object> expected = Json.array(c.get("outputs"), "outputs");
    assertThat(results).hasSameSizeAs(expected);
    for (int i = 0; i < results.size(); i++) {
      Map<String, Object> output = Json.object(expected.get(i), "output");
      assertThat(results.get(i).shape()).isEqualTo(shape(Json.member(output, "shape", "output")));
      List<Object> values = Json.array(Json.member(output, "values", "output"), "values");
      for (int k = 0; k < values.size(); k++) {
        double wanted = Json.number(values.get(k), "value");
        assertThat((double) results.get(i).data()[k])
            .as("value %d of output %d", k, i)
            .isCloseTo(wanted, within(2e-5 * (1 + Math.abs(wanted))));
      }
    }
  }

  private static String sequential(String shape, String layers) {
    return "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"s\", \"layers\": ["
        + "{\"class_name\": \"InputLayer\", \"config\": {\"name\": \"i\", \"batch_shape\": "
        + shape
        + "}},"
        + layers
        + "]}}";
  }

  private static String layer(String kind, String settings) {
    return "{\"class_name\": \"%s\", \"config\": {\"name\": \"l\", %s}}".formatted(kind, settings);
  }

  /** What is not supported is named by its setting. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LSTM | \"units\": 2, \"stateful\": true | LSTM at l: stateful=true is not supported",
        "GRU | \"units\": 2, \"return_state\": true | GRU at l: return_state=true is not supported",
        "Embedding | \"input_dim\": 2, \"output_dim\": 2, \"mask_zero\": true | Embedding at l:"
            + " mask_zero=true",
        "ReLU | \"threshold\": 0.5 | ReLU at l: threshold=0.5 is not supported",
        "Activation | \"activation\": \"wavy\" | Activation at l: activation=\"wavy\" is not"
            + " supported",
        "Conv3D | \"filters\": 2, \"kernel_size\": 1, \"groups\": 2 | Conv3D at l: groups=2",
        "Resizing | \"height\": 2, \"width\": 2, \"interpolation\": \"area\" | Resizing at l:"
            + " interpolation=\"area\"",
        "Resizing | \"height\": 2, \"width\": 2, \"crop_to_aspect_ratio\": true |"
            + " crop_to_aspect_ratio=true",
        "UpSampling2D | \"interpolation\": \"bicubic\" | UpSampling2D at l:"
            + " interpolation=\"bicubic\"",
        "Flatten | \"mystery\": 3 | Flatten at l: mystery=3 is not supported",
        "BatchNormalization | \"renorm\": true | BatchNormalization at l: renorm=true",
        "Bidirectional | \"merge_mode\": null, \"layer\": {\"class_name\": \"LSTM\", \"config\":"
            + " {\"name\": \"f\", \"units\": 2}} | merge_mode=null",
        "MultiHeadAttention | \"num_heads\": 2 | MultiHeadAttention (l)"
      })
  void whatIsNotSupportedIsNamedByItsSetting(String kind, String settings, String message) {
    Path file = folder.resolve("net.keras");
    String config = sequential("[null, 4, 4]", layer(kind.strip(), settings));
    KerasFiles.archive(file, config, Map.of("x", Tensor.zeros(Shape.of(1))));
    fails(() -> Formats.read(file), "net.keras: ", message.strip());
  }

  /** The weights of a model that is a layer lie in one group, under their own layers' names. */
  @Test
  void weightsOfNestedModelsAreFoundByNames() {
    String dense = "{\"class_name\": \"Dense\", \"config\": {\"name\": \"%s\", \"units\": 1}}";
    String inner =
        sequential("[null, 1]", dense.formatted("a") + "," + dense.formatted("b"))
            .replace("\"s\"", "\"inner\"");
    Path file = folder.resolve("net.h5");
    Map<String, Tensor> own = new LinkedHashMap<>();
    own.put("inner/b/kernel", Tensor.of(Shape.of(1, 1), 3));
    own.put("inner/b/bias", Tensor.of(Shape.of(1), 0.5f));
    own.put("inner/a/kernel", Tensor.of(Shape.of(1, 1), 2));
    own.put("inner/a/bias", Tensor.of(Shape.of(1), 0.25f));
    KerasFiles.nested(file, sequential("[null, 1]", inner), Map.of("inner", own));
    Tensor y = Models.run(Formats.read(file), Tensor.of(Shape.of(1, 1), 1)).get(0);
    assertThat(y.data()).containsExactly(3 * 2.25f + 0.5f);
  }

  /** Keras 3 calls the weight {@code kernel}, Keras 2 {@code depthwise_kernel}. */
  @ParameterizedTest
  @CsvSource({"kernel", "depthwise_kernel"})
  void depthwiseKernelsHaveTwoNames(String name) {
    String config =
        sequential(
            "[null, 1, 1, 2]",
            layer("DepthwiseConv2D", "\"kernel_size\": [1, 1], \"use_bias\": false"));
    Path file = folder.resolve("net.h5");
    Tensor kernel = Tensor.of(Shape.of(1, 1, 2, 1), 2, 3);
    KerasFiles.nested(file, config, Map.of("l", Map.of("s/l/" + name, kernel)));
    Tensor y = Models.run(Formats.read(file), Tensor.of(Shape.of(1, 1, 1, 2), 5, 7)).get(0);
    assertThat(y.data()).containsExactly(10, 21);
  }

  @Test
  void archivesWithoutTheirPartsAreRefused() {
    Path file = folder.resolve("net.keras");
    KerasFiles.archive(file, "{}", Map.of("x", Tensor.zeros(Shape.of(1))));
    fails(() -> Formats.read(file), "net.keras", "class_name");
    String dense = sequential("[null, 1]", layer("Dense", "\"units\": 1"));
    KerasFiles.archive(file, dense, Map.of("x", Tensor.zeros(Shape.of(1))));
    fails(() -> Formats.read(file), "has no weights kernel of the layer l");
    byte[] config = dense.getBytes(StandardCharsets.UTF_8);
    byte[] signature = "\u0089HDF\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1);
    KerasFiles.archive(file, config, signature);
    fails(
        () -> Formats.read(file),
        "net.keras: its entry model.weights.h5: no HDF5 file, or a damaged one: it ends early");
    KerasFiles.archive(file, "{}".getBytes(StandardCharsets.UTF_8), signature);
    fails(() -> Formats.read(file), "net.keras: config.json", "class_name");
  }
}
