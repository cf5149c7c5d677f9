package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The commands on networks that enlarge pictures. */
final class UpscaleCommandTest {
  @WorkingFolder private Path folder;

  @Test
  void enlargedPicturesAreMeasured() throws Exception {
    Model.build(Layers.upsample(2), Shape.of(16, 16, 1), Seed.of(1))
        .save(folder.resolve("double.onnx"));
    Files.createDirectories(folder.resolve("photos"));
    Images.writePng(folder.resolve("photos/even.png"), Tensor.full(Shape.of(21, 20, 3), 60));
    Tensor lines = Tensor.full(Shape.of(20, 30, 1), 30);
    for (int i = 0; i < 20 * 30; i += 5) {
      lines.data()[i] = 200;
    }
    Images.writePng(folder.resolve("photos/lines.png"), lines);
    Command command = Command.in(folder);
    String[] eval = {"eval", "double.onnx", "--task=super-resolution", "--data-dir=photos"};
    Command.Result text = command.succeeds(eval);
    assertThat(text.text()).contains("made small and enlarged by 2", "lines.png", "mean");
    Map<String, Object> json =
        command
            .succeeds(
                "eval", "double.onnx", "--task=super-resolution", "--data-dir=photos", "--json")
            .lastJson();
    assertThat(json).containsEntry("factor", 2L).containsEntry("pictures", 2L);
    assertThat((List<?>) json.get("images")).hasSize(2);
    assertThat((Double) json.get("psnr_bicubic")).isPositive();
    Command.Result one =
        command.succeeds(
            "eval",
            "double.onnx",
            "--task=super-resolution",
            "--data-dir=photos",
            "--limit=1",
            "--json");
    assertThat((Double) one.lastJson().get("psnr")).isGreaterThan(80);
    command.fails(
        "--data-dir: name a folder of pictures, without --data",
        "eval",
        "double.onnx",
        "--task=super-resolution");
    command.fails(
        "--plots: not of networks that enlarge pictures",
        "eval",
        "double.onnx",
        "--task=super-resolution",
        "--data-dir=photos",
        "--plots=p");
    command.succeeds(
        "predict", "double.onnx", "photos/lines.png", "--task=super-resolution", "--out=large.png");
    assertThat(Images.read(folder.resolve("large.png")).shape().dim(1)).isCloseTo(60, within(0));
  }
}
