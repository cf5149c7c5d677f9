package dev.fovea.formats.torch;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.formats.Formats;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State dicts in both of PyTorch's forms. */
final class TorchTest {
  @TempDir private Path folder;

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put("module.conv.weight", RandomTensors.random(1, 4, 3, 3, 3));
    all.put("module.conv.bias", RandomTensors.random(2, 4));
    all.put("module.fc.weight", RandomTensors.random(3, 2, 16));
    all.put("module.n", Tensor.scalar(7));
    return all;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsTensorsByNameWithoutTheWrappersPrefix(boolean zip) {
    byte[] file = zip ? TorchFiles.zip(tensors()) : TorchFiles.legacy(tensors());
    Map<String, Tensor> read = TorchFile.read(write(folder.resolve("x.pt"), file)).tensors();
    assertThat(read.keySet()).containsExactly("conv.weight", "conv.bias", "fc.weight", "n");
    read.forEach((name, t) -> {
      Tensor expected = tensors().getOrDefault("module." + name, Tensor.scalar(0));
      assertThat(t.shape()).isEqualTo(expected.shape());
      assertThat(t.data()).containsExactly(expected.data());
    });
    assertThat(Formats.tensors(folder.resolve("x.pt"))).containsEntry("conv.bias", Shape.of(4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "os system",
        "builtins eval",
        "torch._utils _rebuild_qtensor",
        "a.b C",
        "torch load"
      })
  void refusesEveryOtherNameAndRunsNothing(String name) {
    String[] parts = name.split(" ", 2);
    byte[] evil = TorchFiles.call(parts[0], parts[1], "touch /tmp/never");
    Path file = write(folder.resolve("x.pt"), TorchFiles.zip(evil, Map.of()));
    fails(() -> TorchFile.read(file), "x.pt", parts[0] + "." + parts[1], "no code is run");
  }

  @Test
  void refusesTensorsOutsideTheirStorage() {
    Map<String, Tensor> one = Map.of("w", RandomTensors.random(1, 2, 3));
    byte[] pickle = TorchFiles.dictionary(one);
    String text = new String(pickle, StandardCharsets.ISO_8859_1);
    // The extent 3, a 32-bit number behind the instruction J, becomes 200.
    String wide = text.replaceFirst("J\u0003\u0000\u0000\u0000", "J\u00c8\u0000\u0000\u0000");
    assertThat(wide).isNotEqualTo(text);
    byte[] bad = wide.getBytes(StandardCharsets.ISO_8859_1);
    Path file = write(folder.resolve("x.pt"), TorchFiles.zip(bad, one));
    fails(() -> TorchFile.read(file), "does not lie in its storage");
  }

  @Test
  void saysWhatItIsInstead() {
    Path text = write(folder.resolve("x.pt"), "hello");
    fails(() -> TorchFile.read(text), "x.pt");
    byte[] zip = TorchFiles.zip(tensors());
    Path cut = write(folder.resolve("cut.pt"), Arrays.copyOf(zip, zip.length / 2));
    fails(() -> TorchFile.read(cut), "cut.pt", "zip");
    byte[] legacy = TorchFiles.legacy(tensors());
    Path short1 = write(folder.resolve("short.pt"), Arrays.copyOf(legacy, legacy.length - 3));
    fails(() -> TorchFile.read(short1), "short.pt", "cut short");
    Path none = write(folder.resolve("none.pt"), TorchFiles.zip(Map.of()));
    fails(() -> TorchFile.read(none), "no tensors by name");
    Path alien = write(folder.resolve("alien.pt"), zip);
    fails(() -> Formats.read(alien), "alien.pt", "weights alone", "--net");
  }
}
