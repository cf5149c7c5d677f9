package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The commands on detectors that tell key points. */
final class KeyPointCommandTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  @Test
  void detectorTellsAndMeasuresKeyPoints() {
    Command.Result train =
        command()
            .run(
                "train",
                "keypoint-rcnn-small",
                "--input",
                "64x64x3",
                "--limit",
                "4",
                "--epochs",
                "1",
                "--width",
                "0.125",
                "--json");
    assertThat(train.err()).isEmpty();
    assertThat(train.lastJson()).containsKeys("ap50", "oks_ap", "oks_ap50");
    String model = folder.resolve("runs/keypoint-rcnn-small-shapes/model.safetensors").toString();
    Command.Result eval = command().run("eval", model, "--limit", "4", "--json");
    assertThat(eval.err()).isEmpty();
    assertThat(eval.lastJson().get("oks_ap")).isEqualTo(train.lastJson().get("oks_ap"));
    Images.writePng(
        folder.resolve("a.png"),
        Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES))
            .test()
            .read(0, Seed.of(0))
            .picture());
    Command.Result drawn =
        command().run("predict", model, "a.png", "--score", "0.02", "--out", "drawn.png");
    assertThat(drawn.err()).isEmpty();
    assertThat(folder.resolve("drawn.png")).exists();
    Command.Result moved = command().run("eval", model, "--data", "voc", "--data-dir", ".");
    assertThat(moved.status()).isNotZero();
  }
}
