package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The commands that look at many parts of a picture: windows, selective search, R-CNN. */
final class RegionCommandTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  private Path picture() {
    Path file = folder.resolve("scene.png");
    Images.writePng(
        file,
        Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES))
            .test()
            .read(0, Seed.of(0))
            .picture());
    return file;
  }

  @Test
  void classifierIsAskedAboutWindowsOneByOneAndInOnePass() {
    command().run("train", "lenet-like", "--limit", "64", "--epochs", "1");
    String model = folder.resolve("runs/lenet-like-digits/model.safetensors").toString();
    String picture = picture().toString();
    Command.Result both =
        command()
            .run(
                "predict",
                model,
                picture,
                "--windows",
                "both",
                "--step",
                "4",
                "--score",
                "0.1",
                "--json");
    assertThat(both.status()).isZero();
    assertThat(both.err()).hasSize(1);
    // 128, 90 and 64 pixels a side, windows of 28: 26² + 16² + 10²
    assertThat(both.err().get(0)).startsWith("fovea: 1,032 windows: ").contains(" in one pass");
    assertThat(both.lastJson()).containsKeys("image", "detections");
    Command.Result each =
        command()
            .run(
                "predict",
                model,
                picture,
                "--windows",
                "each",
                "--step",
                "4",
                "--score",
                "0.1",
                "--json");
    assertThat(each.err()).isEmpty();
    assertThat((List<?>) each.lastJson().get("detections"))
        .hasSameSizeAs((List<?>) both.lastJson().get("detections"));
    assertThat(command().run("predict", model, picture, "--step", "4").err().get(0))
        .isEqualTo(
            "fovea: --step, --scales, --background: of windows; ask for them with --windows");
  }

  @Test
  void selectiveSearchIsMeasured() {
    Command.Result found =
        command().run("data", "--data", "shapes", "--proposals", "100", "--limit", "2", "--json");
    assertThat(found.err()).isEmpty();
    assertThat(found.out()).hasSize(2);
    assertThat(found.lastJson())
        .containsEntry("ways", 8L)
        .containsKeys("recall_50", "recall_70", "mean_best_overlap", "seconds_per_picture");
  }

  /** Machines are fitted at the end of the training, and lie in the file. */
  @Test
  void regionsOneByOneAreTrainedMeasuredAndUsed() {
    Command.Result train =
        command()
            .run(
                "train",
                "r-cnn-small",
                "--limit",
                "4",
                "--epochs",
                "1",
                "--width",
                "0.125",
                "--input",
                "64x64x3",
                "--json");
    assertThat(train.err()).isEmpty();
    assertThat(train.lastJson()).containsKeys("ap", "ap50", "loss", "model");
    String model = folder.resolve("runs/r-cnn-small-shapes/model.safetensors").toString();
    Command.Result eval = command().run("eval", model, "--limit", "4", "--json");
    assertThat(eval.err()).isEmpty();
    assertThat(eval.lastJson()).containsKeys("ap50", "seconds_per_picture");
    Command.Result used = command().run("predict", model, picture().toString(), "--json");
    assertThat(used.err()).isEmpty();
    assertThat(used.lastJson()).containsKeys("image", "detections");
    command().succeeds("convert", model, "regions.onnx");
    Command.Result elsewhere =
        command().succeeds("predict", "regions.onnx", picture().toString(), "--json");
    assertThat(elsewhere.out()).isEqualTo(used.out());
  }
}
