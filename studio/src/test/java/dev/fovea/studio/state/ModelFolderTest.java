package dev.fovea.studio.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks in a folder are opened by their ids in it, and nothing else is. */
final class ModelFolderTest {
  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  private ModelFolder models() {
    return new ModelFolder(folder.resolve("models"));
  }

  @Test
  void listsNetworksByTheirPaths() throws IOException {
    assertThat(models().ids()).isEmpty();
    file("models/zoo/b.ONNX");
    file("models/resnet20.th");
    file("models/a b.safetensors");
    file("models/labels.txt");
    file("models/net.cfg");
    file("models/1/2/3/4/deep.onnx");
    assertThat(models().ids()).containsExactly("a b.safetensors", "resnet20.th", "zoo/b.ONNX");
    assertThat(models().file("zoo/b.ONNX"))
        .isEqualTo(folder.toRealPath().resolve("models/zoo/b.ONNX"));
    Path link = Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("models"));
    assertThat(new ModelFolder(link).ids()).hasSize(3);
  }

  /** The first in the alphabet are told, in whatever order the disk tells them. */
  @Test
  void listsTheFirstOfMany() throws IOException {
    for (int i = 0; i < 510; i++) {
      file("models/%03d.onnx".formatted((7 * i) % 510)); // 7 and 510 share no factor
    }
    assertThat(models().ids()).hasSize(500).startsWith("000.onnx").endsWith("499.onnx");
  }

  /** Links, devices of Windows and names with control characters are not in the list. */
  @Test
  void listsNothingThatLeadsElsewhere() throws IOException {
    Path outside = file("outside/secret.onnx");
    file("models/good.onnx");
    file("models/nul.onnx");
    file("models/Com1/in.onnx");
    file("models/two\nlines.onnx");
    Files.createSymbolicLink(folder.resolve("models/link.onnx"), outside);
    Files.createSymbolicLink(folder.resolve("models/elsewhere"), outside.getParent());
    assertThat(models().ids()).containsExactly("good.onnx");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../outside/secret.onnx",
        "sub/../../outside/secret.onnx",
        "%2e%2e/outside/secret.onnx",
        "..\\outside\\secret.onnx",
        "link.onnx",
        "good.onnx\u0000.txt",
        "nul",
        "/etc/passwd"
      })
  void opensByIdAlone(String id) throws IOException {
    Path outside = file("outside/secret.onnx");
    file("models/good.onnx");
    Files.createDirectories(folder.resolve("models/sub"));
    Files.createSymbolicLink(folder.resolve("models/link.onnx"), outside);
    assertThatThrownBy(() -> models().file(id))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("models: there is no network ")
        .message()
        .doesNotContain("\n");
    assertThatThrownBy(() -> models().file(outside.toString())).isInstanceOf(FoveaException.class);
  }
}
