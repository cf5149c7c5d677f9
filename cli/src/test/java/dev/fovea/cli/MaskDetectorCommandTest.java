package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.systems.detect.MaskPrecision;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResults;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands on detectors that tell masks. */
final class MaskDetectorCommandTest {
  private static final int PICTURES = 4;

  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  @Test
  void masksAreMeasuredAndWritten() throws IOException {
    command()
        .succeeds(
            "train",
            "mask-rcnn-small",
            "--input=64x64x3",
            "--limit=" + PICTURES,
            "--epochs=4",
            "--width=0.125",
            "--out=out");
    String model = "out/model.safetensors";
    Command.Result eval =
        command().succeeds("eval", model, "--limit=" + PICTURES, "--json", "--out=found.json");
    double precision = Json.number(Json.member(eval.lastJson(), "mask_ap", "eval"), "mask_ap");
    assertThat(precisionOfFile()).isEqualTo(precision);
    assertThat(eval.mean("classes", "mask_ap")).isCloseTo(precision, within(1e-9));
    assertThat(command().succeeds("eval", model, "--limit=2").text())
        .containsPattern("class +objects +AP +AP50 +mask AP +mask AP50 +VOC AP");
    Images.writePng(folder.resolve("a.png"), samples().read(0, Seed.of(0)).picture());
    masksOfPredictions(model);
  }

  private void masksOfPredictions(String model) throws IOException {
    String[] predict = {"predict", model, "a.png", "--score=0.02", "--out=a.json"};
    command().succeeds(predict);
    Object picture = array("a.json").get(0);
    Object first =
        Json.array(Json.member(Json.object(picture, "a"), "detections", "a"), "a").get(0);
    RunLengths mask =
        RunLengths.fromJson(Json.member(Json.object(first, "a"), "mask", "a"), "mask");
    assertThat(mask.map().shape()).isEqualTo(Shape.of(64, 64));
    command().succeeds(with(predict, "--format=coco"));
    Map<String, Object> coco = Json.object(array("a.json").get(0), "coco");
    assertThat(RunLengths.fromJson(Json.member(coco, "segmentation", "coco"), "coco"))
        .isEqualTo(mask);
    for (String form : List.of("yolo", "voc", "csv")) {
      Command.Result filed = command().run(with(predict, "--format=" + form));
      assertThat(filed.status()).isZero();
      assertThat(filed.err())
          .containsExactly(
              "fovea: masks are not written as "
                  + form
                  + ", which has no place for them; coco and json have");
    }
  }

  private static String[] with(String[] words, String more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private List<Object> array(String file) throws IOException {
    return Json.array(Json.parse(Files.readString(folder.resolve(file)), file), file);
  }

  private static LabelledData samples() {
    Preprocessing rule = Preprocessing.scaled(Shape.of(64, 64, 3));
    return Shapes.load(LabelOptions.of(rule, Marking.BOXES)).test().take(PICTURES);
  }

  /** Measures the masks in the file of results. */
  private double precisionOfFile() throws IOException {
    LabelledData samples = samples();
    CocoEvaluation masks = CocoEvaluation.masks(samples.things());
    List<Long> categories = LongStream.rangeClosed(1, samples.things().size()).boxed().toList();
    String text = Files.readString(folder.resolve("found.json"));
    CocoResults results = CocoResults.read(text, "found", categories);
    assertThat(results.of(1)).isNotEmpty().allMatch(f -> f.mask().isPresent());
    for (int i = 0; i < samples.size(); i++) {
      masks.add(MaskPrecision.truth(samples.labels(i)), results.of(i + 1));
    }
    return masks.result().ap();
  }
}
