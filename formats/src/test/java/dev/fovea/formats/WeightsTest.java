package dev.fovea.formats;

import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of weights alone: of a part of a network, and with tensors that are not read. */
final class WeightsTest {
  @TempDir private Path folder;

  private static Model lenet(int classes, int seed) {
    Shape input = Shape.of(28, 28, 1);
    return Zoo.find("lenet5").model(Scale.full(classes), input, Seed.of(seed), Engine.shared());
  }

  private Map<String, Tensor> part(Map<String, Tensor> tensors, Model model) {
    return Formats.part(write(folder.resolve("part.pth"), TorchFiles.zip(tensors)), model);
  }

  /** PyTorch has weights of convolutions as [out, in, height, width]. */
  private static Tensor asInTorch(Tensor t) {
    Shape s = t.shape();
    Tensor torch = Tensor.zeros(Shape.of(s.dim(3), s.dim(2), s.dim(0), s.dim(1)));
    int i = 0;
    for (int o = 0; o < s.dim(3); o++) {
      for (int c = 0; c < s.dim(2); c++) {
        for (int y = 0; y < s.dim(0); y++) {
          for (int x = 0; x < s.dim(1); x++) {
            torch.data()[i++] = t.get(y, x, c, o);
          }
        }
      }
    }
    return torch;
  }

  /** The two convolutions alone, by a name for each. */
  private static Map<String, Tensor> convolutions(Model of, String first, String second) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(first + ".weight", asInTorch(of.parameters().tensor("0.weight")));
    tensors.put(first + ".bias", of.parameters().tensor("0.bias"));
    tensors.put(second + ".weight", asInTorch(of.parameters().tensor("3.weight")));
    tensors.put(second + ".bias", of.parameters().tensor("3.bias"));
    return tensors;
  }

  @Test
  void weightsWithoutTheLastLayersAreThoseOfAPart() {
    Model of = lenet(7, 3);
    Map<String, Tensor> named = convolutions(of, "0", "3");
    named.put("3.num_batches_tracked", Tensor.scalar(4));
    named.put("projection.weight", Tensor.full(Shape.of(2, 2), 1));
    for (Map<String, Tensor> tensors :
        List.of(named, convolutions(of, "backbone.0", "backbone.3"), convolutions(of, "a", "b"))) {
      Map<String, Tensor> part = part(tensors, lenet(10, 1));
      assertThat(part).containsOnlyKeys("0.weight", "0.bias", "3.weight", "3.bias");
      part.forEach((name, t) ->
          assertThat(t.data()).as(name).isEqualTo(of.parameters().tensor(name).data()));
    }
  }

  @Test
  void weightsOfAnotherNetworkAreOfNoPart() {
    Map<String, Tensor> other = convolutions(lenet(10, 1), "0", "3");
    other.put("3.bias", Tensor.zeros(Shape.of(17)));
    assertThat(part(other, lenet(10, 2))).isEmpty();
    assertThat(part(Map.of("x", Tensor.zeros(Shape.of(3))), lenet(10, 2))).isEmpty();
  }

  /** Adds a tensor of complex numbers to a safetensors file. */
  private static byte[] withComplex(byte[] file) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(file, 8, length, StandardCharsets.UTF_8).strip();
    int data = file.length - 8 - length;
    String odd =
        ",\"odd\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[%d,%d]}}"
            .formatted(data, data + 8);
    byte[] longer =
        (header.substring(0, header.length() - 1) + odd).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(16 + longer.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(longer.length)
        .put(longer)
        .put(file, 8 + length, data)
        .array();
  }

  /** Whatever its name, for its first bytes are a length and the beginning of a JSON object. */
  @Test
  void aNetworkTellsWhatOfItsFileWasNotRead() {
    Model of = lenet(10, 3);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    of.save(plain);
    for (String name : List.of("n.safetensors", "n.bin", "n")) {
      Path file = write(folder.resolve(name), withComplex(plain.toByteArray()));
      ImportedNetwork network = Formats.read(file, Optional.of("lenet5"));
      assertThat(network.unread()).containsOnlyKeys("odd");
      assertThat(network.withMetadata(Map.of()).unreadText())
          .startsWith("not read: odd of type C64, which is not read; read are F32");
      assertThat(network.model().parameters().tensors().get("0.bias"))
          .extracting(Tensor::data)
          .isEqualTo(of.parameters().tensor("0.bias").data());
    }
    ImportedNetwork whole =
        Formats.read(
            write(folder.resolve("n.safetensors"), plain.toByteArray()), Optional.of("lenet5"));
    assertThat(whole.unreadText()).isEmpty();
  }
}
