package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SparseTensorsTest {
  @TempDir private Path dir;

  /** Every fifth number of 1,003 is not 0. */
  private static Tensor mostlyZeros() {
    float[] x = new float[17 * 59];
    for (int i = 0; i < x.length; i += 5) {
      x[i] = i - 500;
    }
    x[10] = Float.NaN;
    x[11] = -0f;
    return Tensor.of(Shape.of(17, 59), x);
  }

  @Test
  void whatIsMostlyZeroIsReadBackAndTakesLessRoom() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("bias", Tensor.of(Shape.of(2), 1, 0));
    tensors.put("sparse", mostlyZeros());
    tensors.put("dense", Tensor.full(Shape.of(1000), 0.5f));
    tensors.put("zeros", Tensor.zeros(Shape.of(2000)));
    Safetensors content = new Safetensors(tensors, Map.of("net", "lenet5"));
    Path file = dir.resolve("s.safetensors");
    content.writeSparse(file);
    Safetensors back = Safetensors.readWhole(file);
    assertThat(back.tensors().keySet()).containsExactly("bias", "sparse", "dense", "zeros");
    back.tensors()
        .forEach((name, t) -> {
          Tensor before = content.tensor(name);
          assertThat(t.shape()).isEqualTo(before.shape());
          float[] expected = before.data().clone();
          for (int i = 0; i < expected.length; i++) {
            expected[i] += 0; // the sign of zeros is lost
          }
          assertThat(t.data()).isEqualTo(expected);
        });
    assertThat(back.metadata()).isEqualTo(content.metadata());
    assertThat(Safetensors.readMetadata(file)).isEqualTo(content.metadata());
    Path whole = dir.resolve("w.safetensors");
    content.write(whole);
    // Of 12,020 bytes of numbers, 8,000 and 4,012 lie in 250 + 0 and 126 + 4 · 201.
    assertThat(Files.size(whole) - Files.size(file)).isBetween(10_300L, 10_900L);
  }

  @Test
  void whatIsNotMostlyZeroStaysAsItIs() throws IOException {
    Safetensors content =
        new Safetensors(Map.of("w", Tensor.full(Shape.of(3000), 2)), Map.of("a", "b"));
    Path one = dir.resolve("one.safetensors");
    Path two = dir.resolve("two.safetensors");
    content.write(one);
    content.writeSparse(two);
    assertThat(two).hasSameBinaryContentAs(one);
  }

  /** A text of that name would be read as a list of tensors. */
  @Test
  void theListIsWrittenByTheFormatAlone() {
    Map<String, String> texts = Map.of("fovea.sparse", "mine");
    Safetensors content = new Safetensors(Map.of("w", Tensor.full(Shape.of(2), 2)), texts);
    Path file = dir.resolve("mine.safetensors");
    assertThatThrownBy(() -> content.write(file))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            file
                + ": not written: the metadata fovea.sparse is the format's own list of sparse"
                + " tensors");
    assertThat(file).doesNotExist();
  }

  private Path raw(String sparse, List<Float> values, String bitmapName, int... bitmap)
      throws IOException {
    int end = 4 * values.size() + bitmap.length;
    String header =
        """
        {"__metadata__":{"fovea.sparse":"%s"},\
        "w.values":{"dtype":"F32","shape":[%d],"data_offsets":[0,%d]},\
        "%s":{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]}}\
        """
            .formatted(
                sparse.replace("\"", "\\\""),
                values.size(),
                4 * values.size(),
                bitmapName,
                bitmap.length,
                4 * values.size(),
                end);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(json.length).put(json);
    values.forEach(b::putFloat);
    for (int bits : bitmap) {
      b.put((byte) bits);
    }
    return Files.write(dir.resolve("x.safetensors"), b.array());
  }

  /** The tenth number is the second bit of the second byte. */
  @Test
  void bitsBeginWithTheLowestOfAByte() throws IOException {
    Path file = raw("{\"w\":[2,5]}", List.of(3f, 4f), "w.bitmap", 1, 2);
    assertThat(Safetensors.read(file).tensor("w").data())
        .containsExactly(3, 0, 0, 0, 0, 0, 0, 0, 0, 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"w\":[2,5]}|w.bitmap|3|2|its bitmap has more bits than 2 values",
        "{\"w\":[2,5]}|w.bitmap|1|0|its bitmap has 1 bits for 2 values",
        "{\"w\":[2,5]}|w.bitmap|1|64|its bitmap has more bits than 2 values",
        "{\"w\":[2,9]}|w.bitmap|1|2|its bitmap has 2 bytes, expected 3 for [2,9]",
        "{\"w\":[2,5]}|w.bits|1|2|there is no tensor \"w.bitmap\"",
        "{\"v\":[2,5]}|w.bitmap|1|2|there is no tensor \"v.bitmap\"",
        "{\"w\":[2,-5]}|w.bitmap|1|2|has the extent -5",
        "{\"w\":[1,1,1,1,1,1,1,1,1,1,1]}|w.bitmap|1|2|axes, at most",
        "{\"w\":[60000,60000]}|w.bitmap|1|2|elements",
        "{\"w\":[46000,46000]}|w.bitmap|1|2|its 2 tensors need",
        "{\"w\":7}|w.bitmap|1|2|metadata fovea.sparse: w",
        "[1]|w.bitmap|1|2|metadata fovea.sparse",
        "{\"w|w.bitmap|1|2|metadata fovea.sparse",
      })
  void whatDoesNotFitIsSaidInOneLine(String sparse, String name, int a, int b, String said)
      throws IOException {
    Path file = raw(sparse, List.of(3f, 4f), name, a, b);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(said)
        .message()
        .doesNotContain("\n");
  }
}
