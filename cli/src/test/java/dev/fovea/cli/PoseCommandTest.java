package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.measure.CocoResults;
import dev.fovea.systems.pose.CoordinateDecoder;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The commands on key points: data, augment, train, eval and predict. */
final class PoseCommandTest {
  @WorkingFolder private Path folder;

  private Command.Result succeeds(String... args) {
    return Command.in(folder).succeeds(args);
  }

  private void fails(String message, String... args) {
    Command.in(folder).fails(message, args);
  }

  /** Writes twelve pictures of a bright square, and as COCO's file where its corners are. */
  private void squares(String first, String second) throws IOException {
    Files.createDirectories(folder.resolve("squares/images"));
    StringBuilder pictures = new StringBuilder();
    StringBuilder objects = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      Tensor picture = Tensor.full(Shape.of(40, 50, 3), 30);
      int left = 5 + i;
      int top = 8 + i;
      for (int p = 0; p < 20 * 20; p++) {
        int at = ((top + p / 20) * 50 + left + p % 20) * 3;
        picture.data()[at] = 220;
      }
      Images.writePng(folder.resolve("squares/images/p" + i + ".png"), picture);
      String comma = i == 0 ? "" : ",";
      pictures.append(
          "%s{\"id\":%s,\"file_name\":\"p%s.png\",\"width\":50,\"height\":40}"
              .formatted(comma, i, i));
      objects.append(
          ("%s{\"id\":%s,\"image_id\":%s,\"category_id\":1,\"bbox\":[%s,%s,20,20],\"area\":400,"
                  + "\"iscrowd\":0,\"num_keypoints\":2,\"keypoints\":[%s,%s,2,%s,%s,2]}")
              .formatted(comma, i + 1, i, left, top, left + 19, top, left, top));
    }
    Files.writeString(
        folder.resolve("squares/points.json"),
        ("{\"images\":[%s],\"annotations\":[%s],\"categories\":[{\"id\":1,\"name\":\"square\","
                + "\"keypoints\":[\"%s\",\"%s\"],\"skeleton\":[[1,2]]}]}")
            .formatted(pictures, objects, first, second));
  }

  @Test
  void drawnFiguresFromTrainingToSkeletons() throws IOException {
    Command.Result train =
        succeeds(
            "train",
            "pose-heatmap",
            "--limit",
            "8",
            "--epochs",
            "1",
            "--width",
            "0.25",
            "--input",
            "64x64x3",
            "--json");
    assertThat(train.lastJson()).containsKeys("pck", "oks_ap", "oks_ap50", "loss", "model");
    String model = "runs/pose-heatmap-shapes/model.safetensors";
    assertThat(Files.readString(folder.resolve(model).resolveSibling("history.csv")))
        .startsWith("epoch,train_loss,validation_loss,validation_pck,validation_oks_ap,");
    Command.Result measured = succeeds("eval", model, "--limit", "8", "--json");
    Map<String, Object> eval = measured.lastJson();
    for (String figure : List.of("pck", "oks_ap", "loss")) {
      assertThat(eval.get(figure)).isEqualTo(train.lastJson().get(figure));
    }
    assertThat(measured.mean("joints", "pck"))
        .isCloseTo(Json.number(Json.member(eval, "pck", "eval"), "pck"), within(1e-9));
    assertThat(eval).doesNotContainKey("pck_0");
    Command.Result flipped = succeeds("eval", model, "--limit", "8", "--tta", "flip");
    assertThat(flipped.text()).contains("key points of figure in 8 pictures", "PCK ", "OKS_AP50 ");
    assertThat(flipped.text()).containsPattern("joint +PCK\n");
    fails("--tta shift:1: flip expected, for key points", "eval", model, "--tta", "shift:1");
    fails("--max-detections: is for detectors", "eval", model, "--max-detections", "3");
    written(model, eval);
    succeeds("data", "--data", "shapes", "--out", "sheet.png");
    used(model);
  }

  /** Poses of eight pictures in COCO's form, of sixteen joints each, and two pictures. */
  private void written(String model, Map<String, Object> eval) throws IOException {
    Command.Result again =
        succeeds(
            "eval", model, "--limit", "8", "--json", "--out", "poses.json", "--plots", "plots");
    assertThat(again.lastJson()).isEqualTo(eval);
    String text = Files.readString(folder.resolve("poses.json"));
    CocoResults results = CocoResults.read(text, "poses.json", List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L));
    assertThat(results.pictures().keySet())
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    int joints = Json.array(Json.member(eval, "joints", "eval"), "joints").size();
    results
        .pictures()
        .values()
        .forEach(found -> {
          assertThat(found).hasSize(1);
          assertThat(found.get(0).points()).hasSize(joints);
        });
    for (String plot : List.of("precision.png", "near.png")) {
      assertThat(Images.read(folder.resolve("plots").resolve(plot)).shape())
          .isEqualTo(Shape.of(560, 560, 3));
    }
  }

  private void used(String model) throws IOException {
    Files.createDirectories(folder.resolve("photos"));
    Images.writePng(folder.resolve("photos/a.png"), Tensor.full(Shape.of(40, 50, 3), 90));
    Images.writePng(folder.resolve("photos/b.png"), Tensor.full(Shape.of(50, 40, 3), 120));
    Command.Result drawn =
        succeeds("predict", model, "photos", "--score", "0", "--tta", "flip", "--out", "drawn");
    assertThat(drawn.out().get(0)).startsWith("photos/a.png: ");
    assertThat(folder.resolve("drawn/b.png")).exists();
    Map<String, Object> json =
        succeeds("predict", model, "photos/a.png", "--score", "0", "--json").lastJson();
    assertThat(json).containsKeys("image", "width", "height", "detections");
    fails(
        "finds key points; see --out, --score, --format, --boxes, --tta",
        "predict",
        model,
        "photos/a.png",
        "--top",
        "3");
    fails("--tta turn: flip expected", "predict", model, "photos/a.png", "--tta", "turn");
  }

  @Test
  void posesInGivenBoxesAndInThoseOfADetector() throws IOException {
    squares("right_corner", "left_corner");
    Command.Result data = succeeds("data", "squares", "--out", "sheet.png");
    assertThat(data.text()).contains("coco labels", "square");
    assertThat(folder.resolve("sheet.png")).exists();
    String picture = "squares/images/p3.png";
    succeeds(
        "augment", picture, "--labels", "squares", "--policy", "flip,rotate:9", "--count", "3");
    succeeds(
        "train",
        "deeppose",
        "--data",
        "coco",
        "--data-dir",
        "squares",
        "--epochs",
        "1",
        "--width",
        "0.25",
        "--input",
        "32x32x3",
        "--out",
        "pose");
    String model = "pose/model.safetensors";
    Command.Result given =
        succeeds("predict", model, picture, "--boxes", "squares", "--format", "coco", "--out", "p");
    assertThat(given.out().get(0)).contains("p3.png: 1 square");
    String found = Files.readString(folder.resolve("p/detections.json"));
    List<Object> all = Json.array(Json.parse(found, "found"), "found");
    List<Object> points =
        Json.array(Json.member(Json.object(all.get(0), "found"), "keypoints", "found"), "points");
    assertThat(points).hasSize(6);
    fails("not among the 12 pictures", "predict", model, "sheet.png", "--boxes", "squares");
    succeeds(
        "train",
        "yolo-tiny",
        "--data=coco",
        "--data-dir=squares",
        "--epochs=1",
        "--width=0.125",
        "--input=32x32x3",
        "--anchors=8x8,12x12;16x16",
        "--out=boxes");
    String detector = "boxes/model.safetensors";
    succeeds("predict", model, "squares/images", "--boxes", detector, "--out", "drawn");
    assertThat(folder.resolve("drawn/p11.png")).exists();
    fails("--boxes " + model + ": not a detector", "predict", model, picture, "--boxes", model);
    String objects =
        "--boxes: " + detector + " finds objects; see --out, --score, --format, --tile";
    fails(objects, "predict", detector, picture, "--boxes", "squares");
  }

  /**
   * A network of another tool that tells the same places in whatever it is shown: the upper corners
   * and the middle. Of parts around squares that is right. Its joints have another order and other
   * spellings than those of the labels.
   */
  @Test
  void publishedNetworksAreMeasuredInLabelledBoxes() throws IOException {
    squares("right_corner", "left_corner");
    saveConstant(List.of("Left Corner", "middle", "Right-Corner"));
    Command.Result result =
        succeeds(
            "eval",
            "constant.onnx",
            "--data=coco",
            "--data-dir=squares",
            "--json",
            "--out=points.json",
            "--plots=plots");
    Map<String, Object> json = result.lastJson();
    assertThat(json).containsEntry("class", "square").containsEntry("oks_ap", 1.0);
    assertThat(folder.resolve("plots/precision.png")).exists();
    String text = Files.readString(folder.resolve("points.json"));
    assertThat(text).doesNotContain("bbox");
    CocoResults found = CocoResults.read(text, "points.json", List.of(1L));
    assertThat(found.pictures()).hasSize(12);
    List<KeyPoint> points = found.of(3).get(0).points();
    assertThat(points.get(0).x()).isCloseTo(5 + 3 + 19.5, within(1e-4));
    assertThat(points.get(1).x()).isCloseTo(5 + 3 + 0.5, within(1e-4));
    assertThat(points.get(1).y()).isCloseTo(8 + 3 + 0.5, within(1e-4));
    saveConstant(List.of("left_corner", "middle", "tail"));
    Command.Result half =
        Command.in(folder).run("eval", "constant.onnx", "--data=coco", "--data-dir=squares");
    assertThat(half.err())
        .contains("fovea: the network finds 1 of the 2 labelled joints; others count as far away");
    // One of two points right is an OKS of 0.5, the first of ten thresholds.
    assertThat(half.text()).contains("OKS_AP    0.1000", "OKS_AP50  1.0000", "OKS_AR_LARGE –");
    saveConstant(List.of("nose", "tail", "paw"));
    fails(
        "data set: key points right_corner, left_corner of square; the network finds nose, tail,"
            + " paw of square",
        "eval",
        "constant.onnx",
        "--data=coco",
        "--data-dir=squares");
  }

  private void saveConstant(List<String> joints) {
    Tensor places = Tensor.of(Shape.of(6), 0.025f, 0.025f, 0.5f, 0.5f, 0.975f, 0.025f);
    Shape input = Shape.of(16, 16, 3);
    Map<String, String> texts = new LinkedHashMap<>();
    new InputRule(Preprocessing.scaled(input), false).put(texts);
    CoordinateDecoder decoder = new CoordinateDecoder(0, 3, 2, 1, 0, -1, -1);
    Skeleton skeleton = Skeleton.of(joints, List.of());
    texts.put(PoseRule.KEY, new PoseRule(decoder, skeleton, 0, 0, 1).toText());
    texts.put("labels", "square");
    Layer layer =
        Layers.sequence(Layers.flatten(), Layers.dense(6).init(Initializer.zeros()).named("last"));
    Model model = Model.build(layer, input, Seed.of(1));
    model.parameters().set("last.bias", places);
    model.withMetadata(texts).save(folder.resolve("constant.onnx"));
  }

  /** Points without sides cannot be mirrored: in training, on sheets and in the flip test. */
  @Test
  void skeletonsWithoutSidesAreNotMirrored() throws IOException {
    squares("first", "second");
    String message = "mirror image: nothing says which key point that of kind 0 becomes";
    String[] train = {
      "train",
      "deeppose",
      "--data=coco",
      "--data-dir=squares",
      "--epochs=1",
      "--width=0.25",
      "--input=32x32x3"
    };
    fails("squares: key point \"first\" has no left-right partner, which --augment flip,", train);
    fails(
        message,
        "augment",
        "squares/images/p1.png",
        "--labels=squares",
        "--policy=vflip",
        "--count=9");
    String[] turned = Arrays.copyOf(train, train.length + 2);
    turned[train.length] = "--augment=rotate:10";
    turned[train.length + 1] = "--out=turned";
    succeeds(turned);
    fails(
        "flip test: the skeleton does not say which of its 2 joints change sides",
        "eval",
        "turned/model.safetensors",
        "--data-dir=squares",
        "--tta=flip");
  }
}
