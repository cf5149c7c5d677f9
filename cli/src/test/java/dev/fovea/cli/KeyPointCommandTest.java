package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.io.TextFile;
import dev.fovea.systems.detect.BoxPrecision;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResults;
import dev.fovea.systems.pose.PointPrecision;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
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
    Command.Result eval =
        command().run("eval", model, "--limit", "4", "--json", "--out", "found.json");
    assertThat(eval.err()).isEmpty();
    double precision = Json.number(Json.member(eval.lastJson(), "oks_ap", "eval"), "oks_ap");
    assertThat(precisionOfFile()).isCloseTo(precision, within(1e-9));
    assertThat(eval.mean("classes", "oks_ap")).isCloseTo(precision, within(1e-9));
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

  /** Measures the key points in the file of results. */
  private double precisionOfFile() {
    Preprocessing rule = Preprocessing.scaled(Shape.of(64, 64, 3));
    LabelledData samples = Shapes.load(LabelOptions.of(rule, Marking.BOXES)).test().take(4);
    CocoEvaluation points = PointPrecision.evaluation(samples);
    List<Long> categories = LongStream.rangeClosed(1, samples.things().size()).boxed().toList();
    String text = TextFile.read(folder.resolve("found.json"), 1 << 24);
    assertThat(text).contains("\"keypoints\":[");
    CocoResults results = CocoResults.read(text, "found", categories);
    for (int i = 0; i < samples.size(); i++) {
      points.add(BoxPrecision.truth(samples.labels(i)), results.of(i + 1));
    }
    return points.result().ap();
  }
}
