package dev.fovea.formats.onnx;

import static dev.fovea.formats.onnx.Protos.ints;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Extents of inputs that a file leaves free follow from its weights, or are given. */
final class FreeExtentsTest {
  @TempDir private Path folder;

  private ImportedNetwork read(Protos p) {
    return Formats.read(p.write(folder.resolve("m.onnx")));
  }

  private static Protos convolution(int... dims) {
    return Protos.opset(13)
        .input("x", DataType.FLOAT, dims)
        .weight("w", new int[] {1, 3, 1, 1}, 1, 2, 3)
        .node("Conv", List.of("x", "w"), "c")
        .node("GlobalAveragePool", List.of("c"), "g")
        .node("Flatten", List.of("g"), "y")
        .output("y");
  }

  @Test
  void channelsAreThoseOfTheFirstConvolution() {
    assertThat(read(convolution(-1, -1, -1, -1)).inputs())
        .containsExactly(Port.image("x", Shape.of(224, 224, 3)));
  }

  @Test
  void channelsAreThoseOfAMeanThatIsSubtracted() {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, -1, 4, 5)
            .weight("mean", new int[] {3, 1, 1}, 1, 2, 3)
            .node("Sub", List.of("x", "mean"), "y")
            .output("y");
    assertThat(read(p).inputs()).containsExactly(Port.image("x", Shape.of(4, 5, 3)));
  }

  @Test
  void elementsAreThoseOfADenseLayer() {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, -1)
            .weight("w", new int[] {2, 1}, 3, 4)
            .node("MatMul", List.of("x", "w"), "y")
            .output("y");
    assertThat(read(p).inputs()).containsExactly(Port.plain("x", Shape.of(2)));
  }

  @Test
  void picturesAreAsLargeAsADenseLayerBehindNeeds() {
    float[] w = new float[9];
    java.util.Arrays.fill(w, 1);
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, 1, -1, -1)
            .weight("w", new int[] {9, 1}, w)
            .node("MaxPool", List.of("x"), "m", ints("kernel_shape", 2, 2), ints("strides", 2, 2))
            .node("Flatten", List.of("m"), "f")
            .node("Gemm", List.of("f", "w"), "y")
            .output("y");
    ImportedNetwork n = read(p);
    int side = n.inputs().get(0).sample().dim(0);
    assertThat(side / 2).isEqualTo(3);
    Tensor ones = Tensor.full(n.inputs().get(0).sample().prepend(1), 1);
    assertThat(n.model().run(ones).data()).containsExactly(9);
  }

  @Test
  void anySizeCanBeAskedFor() {
    ImportedNetwork n = read(convolution(-1, 3, -1, -1)).at(5, 7);
    assertThat(n.inputs()).containsExactly(Port.image("x", Shape.of(5, 7, 3)));
    assertThat(n.model().run(Tensor.full(Shape.of(2, 5, 7, 3), 1)).data()).containsExactly(6, 6);
  }

  @Test
  void aSizeThatTheFileFixesStays() {
    assertThatThrownBy(() -> read(convolution(-1, 3, 4, 5)).at(5, 7))
        .isInstanceOf(FormatException.class)
        .hasMessage("the file fixes pictures of 4×5, asked for 5×7");
  }

  @Test
  void channelsThatNothingTellsAreAskedFor() {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.FLOAT, -1, -1, 4, 5)
            .node("Relu", List.of("x"), "y")
            .output("y");
    assertThatThrownBy(() -> read(p))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("input x: the extent of axis 1 is neither in the file nor");
  }

  @Test
  void bytesOfPicturesComeChannelsLast() {
    Protos p =
        Protos.opset(13)
            .input("x", DataType.UINT8, -1, 3, 4, 5)
            .node("Cast", List.of("x"), "y", Protos.integer("to", 1))
            .output("y");
    assertThat(read(p).inputs()).containsExactly(Port.image("x", Shape.of(4, 5, 3)));
    // Such a network scales them by itself.
    assertThat(read(p).metadata().get("preprocessing"))
        .isEqualTo(Preprocessing.unscaled(Shape.of(4, 5, 3)).toText());
    assertThat(read(convolution(-1, 3, 4, 5)).metadata()).isEmpty();
  }
}
