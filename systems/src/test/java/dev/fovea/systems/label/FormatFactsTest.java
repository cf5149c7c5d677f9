package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Orientation;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Label files of the usual forms mean what their definitions say. */
final class FormatFactsTest {
  @TempDir private Path dir;

  private static Fact fact(String name) {
    return VisionFacts.of("formats").stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double[] edges(Box b) {
    return new double[] {b.left(), b.top(), b.right(), b.bottom()};
  }

  private void picture(String name, int height, int width) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Images.writePng(file, Tensor.zeros(Shape.of(height, width, 3)));
  }

  private void write(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void voc() {
    Fact f = fact("voc");
    VocFile file = VocFile.parse((String) f.input("xml"), f.name());
    double[][] wanted = VisionFacts.rows(f.answer("boxes"));
    double[] difficult = VisionFacts.numbers(f.answer("difficult"));
    assertThat(file.size()).contains(new Size(480, 640));
    assertThat(file.objects().stream().map(o -> (Object) o.name()).toList())
        .isEqualTo(f.answer("labels"));
    for (int i = 0; i < wanted.length; i++) {
      assertThat(file.objects().get(i).edges(false)).containsExactly(wanted[i], within(1e-9));
      assertThat(file.objects().get(i).difficult()).isEqualTo(difficult[i] == 1);
    }
  }

  @Test
  void yolo() throws IOException {
    Fact f = fact("yolo");
    picture("a.png", VisionFacts.whole(f.input("height")), VisionFacts.whole(f.input("width")));
    write("a.txt", (String) f.input("text"));
    LabelSet set = LabelSets.read("yolo", dir, List.of("a", "b", "c"));
    List<LabelledObject> objects = set.pictures().get(0).objects();
    double[][] wanted = VisionFacts.rows(f.answer("boxes"));
    double[] classes = VisionFacts.numbers(f.answer("classes"));
    assertThat(objects).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(edges(objects.get(i).box())).containsExactly(wanted[i], within(1e-4));
      assertThat(objects.get(i).box().label()).isEqualTo((int) classes[i]);
    }
    assertThat(set.problems().stream().map(LabelProblem::line))
        .containsExactly(
            dir.resolve("a.txt")
                + ", line 4: b: box 636.16, 192, 642.56, 288: reaches beyond the picture of"
                + " 640×480: clipped");
  }

  /** Ultralytics writes its settings into args.yaml, which comes before data.yaml. */
  @Test
  void yoloNamesAreThoseOfDataYaml() throws IOException {
    picture("a.png", 20, 20);
    write("a.txt", "1 0.5 0.5 0.2 0.2");
    write("args.yaml", "task: detect\nepochs: 3\n");
    write("data-old.yaml", "names: [dog, cow]\n");
    assertThat(LabelSets.read("yolo", dir, List.of()).names().things())
        .containsExactly("dog", "cow");
    write("copy/data.yaml", "names: [x, y]\n");
    write("data.yaml", "names: [cat, bird]\n");
    assertThat(LabelSets.read("yolo", dir, List.of()).names().things())
        .containsExactly("cat", "bird");
  }

  /** Files behind the first one with names are not read; one alone is told of. */
  @Test
  void yamlOfOtherToolsIsLeftOut() throws IOException {
    picture("a.png", 20, 20);
    write("a.txt", "1 0.5 0.5 0.2 0.2");
    write("compose.yaml", "names: all of them\n");
    assertThatThrownBy(() -> LabelSets.read("yolo", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(dir.resolve("compose.yaml") + " names: a list such as [a, b]");
    write("mine.yaml", "names: [dog, cow]\n");
    write("other.yaml", "names: none\n");
    LabelSet set = LabelSets.read("yolo", dir, List.of());
    assertThat(set.names().things()).containsExactly("dog", "cow");
    assertThat(set.problems())
        .extracting(LabelProblem::line)
        .containsExactly(
            dir.resolve("compose.yaml")
                + ": names: a list such as [a, b] or one name a line expected, got all of them:"
                + " left out");
  }

  @Test
  void yoloNumbersAreRoundedNotCutOff() {
    Fact f = fact("yolo_labelimg_rounding");
    Size size = new Size(VisionFacts.whole(f.input("height")), VisionFacts.whole(f.input("width")));
    YoloLine line = YoloLine.parse((String) f.answer("line"));
    double[] wanted = VisionFacts.numbers(f.answer("rounded"));
    double[] edges = line.edges(size, 0);
    for (int i = 0; i < wanted.length; i++) {
      assertThat((double) Math.round(edges[i])).isEqualTo(wanted[i]);
    }
  }

  @Test
  void yoloPolygon() {
    Fact f = fact("yolo_polygon");
    Size size = new Size(VisionFacts.whole(f.input("height")), VisionFacts.whole(f.input("width")));
    YoloLine line = YoloLine.parse((String) f.input("text"));
    List<Double> corners = new ArrayList<>();
    for (double[] row : VisionFacts.rows(f.answer("polygon"))) {
      corners.addAll(List.of(row[0], row[1]));
    }
    assertThat(line.isOutline(0)).isTrue();
    assertThat(line.outline(size))
        .containsExactly(corners.stream().mapToDouble(d -> d).toArray(), within(1e-9));
    assertThat(line.edges(size, 0))
        .containsExactly(VisionFacts.numbers(f.answer("box")), within(1e-9));
    assertThat(line.kind()).isEqualTo(VisionFacts.whole(f.answer("klass")));
  }

  @Test
  void coco() throws IOException {
    Fact f = fact("coco");
    picture("x/a.png", 48, 64);
    picture("b.png", 48, 64);
    String json = Json.write(f.input("json")).replace(".jpg", ".png");
    write("labels.json", json);
    LabelSet set = LabelSets.read("coco", dir, List.of());
    assertThat(set.names().things()).isEqualTo(f.answer("classes"));
    assertThat(set.problems()).isEmpty();
    Map<String, Object> pictures = Json.object(f.answer("pictures"), f.name());
    assertThat(set.pictures()).hasSize(pictures.size());
    for (LabelledPicture p : set.pictures()) {
      String name = dir.relativize(p.file()).toString().replace(".png", ".jpg");
      Map<String, Object> wanted = Json.object(pictures.getOrDefault(name, Map.of()), name);
      double[][] boxes = VisionFacts.rows(Json.member(wanted, "boxes", name));
      double[] classes = VisionFacts.numbers(Json.member(wanted, "classes", name));
      double[] crowd = VisionFacts.numbers(Json.member(wanted, "crowd", name));
      assertThat(p.objects()).hasSize(boxes.length);
      for (int i = 0; i < boxes.length; i++) {
        assertThat(edges(p.objects().get(i).box())).containsExactly(boxes[i], within(1e-9));
        assertThat(p.objects().get(i).box().label()).isEqualTo((int) classes[i]);
        assertThat(p.objects().get(i).crowd()).isEqualTo(crowd[i] == 1);
      }
    }
  }

  /** As pycocotools 2.0.11 does, to which 7.0 is 7 and true is 1. */
  @Test
  void cocoOfOtherToolsIsReadAlike() throws IOException {
    picture("a.png", 48, 64);
    String box =
        "\"image_id\": 7.0, \"category_id\": 2.0, \"bbox\": [%s, 0, 5, 5], \"iscrowd\": %s";
    String objects =
        "{%s}, {%s}, {%s}, {%s}"
            .formatted(
                box.formatted(1, "true"),
                box.formatted(2, "false"),
                box.formatted(3, "1.0"),
                box.formatted(4, "0.0"));
    write(
        "labels.json",
        "{\"images\": [{\"id\": 7, \"file_name\": \"a.png\", \"width\": 64.0, \"height\": 48.0}], \"annotations\": ["
            + objects
            + "], \"categories\": [{\"id\": 2, \"name\": \"cell\"}]}");
    LabelSet set = LabelSets.read("coco", dir, List.of());
    assertThat(set.problems()).isEmpty();
    assertThat(set.pictures().get(0).objects())
        .extracting(LabelledObject::crowd)
        .containsExactly(true, false, true, false);
  }

  static List<Fact> orientations() {
    return VisionFacts.of("formats", "a stored picture");
  }

  @ParameterizedTest
  @MethodSource("orientations")
  void boxesAndPixelsTurnWithThePicture(Fact f) {
    Orientation way = Orientation.of(VisionFacts.whole(Json.member(f.params(), "exif_0x0112", "")));
    Size stored =
        new Size(VisionFacts.whole(f.input("height")), VisionFacts.whole(f.input("width")));
    double[] b = VisionFacts.numbers(f.input("box"));
    Box seen = way.seen(new Box(b[0], b[1], b[2], b[3], 0), stored);
    assertThat(edges(seen)).containsExactly(VisionFacts.numbers(f.answer("box")), within(0.0));
    Tensor from = VisionFacts.map(f.input("stored"));
    Tensor wanted = VisionFacts.map(f.answer("shown"));
    Size size = Size.of(from.shape());
    assertThat(way.seen(size)).isEqualTo(Size.of(wanted.shape()));
    for (int i = 0; i < from.data().length; i++) {
      double x = i % size.width() + 0.5;
      double y = Math.floorDiv(i, size.width()) + 0.5;
      KeyPoint to = way.seen(new KeyPoint(x, y, 0, Visibility.VISIBLE), size);
      int at = ((int) to.y()) * wanted.shape().dim(1) + (int) to.x();
      assertThat(wanted.data()[at]).isEqualTo(from.data()[i]);
    }
  }
}
