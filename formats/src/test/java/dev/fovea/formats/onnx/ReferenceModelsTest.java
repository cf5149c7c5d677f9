package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published networks give the outputs that ONNX Runtime gave, where their files are at hand. */
final class ReferenceModelsTest {
  private static final Path MODELS = Path.of("../../shared/data/models");

  @ParameterizedTest
  @CsvSource({
    "mnist-onnx/mnist.onnx, 0.001",
    "superres-x3-onnx/super_resolution.onnx, 0.001",
    "ultraface-onnx/version-RFB-320.onnx, 0.001",
    "portrait-sinet-onnx/SINet_Softmax.onnx, 0.001",
    "mobilenetv2-int8-onnx/mobilenetv2-12-int8.onnx, 0.05"
  })
  void givesTheReferenceOutputs(String name, double tolerance) throws IOException {
    Path file = MODELS.resolve(name);
    assumeTrue(Files.exists(file), file + " is not there");
    Map<String, Object> reference =
        Json.parseObject(Files.readString(file.resolveSibling("reference.json")), "reference");
    ImportedNetwork n = Formats.read(file);
    List<Tensor> outputs = n.model().run(List.of(n.inputs().get(0).fromFile(input(reference))));
    Map<?, ?> expected = map(reference, "outputs");
    assertThat(outputs).hasSize(expected.size());
    int i = 0;
    for (Object e : expected.values()) {
      Tensor y = n.outputs().get(i).toFile(outputs.get(i));
      compare(y, (Map<?, ?>) e, tolerance);
      i++;
    }
  }

  /** P[i] = 37·i mod 256, then (P · scale − mean) / std per channel. */
  private static Tensor input(Map<String, Object> reference) {
    Map<?, ?> rule = map(reference, "preprocess");
    List<?> mean = list(rule, "mean");
    List<?> deviation = list(rule, "std");
    int[] dims = list(reference, "input_shape").stream().mapToInt(d -> (int) number(d)).toArray();
    Tensor x = Tensor.zeros(Shape.of(dims));
    for (int i = 0; i < x.data().length; i++) {
      int c = i / (dims[2] * dims[3]) % dims[1];
      double p = 37L * i % 256 * number(rule.get("scale"));
      x.data()[i] = (float) ((p - number(mean.get(c))) / number(deviation.get(c)));
    }
    return x;
  }

  private static Map<?, ?> map(Map<?, ?> all, String key) {
    return (Map<?, ?>) Objects.requireNonNull(all.get(key));
  }

  private static List<?> list(Map<?, ?> all, String key) {
    return (List<?>) Objects.requireNonNull(all.get(key));
  }

  private static double number(@Nullable Object o) {
    return ((Number) Objects.requireNonNull(o)).doubleValue();
  }

  private static void compare(Tensor y, Map<?, ?> expected, double tolerance) {
    List<?> first = list(expected, "first16");
    double squares = 0;
    double sum = 0;
    for (float v : y.data()) {
      squares += (double) v * v;
      sum += v;
    }
    double size = number(expected.get("l2"));
    assertThat(Math.sqrt(squares)).isCloseTo(size, within(tolerance * size));
    double total = number(expected.get("sum"));
    assertThat(sum).isCloseTo(total, within(tolerance * Math.max(Math.abs(total), size)));
    double largest =
        Math.max(Math.abs(number(expected.get("max"))), Math.abs(number(expected.get("min"))));
    for (int i = 0; i < first.size(); i++) {
      assertThat((double) y.data()[i]).isCloseTo(number(first.get(i)), within(tolerance * largest));
    }
    int best = 0;
    for (int i = 1; i < y.data().length; i++) {
      best = y.data()[i] > y.data()[best] ? i : best;
    }
    assertThat(best).isEqualTo((int) number(expected.get("argmax")));
  }
}
