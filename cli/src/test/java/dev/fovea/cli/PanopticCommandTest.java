package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The commands on networks that divide pictures into segments. */
final class PanopticCommandTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  @Test
  void networkIsTrainedMeasuredAndUsed() throws IOException {
    Command.Result train =
        command()
            .run(
                "train",
                "panoptic-fpn-small",
                "--limit",
                "4",
                "--epochs",
                "1",
                "--width",
                "0.125",
                "--json");
    assertThat(train.err()).isEmpty();
    assertThat(train.lastJson()).containsKeys("ap", "ap50", "mask_ap50", "pq", "sq", "rq");
    String model = folder.resolve("runs/panoptic-fpn-small-shapes/model.safetensors").toString();
    Command.Result eval = command().run("eval", model, "--limit", "4", "--json");
    assertThat(eval.err()).isEmpty();
    assertThat(eval.lastJson()).containsKeys("pq_things", "pq_stuff", "segments", "mask_ap");
    assertThat(eval.lastJson().get("pq")).isEqualTo(train.lastJson().get("pq"));
    assertThat(command().run("eval", model, "--limit", "4").out().get(0)).startsWith("PQ 0.");
    used(model);
  }

  private void used(String model) throws IOException {
    Tensor picture =
        Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES))
            .test()
            .read(0, Seed.of(0))
            .picture();
    Files.createDirectories(folder.resolve("photos"));
    Images.writePng(folder.resolve("photos/a.png"), picture);
    Images.writePng(folder.resolve("photos/b.png"), picture);
    Command.Result drawn = command().run("predict", model, "photos", "--out", "drawn");
    assertThat(drawn.err()).isEmpty();
    assertThat(drawn.out().get(0)).startsWith("photos/a.png: ").endsWith("drawn/a.png");
    assertThat(folder.resolve("drawn/b.png")).exists();
    Command.Result told = command().run("predict", model, "photos/a.png", "--json");
    assertThat(told.lastJson()).containsKeys("image", "width", "height", "segments");
    Command.Result filed =
        command().run("predict", model, "photos", "--format", "coco", "--out", "filed");
    assertThat(filed.status()).isZero();
    assertThat(folder.resolve("filed/panoptic/a.png")).exists();
    assertThat(Files.readString(folder.resolve("filed/panoptic.json")))
        .contains("\"segments_info\"", "\"name\":\"sky\"");
    Images.writePng(folder.resolve("others/a.png"), picture);
    command()
        .fails(
            "--out twice/panoptic: several of the pictures would be written to twice/panoptic/a.png",
            "predict",
            model,
            "photos/a.png",
            "others/a.png",
            "--format",
            "coco",
            "--out",
            "twice");
    assertThat(command().run("predict", model, "photos", "--format", "voc").err())
        .anyMatch(line -> line.contains("--format: segments are written as coco"));
    assertThat(command().run("predict", model, "photos", "--top", "1").err())
        .anyMatch(
            line -> line.contains("divides pictures into segments; see --out, --score, --format"));
  }
}
