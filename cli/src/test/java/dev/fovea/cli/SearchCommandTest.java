package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SearchCommandTest {
  @WorkingFolder private Path folder;

  private void picture(String name, int red, int blue) {
    Tensor picture = Tensor.zeros(Shape.of(20, 20, 3));
    for (int i = 0; i < picture.data().length; i += 3) {
      picture.data()[i] = red;
      picture.data()[i + 2] = blue;
    }
    Images.writePng(folder.resolve(name), picture);
  }

  @Test
  void whatLooksLikeAPictureIsFoundAndKeptInAnIndex() throws IOException {
    Files.createDirectories(folder.resolve("all"));
    picture("all/red.png", 250, 0);
    picture("all/blue.png", 0, 250);
    picture("all/dark.png", 20, 20);
    picture("asked.png", 230, 10);
    Command command = Command.in(folder);
    Command.Result first = command.succeeds("search", "all", "asked.png", "--count=2");
    assertThat(first.text()).contains("looked at 3 pictures", "sheet: search.png");
    assertThat(first.out().get(1)).startsWith("all/red.png");
    assertThat(folder.resolve("search.png")).exists();
    Files.delete(folder.resolve("all/red.png"));
    picture("all/violet.png", 240, 100);
    Map<String, Object> again = command.succeeds("search", "all", "asked.png", "--json").lastJson();
    assertThat(again).containsEntry("looked_at", 1L);
    assertThat((List<?>) again.get("found")).hasSize(3);
    command.fails(
        "--layer conv1: give the network with --model",
        "search",
        "all",
        "asked.png",
        "--layer=conv1");
  }
}
