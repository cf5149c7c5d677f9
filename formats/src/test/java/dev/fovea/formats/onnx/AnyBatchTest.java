package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.integer;
import static dev.fovea.formats.onnx.Protos.ints;
import static dev.fovea.formats.onnx.Protos.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a network makes of a sample does not depend on how many others are run with it, whatever
 * batch its file is written for.
 */
final class AnyBatchTest {
  @TempDir private Path folder;

  /** Checks that three samples give what each gives alone, and returns the shape of a result. */
  private Shape same(Protos p, Shape sample) {
    Model model = Formats.read(p.write(folder.resolve("m.onnx"))).model();
    Shape three = sample.prepend(3);
    float[] data = new float[three.elements()];
    for (int i = 0; i < data.length; i++) {
      data[i] = (i * 7 % 11) / 10f - 0.4f;
    }
    Tensor all = model.run(Tensor.of(three, data));
    int each = sample.elements();
    int part = all.data().length / 3;
    assertThat(all.shape().dim(0)).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      Tensor one = Tensor.of(sample.prepend(1), Arrays.copyOfRange(data, i * each, (i + 1) * each));
      Tensor alone = model.run(one);
      assertThat(alone.shape()).isEqualTo(all.shape().withDim(0, 1));
      assertThat(alone.data()).isEqualTo(Arrays.copyOfRange(all.data(), i * part, (i + 1) * part));
    }
    return all.shape().dropFirst();
  }

  private static Protos opset(int batch, int... rest) {
    int[] dims = new int[rest.length + 1];
    dims[0] = batch;
    System.arraycopy(rest, 0, dims, 1, rest.length);
    return Protos.opset(13).input("x", DataType.FLOAT, dims);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 2})
  void squeezeWithoutAxesKeepsTheBatch(int batch) {
    Protos p =
        opset(batch, 8, 5, 5)
            .node("GlobalAveragePool", List.of("x"), "g")
            .node("Squeeze", List.of("g"), "y")
            .output("y");
    assertThat(same(p, Shape.of(5, 5, 8))).isEqualTo(Shape.of(8));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, 2})
  void sizesOfAResizeLeaveTheBatch(int batch) {
    Protos p =
        opset(batch, 2, 3, 3)
            .longs("sizes", Math.max(batch, 1), 2, 5, 4)
            .node("Resize", List.of("x", "", "", "sizes"), "y", text("mode", "linear"))
            .output("y");
    assertThat(same(p, Shape.of(3, 3, 2))).isEqualTo(Shape.of(5, 4, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void extentsThatAFileComputedForItsBatchFitAnyOther(int batch) {
    Protos p =
        opset(batch, 2, 3)
            .longs("to", batch, 2, 3)
            .longs("start", 0)
            .longs("end", batch)
            .longs("axis", 0)
            .longs("rows", batch, -1)
            .node("Expand", List.of("x", "to"), "e")
            .node("Slice", List.of("e", "start", "end", "axis"), "s")
            .node("Reshape", List.of("s", "rows"), "y")
            .output("y");
    assertThat(same(p, Shape.of(2, 3))).isEqualTo(Shape.of(6));
  }

  @Test
  void shapesThatAreComputedFollowTheBatch() {
    Protos p =
        opset(-1, 2, 3, 4)
            .longs("zero", 0)
            .longs("rest", -1)
            .node("Shape", List.of("x"), "s")
            .node("Gather", List.of("s", "zero"), "n", integer("axis", 0))
            .node("Concat", List.of("n", "rest"), "to", integer("axis", 0))
            .node("Reshape", List.of("x", "to"), "y")
            .output("y");
    assertThat(same(p, Shape.of(3, 4, 2))).isEqualTo(Shape.of(24));
  }

  @Test
  void aFileForOneSampleReducesEachOfThem() {
    Protos p =
        opset(1, 2, 3)
            .node("ReduceMax", List.of("x"), "m", integer("keepdims", 1))
            .node("Div", List.of("x", "m"), "y")
            .output("y");
    assertThat(same(p, Shape.of(2, 3))).isEqualTo(Shape.of(2, 3));
  }

  @Test
  void whatPutsSamplesTogetherIsRefused() {
    Protos p =
        opset(-1, 2, 3)
            .node("ReduceMax", List.of("x"), "m", integer("keepdims", 1))
            .node("Div", List.of("x", "m"), "y")
            .output("y");
    assertThatThrownBy(() -> Formats.read(p.write(folder.resolve("m.onnx"))))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("ReduceMax the_ReduceMax: puts the samples of a batch together");
  }

  @Test
  void anOutputWhoseBatchLiesElsewhereIsRefused() {
    Protos p = opset(-1, 3).node("Transpose", List.of("x"), "y", ints("perm", 1, 0)).output("y");
    assertThatThrownBy(() -> Formats.read(p.write(folder.resolve("m.onnx"))))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("output y")
        .hasMessageContaining("grows with the batch, but not along axis 0");
  }
}
