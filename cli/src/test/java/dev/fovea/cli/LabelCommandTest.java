package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands about labels, one after the other. */
final class LabelCommandTest {
  @WorkingFolder private Path folder;

  @BeforeEach
  void writeLabels() throws IOException {
    Files.createDirectories(folder.resolve("cells/images"));
    Files.createDirectories(folder.resolve("cells/labels"));
    for (int i = 0; i < 6; i++) {
      Images.writePng(
          folder.resolve("cells/images/p" + i + ".png"), Tensor.full(Shape.of(40, 60, 3), 40f * i));
      Files.writeString(
          folder.resolve("cells/labels/p" + i + ".txt"),
          "0 0.5 0.5 0.%s 0.4\n1 0.3 0.3 0.1 0.1%s\n"
              .formatted(i + 2, i == 3 ? "\n1 2 2 2 2" : ""));
    }
    Files.writeString(folder.resolve("cells/classes.txt"), "red\nwhite\n");
  }

  private Command.Result succeeds(String... args) {
    Command.Result r = Command.in(folder).run(args);
    assertThat(r.err()).isEmpty();
    assertThat(r.status()).isZero();
    return r;
  }

  @Test
  void dataCountsObjectsAndNamesBadOnes() throws IOException {
    Files.writeString(folder.resolve("cells/classes.txt"), "red\nwhite\nblue\n");
    Command.Result r = succeeds("data", "cells", "--out", "sheet.png");
    assertThat(r.text()).containsPattern("blue +0 +0 +– +– +– +–");
    assertThat(r.text())
        .contains("red", "white", "yolo labels: 4 pictures to train on and 2 to test with")
        .contains("12 objects, the fullest picture shows 2", "anchors (width×height) that fit: ")
        .contains(
            "p3.txt, line 3: 2.0 is no share of the picture: -0.001 to 1.001 expected: dropped");
    assertThat(ImageIO.read(folder.resolve("sheet.png").toFile()).getWidth()).isGreaterThan(700);
    Map<String, Object> json =
        Json.parseObject(succeeds("data", "cells", "--data", "yolo", "--json").text(), "out");
    assertThat(json).containsEntry("objects", 12L).containsEntry("most_objects", 2L);
  }

  /** Weights for other classes: what is new is named. Batches of two: what is rough is said. */
  @Test
  void detectorOfOtherClassesIsTrainedFurther() {
    train("--out", "scenes");
    Command.Result further =
        train("--data", "yolo", "--data-dir", "cells", "--from", "scenes/model.safetensors");
    assertThat(String.join("\n", further.err()))
        .contains(
            "parameters matched; other shapes fine_rows.",
            "coarse_rows.1.bias [24] instead of [14]",
            "--batch 2: ",
            " batch norms (the first is fine.0.1) take mean and variance of so few samples");
  }

  private Command.Result train(String... more) {
    List<String> words = new ArrayList<>(List.of("train", "yolo-tiny", "--input", "32x48x3"));
    words.addAll(List.of("--anchors", "6x6,12x12;20x20,30x30", "--width", "0.125"));
    words.addAll(List.of("--limit", "4", "--batch", "2", "--epochs", "1"));
    words.addAll(List.of(more));
    Command.Result r = Command.in(folder).run(words.toArray(String[]::new));
    assertThat(r.status()).as("%s", r).isZero();
    return r;
  }

  @Test
  void labelsAreConvertedAndLossesSaid() throws IOException {
    assertThat(succeeds("convert-labels", "cells", "voc", "--to", "voc").text())
        .contains("wrote voc: 6 pictures, 12 objects, from yolo to voc", "lost: 1 dropped as")
        .contains("problems: 1 dropped")
        .doesNotContain("nothing got lost");
    Files.writeString(folder.resolve("cells/labels/p3.txt"), "1 2 2 2 2\n".repeat(14));
    assertThat(succeeds("convert-labels", "cells", "coco", "--to", "coco").text())
        .contains("lost: 14 dropped as invalid", "problems: 14 dropped", "  and 4 more");
    assertThat(succeeds("convert-labels", "coco", "yolo", "--to", "yolo").text())
        .contains("nothing got lost");
    Files.writeString(folder.resolve("coco/annotations/instances_test.json"), "{\"images\": [}");
    Command.Result broken = Command.in(folder).run("convert-labels", "coco", "x", "--to", "voc");
    assertThat(broken.status()).isEqualTo(2);
    assertThat(broken.err())
        .containsExactly(
            "fovea: coco/annotations/instances_test.json: not valid JSON: not a JSON value"
                + " (character 12)");
    assertThat(succeeds("convert-labels", "voc", "masks", "--to", "masks").text())
        .contains("from voc to masks", "lost: 12 boxes, and which object a pixel belongs to");
    Command.Result again = Command.in(folder).run("convert-labels", "cells", "voc", "--to", "voc");
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err())
        .containsExactly("fovea: voc: a new folder expected, got one that is not empty");
  }

  @Test
  void augmentDrawsMarks() throws IOException {
    succeeds(
        "augment",
        "cells/images/p2.png",
        "--labels",
        "cells",
        "--policy",
        "flip,iou-crop,expand",
        "--count",
        "3",
        "--out",
        "a.png");
    assertThat(ImageIO.read(folder.resolve("a.png").toFile()).getHeight()).isGreaterThan(400);
    Command.Result other =
        Command.in(folder).run("augment", "cells/classes.txt", "--labels", "cells");
    assertThat(other.status()).isEqualTo(2);
    assertThat(String.join("\n", other.err()))
        .contains("not among the 6 pictures that the yolo labels are of");
  }

  @Test
  void scenesAreCounted() {
    assertThat(succeeds("data", "--data", "shapes").text())
        .contains(
            "ball", "figure", "shapes labels: 1000 pictures to train on and 200 to test with");
  }

  @Test
  void helpShowsExamples() {
    assertThat(succeeds("convert-labels", "--help").text())
        .contains("Usage: fovea convert-labels", "Examples:");
  }
}
