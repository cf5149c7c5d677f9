package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OmniglotTest {
  @TempDir private Path folder;

  private byte[] drawing(int grey) throws IOException {
    Path file = folder.resolve("drawing.png");
    Images.writePng(file, Tensor.full(Shape.of(4, 4, 1), grey));
    return Files.readAllBytes(file);
  }

  private void zip(String name, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey()));
        zip.write(e.getValue());
      }
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void charactersOfBothSetsAreReadOnce() throws IOException {
    zip(
        "images_background_small1.zip",
        Map.of("s1/Latin/c1/1.png", drawing(255), "s1/Latin/c1/2.png", drawing(0)));
    zip(
        "images_background_small2.zip",
        Map.of("s2/Latin/c1/1.png", drawing(255), "s2/Greek/c1/1.png", drawing(55)));
    List<List<Tensor>> characters = Omniglot.characters(folder, 2);
    assertThat(characters).hasSize(2);
    assertThat(characters.get(0).get(0).data()).containsExactly(200, 200, 200, 200);
    assertThat(characters.get(1)).hasSize(2);
    assertThat(characters.get(1).get(0).data()).containsOnly(0);
    assertThat(characters.get(1).get(1).data()).containsOnly(255);
  }

  private Map<String, byte[]> run(String labels) throws IOException {
    Map<String, byte[]> run = new LinkedHashMap<>();
    run.put("run01/class_labels.txt", text(labels));
    run.put("run01/test/item01.png", drawing(10));
    run.put("run01/training/class01.png", drawing(20));
    run.put("run01/training/class02.png", drawing(30));
    return run;
  }

  @Test
  void aRunTellsTheExampleOfEachDrawing() throws IOException {
    zip(
        "one-shot-classification_all_runs.zip",
        run("run01/test/item01.png run01/training/class02.png\n"));
    Omniglot.Run run = Omniglot.runs(folder, 1).getFirst();
    assertThat(run.answers()).containsExactly(1);
    assertThat(run.drawings().getFirst().data()).containsExactly(245);
    assertThat(run.examples()).hasSize(2);
  }

  @Test
  void damageIsTold() throws IOException {
    assertThatThrownBy(() -> Omniglot.runs(folder, 1))
        .hasMessageEndingWith("all_runs.zip: no such file, expected a zip file of pictures");
    zip("one-shot-classification_all_runs.zip", run("run01/test/item01.png nothing\n"));
    assertThatThrownBy(() -> Omniglot.runs(folder, 1))
        .hasMessageContaining("class_labels.txt: a drawing and its example expected");
    zip("one-shot-classification_all_runs.zip", run("gone.png run01/training/class02.png\n"));
    assertThatThrownBy(() -> Omniglot.runs(folder, 1)).hasMessageContaining("has no file gone.png");
    Map<String, byte[]> bad = run("run01/test/item01.png run01/training/class02.png\n");
    bad.put("run01/test/item01.png", text("no picture"));
    zip("one-shot-classification_all_runs.zip", bad);
    assertThatThrownBy(() -> Omniglot.runs(folder, 1))
        .hasMessageContaining("item01.png: not a picture that can be read");
  }
}
