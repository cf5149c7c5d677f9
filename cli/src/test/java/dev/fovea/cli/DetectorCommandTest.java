package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;

/** The commands on detectors: train, eval and predict. */
final class DetectorCommandTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  private static Tensor picture(int number) {
    return Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES))
        .test()
        .read(number, Seed.of(0))
        .picture();
  }

  @Test
  void classesWithoutNamesAreNumbered() {
    assertThat("2" + DetectorPredict.counted("dog")).isEqualTo("2 dog");
    assertThat("2" + DetectorPredict.counted("16")).isEqualTo("2 × class 16");
  }

  @Test
  void plotsSayThatTheyHaveNotAllClasses() {
    assertThat(PrecisionPlot.title("an overlap", 12)).isEqualTo("precision at an overlap of 0.5");
    assertThat(PrecisionPlot.title("an overlap", 80)).endsWith(", first 12 of 80 classes");
  }

  /** Names that are cut are the same then, and a chart has each name once. */
  @Test
  void classesWithTheSameBeginningHaveEachACurve() {
    XYChart chart = Charts.ofShares("title", "recall", 1, "precision");
    double[] x = {0, 1};
    for (int i = 0; i < 3; i++) {
      Charts.addCurve(chart, "left hand index finger joint " + i, "AP50 0.000", x, x);
    }
    assertThat(chart.getSeriesCollection()).hasSize(3);
  }

  @Test
  void detectorIsTrainedMeasuredAndUsed() throws IOException {
    Command.Result train =
        command()
            .run(
                "train",
                "yolo-tiny",
                "--limit",
                "8",
                "--epochs",
                "1",
                "--width",
                "0.25",
                "--anchors",
                "12x12,30x30;60x60",
                "--best",
                "--watch",
                "ap50",
                "--json");
    assertThat(train.err()).isEmpty();
    assertThat(train.lastJson()).containsKeys("ap", "ap50", "loss", "model");
    Path model = folder.resolve("runs/yolo-tiny-shapes/model.safetensors");
    assertThat(Files.readString(model.resolveSibling("history.csv")))
        .startsWith(
            "epoch,train_loss,train_loss_boxes,train_loss_objects,train_loss_classes,"
                + "validation_loss,validation_ap,validation_ap50,");
    evaluated(train.lastJson(), model);
    withNamesOfEarlierFiles(model);
    used(model);
    refused(model);
  }

  @Test
  void learnsFromPicturesOfSeveralSizesInTurn() {
    List<String> both = List.of("--sizes", "32x48, 96x64");
    Path one = trained("one", "1", both);
    assertThat(Safetensors.readMetadata(one).get("training")).contains("\"32x48, 96x64\"");
    assertThat(trained("two", "2", both)).hasSameBinaryContentAs(one);
    assertThat(Safetensors.readWhole(trained("single", "2", List.of())).tensors())
        .isNotEqualTo(Safetensors.readWhole(one).tensors());
    command()
        .fails(
            "is of another training: sizes of pictures was 64×64×3 32×48×3 96×64×3, each for 10",
            training("one", "1", List.of("--sizes", "96x64", "--resume")));
    Map<String, String> wrong =
        Map.of(
            "48", "--sizes \"48\": \"48\" is no height and width in pixels, such as 160x224",
            "64x64", "--sizes \"64x64\": 1 to 16 sizes beside 64x64 expected, got 0",
            "40x40",
                "yolo-tiny: pictures of 40×40 pixels: height and width must be multiples of 16");
    wrong.forEach((sizes, message) ->
        command().fails(message, training("wrong", "1", List.of("--sizes", sizes))));
    command()
        .fails(
            "--sizes: needs a detector, lenet5 is not one", "train", "lenet5", "--sizes", "auto");
    command()
        .fails(
            "--sizes: not with --qat, by which the network changes for one size of pictures",
            training("wrong", "1", List.of("--sizes", "auto", "--qat")));
  }

  private Path trained(String out, String threads, List<String> more) {
    command().succeeds(training(out, threads, more));
    return folder.resolve(out).resolve("model.safetensors");
  }

  /** Four epochs of two batches each: sizes are drawn four times. */
  private static String[] training(String out, String threads, List<String> more) {
    List<String> words = new ArrayList<>(List.of("train", "yolo-tiny", "--input", "64x64x3"));
    words.addAll(List.of("--limit", "16", "--batch", "8", "--epochs", "4", "--width", "0.125"));
    words.addAll(List.of("--out", out, "--threads", threads));
    words.addAll(more);
    return words.toArray(String[]::new);
  }

  private void evaluated(Map<String, Object> trained, Path model) throws IOException {
    Command.Result eval =
        command()
            .run(
                "eval",
                model.toString(),
                "--limit",
                "8",
                "--json",
                "--out",
                "found.json",
                "--plots",
                "plots");
    assertThat(eval.err()).isEmpty();
    assertThat(eval.lastJson()).containsKeys("ap75", "ar_100", "voc_ap", "classes");
    assertThat(eval.lastJson().get("ap")).isEqualTo(trained.get("ap"));
    assertThat(eval.lastJson().get("ap50")).isEqualTo(trained.get("ap50"));
    List<Object> found =
        Json.array(Json.parse(Files.readString(folder.resolve("found.json")), "found"), "found");
    assertThat(found).isNotEmpty();
    assertThat(Json.object(found.get(0), "found"))
        .containsKeys("image_id", "category_id", "bbox", "score");
    assertThat(folder.resolve("plots/confusion.png")).exists();
    assertThat(folder.resolve("plots/precision.png")).exists();
    Command.Result few =
        command().run("eval", model.toString(), "--limit", "2", "--max-detections", "7");
    assertThat(few.out().getLast())
        .startsWith("AP looks at scores from 0.01 on, at 7 detections of a picture at most; ");
    assertThat(few.text()).contains("AR_100");
    String[] many = {"eval", model.toString(), "--limit=2", "--max-detections=150"};
    assertThat(command().succeeds(many).text())
        .contains("AR_10 ", "AR_150")
        .doesNotContain("AR_100");
  }

  private void withNamesOfEarlierFiles(Path model) {
    Safetensors now = Safetensors.readWhole(model);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    now.tensors().forEach((name, t) -> tensors.put("block." + name, t));
    new Safetensors(tensors, now.metadata()).write(folder.resolve("earlier.safetensors"));
    String[] eval = {"eval", "earlier.safetensors", "--limit", "2", "--json"};
    Map<String, Object> expected =
        command().succeeds("eval", model.toString(), "--limit", "2", "--json").lastJson();
    assertThat(command().succeeds(eval).lastJson().get("loss")).isEqualTo(expected.get("loss"));
  }

  private void used(Path model) throws IOException {
    Files.createDirectories(folder.resolve("photos"));
    Images.writePng(folder.resolve("photos/a.png"), picture(0));
    Images.writePng(folder.resolve("photos/b.png"), picture(1));
    Command.Result drawn =
        command().run("predict", model.toString(), "photos", "--score", "0", "--out", "drawn");
    assertThat(drawn.err()).isEmpty();
    assertThat(drawn.out().get(0)).startsWith("photos/a.png: ").endsWith("drawn/a.png");
    assertThat(folder.resolve("drawn/b.png")).exists();
    String photo = "photos/a.png";
    for (String form : List.of("coco", "voc", "yolo", "csv", "json")) {
      Command.Result filed =
          command()
              .run(
                  "predict",
                  model.toString(),
                  photo,
                  "--score",
                  "0.001",
                  "--format",
                  form,
                  "--out",
                  form);
      assertThat(filed.status()).as(form).isZero();
    }
    assertThat(Files.readAllLines(folder.resolve("csv/detections.csv")))
        .startsWith("image,label,score,left,top,right,bottom")
        .hasSizeGreaterThan(1);
    assertThat(Files.readAllLines(folder.resolve("yolo/a.txt")).get(0))
        .matches("\\d( \\d\\.\\d+){5}");
    Command.Result tiled =
        command()
            .run("predict", model.toString(), photo, "--score", "0.001", "--tile", "64", "--json");
    assertThat(tiled.lastJson()).containsKeys("image", "width", "height", "detections");
  }

  @Test
  void systemsAreLookedAtLikeNetworks() {
    Command.Result summary = command().run("summary", "yolo-tiny", "--classes", "2", "--json");
    assertThat(summary.lastJson()).containsEntry("output", List.of(704L, 7L));
    Command.Result curve =
        command()
            .run(
                "find-lr",
                "yolo-tiny",
                "--limit",
                "32",
                "--steps",
                "2",
                "--width",
                "0.25",
                "--json");
    assertThat(curve.lastJson()).containsKeys("steepest", "rates", "losses");
  }

  private void refused(Path model) {
    assertThat(command().run("predict", model.toString(), "photos/a.png", "--top", "3").err())
        .anyMatch(line -> line.contains("finds objects; see --out, --score, --format, --tile"));
    assertThat(command().run("predict", model.toString(), "photos/a.png", "--overlap", "0.1").err())
        .anyMatch(line -> line.contains("--overlap: of tiles; give their size with --tile"));
    assertThat(command().run("eval", model.toString(), "--max-detections", "0").err())
        .anyMatch(line -> line.contains("--max-detections 0: 1 or more expected"));
    String watch = "--watch \"ap51\": not measured";
    assertThat(
            command().run("train", "yolo-tiny", "--limit", "8", "--best", "--watch", "ap51").err())
        .anyMatch(line -> line.contains(watch));
    assertThat(command().run("convert", model.toString(), "x.onnx", "--score", "0.1").err())
        .anyMatch(line -> line.contains("--score: needs --with-nms"));
    Command.Result exported =
        command().run("convert", model.toString(), "own.onnx", "--with-nms", "--score", "0.001");
    assertThat(exported.status()).isZero();
    Command.Result drawn = command().run("predict", "own.onnx", "photos/a.png", "--json");
    assertThat(drawn.lastJson()).containsKeys("image", "width", "height", "detections");
    assertThat(command().run("train", "lenet5", "--anchors", "auto").err())
        .anyMatch(line -> line.contains("--anchors: is for vision systems such as yolo-tiny"));
    assertThat(command().run("train", "unet-small", "--width", "0.5").err())
        .anyMatch(line -> line.contains("--width: is for vision systems such as yolo-tiny"));
  }
}
