package dev.fovea.systems.label;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.PartName.Part;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels that are written are read again, and what a form has no place for is counted. */
final class LabelWriterTest {
  private static final Size SIZE = new Size(48, 64);
  private static final List<String> CLASSES = List.of("red cell", "<b>&", "c");

  @TempDir private Path dir;
  private LabelSet set = new LabelSet("", LabelNames.of(CLASSES), List.of(), List.of());

  @BeforeEach
  void write() throws IOException {
    List<LabelledPicture> pictures = new ArrayList<>();
    pictures.add(
        picture(
            "a",
            Part.TRAIN,
            object(new Box(0, 0, 64, 48, 1), Optional.empty(), false),
            object(
                new Box(10, 20, 40.5, 30.25, 0),
                Optional.of(
                    new Region.Outline(List.of(new double[] {10, 20, 40.5, 20, 20, 30.25}))),
                false)));
    pictures.add(picture("b", Part.TEST, object(new Box(3, 4, 5, 6, 2), Optional.empty(), true)));
    pictures.add(picture("c", Part.VALIDATION));
    set = new LabelSet("test", LabelNames.of(CLASSES), pictures, List.of());
  }

  private LabelledPicture picture(String name, Part part, LabelledObject... objects)
      throws IOException {
    Path file = dir.resolve(name + ".png");
    Images.writePng(file, Tensor.zeros(Shape.of(SIZE.height(), SIZE.width(), 3)));
    return new LabelledPicture(
        file, Optional.of(part), SIZE, List.of(objects), Optional.empty(), List.of());
  }

  private static LabelledObject object(Box box, Optional<Region> region, boolean crowd) {
    return new LabelledObject(box, region, box.area(), crowd, false);
  }

  @ParameterizedTest
  @CsvSource({
    "voc, 0.0011",
    "coco, 1e-9",
    "yolo, 1e-4",
  })
  void boxesComeBack(String form, double error) {
    Map<String, Integer> lost = LabelWriter.write(set, form, dir.resolve("out"));
    assertThat(lost.toString())
        .isEqualTo(
            switch (form) {
              case "voc" -> "{masks of objects=1, crowds, which have no mark in VOC=1}";
              case "coco" -> "{}";
              default -> "{crowds, which have no mark in YOLO=1}";
            });
    LabelSet back = LabelSets.read(form, dir.resolve("out"), List.of());
    assertThat(back.problems()).isEmpty();
    assertThat(back.names().things()).isEqualTo(CLASSES);
    assertThat(back.pictures()).hasSize(3);
    for (LabelledPicture p : back.pictures()) {
      LabelledPicture own =
          set.pictures().stream().filter(q -> q.stem().equals(p.stem())).findFirst().orElseThrow();
      assertThat(p.part()).isEqualTo(own.part());
      List<LabelledObject> kept =
          own.objects().stream().filter(o -> !o.crowd() || form.equals("coco")).toList();
      assertThat(p.objects()).hasSameSizeAs(kept);
      for (int i = 0; i < kept.size(); i++) {
        Box a = kept.get(i).box();
        Box b = p.objects().get(i).box();
        assertThat(b.label()).isEqualTo(a.label());
        assertThat(new double[] {b.left(), b.top(), b.right(), b.bottom()})
            .containsExactly(
                new double[] {a.left(), a.top(), a.right(), a.bottom()}, within(error));
        assertThat(p.objects().get(i).crowd()).isEqualTo(kept.get(i).crowd());
      }
    }
  }

  /** Read as YAML: 6" nail, a\b, #1, it's, and a name with a comma. */
  @Test
  void namesOfAnySignsComeBackInYolo() throws IOException {
    List<String> names = List.of("6\" nail", "a\\b", "a #1", "it's", "x, y: z");
    List<LabelledPicture> pictures = List.of(picture("a", Part.TRAIN), picture("b", Part.TEST));
    LabelWriter.write(
        new LabelSet("test", LabelNames.of(names), pictures, List.of()), "yolo", dir.resolve("y"));
    Path yaml = dir.resolve("y/data.yaml");
    assertThat(Files.readString(yaml))
        .startsWith("train: images/train\nval: images/test\ntest: images/test\nnames:\n")
        .contains("  0: \"6\\\" nail\"\n  1: \"a\\\\b\"\n  2: \"a #1\"\n");
    assertThat(LabelSets.read("yolo", dir.resolve("y"), List.of()).names().things())
        .isEqualTo(names);
    Files.writeString(yaml, "names: ['it''s', \"6\\\" nail, #2\", \"a\\q\", d] # four\n");
    assertThat(YoloConfig.read(yaml).names()).containsExactly("it's", "6\" nail, #2", "a\\q", "d");
  }

  /** Each sign is looked at once: what looked from the start for each name did not end. */
  @Test
  void listsOfAnyLengthAreRead() {
    List<String> names = IntStream.range(0, 100_000).mapToObj(i -> "n" + i).toList();
    String quoted = names.stream().map(n -> "'" + n + "'").collect(joining(","));
    for (String text :
        List.of(
            "names: [" + quoted + "] # all",
            "names: [" + quoted.replace(",", ",\n  ") + "]",
            "names: [" + quoted + "] #" + "' #".repeat(100_000))) {
      assertThat(YoloConfig.parse(text, "a").names()).isEqualTo(names);
    }
    String blanks = " ".repeat(1_000_000);
    assertThat(YoloConfig.parse("names:" + blanks + "\u2028a", "a").names()).isEmpty();
    assertThat(YoloConfig.parse("names: ['a'', b', '''c', \"d\\\", #e\"]", "a").names())
        .containsExactly("a', b", "'c", "d\", #e");
  }

  /** VOC's reader takes xmin = xmax for no area: the writer says so beforehand. */
  @ParameterizedTest
  @CsvSource({"voc, 2", "coco, 4", "yolo, 4"})
  void whatIsNotCountedAsLostComesBack(String form, int kept) throws IOException {
    LabelledPicture p =
        picture(
            "small",
            Part.TRAIN,
            object(new Box(10, 20, 11, 30, 0), Optional.empty(), false),
            object(new Box(10, 20, 30, 20.9, 0), Optional.empty(), false),
            object(new Box(10, 20, 11.001, 22, 0), Optional.empty(), false),
            object(new Box(10, 20, 12, 22, 1), Optional.empty(), false));
    Map<String, Integer> lost =
        LabelWriter.write(
            new LabelSet("test", LabelNames.of(CLASSES), List.of(p), List.of()),
            form,
            dir.resolve("out"));
    LabelSet back = LabelSets.read(form, dir.resolve("out"), List.of());
    assertThat(back.problems()).isEmpty();
    assertThat(back.objects()).isEqualTo(kept);
    assertThat(lost.values().stream().mapToInt(n -> n).sum()).isEqualTo(4 - kept);
  }

  @Test
  void lossesInVocAreToldByWhatTheyAre() throws IOException {
    double end = Double.POSITIVE_INFINITY;
    LabelledPicture p =
        picture(
            "odd",
            Part.TRAIN,
            object(new Box(10, 20, 11, 30, 0), Optional.empty(), false),
            object(new Box(10, 20, 30, 40, 1), Optional.empty(), false),
            object(new Box(10, 20, end, 40, 0), Optional.empty(), false));
    LabelSet odd = new LabelSet("", LabelNames.of(List.of("a", " ")), List.of(p), List.of());
    assertThat(LabelWriter.write(odd, "voc", dir.resolve("out")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "boxes no wider or no higher than a pixel, which are dropped where VOC is read", 1,
                "objects of a class without a name, which are dropped where VOC is read", 1,
                "boxes without end, which are dropped where VOC is read", 1));
  }

  /** Where nothing is said to be for tests, every fifth of those without a part is. */
  @ParameterizedTest
  @CsvSource({"voc", "coco", "yolo", "masks"})
  void whatFilesSayOfPartsIsKept(String form) throws IOException {
    List<LabelledPicture> pictures = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      LabelledPicture p =
          picture("p" + i, Part.TRAIN, object(new Box(1, 1, 9, 9, 0), Optional.empty(), false));
      boolean said = i < 6;
      pictures.add(
          new LabelledPicture(
              p.file(),
              said ? p.part() : Optional.empty(),
              SIZE,
              p.objects(),
              Optional.empty(),
              List.of()));
    }
    LabelSet own = new LabelSet("test", LabelNames.of(CLASSES), pictures, List.of());
    LabelWriter.write(own, form, dir.resolve("out"));
    LabelSet back = LabelSets.read(form, dir.resolve("out"), List.of());
    assertThat(back.testing()).extracting(LabelledPicture::stem).containsExactly("p10");
    assertThat(back.training()).hasSize(11);
  }

  @Test
  void outlinesComeBackInCocoAndYolo() {
    for (String form : List.of("coco", "yolo")) {
      LabelWriter.write(set, form, dir.resolve(form));
      LabelSet back = LabelSets.read(form, dir.resolve(form), List.of());
      LabelledObject object =
          back.pictures().stream()
              .filter(p -> p.stem().equals("a"))
              .findFirst()
              .orElseThrow()
              .objects()
              .get(1);
      Tensor wanted = set.pictures().get(0).objects().get(1).region().orElseThrow().in(48, 64);
      assertThat(object.region().orElseThrow().in(48, 64).data()).isEqualTo(wanted.data());
    }
  }

  /** YOLO's readers refuse shares above 1: of outlines that reach beyond, the inside is written. */
  @Test
  void outlinesInYoloEndWhereThePictureDoes() throws IOException {
    Box box = new Box(32, 0, 64, 24, 0);
    LabelledPicture p =
        picture(
            "beyond",
            Part.TRAIN,
            object(box, outline(32, -24, 96, -24, 96, 8, 64, 8, 32, 24), false),
            object(new Box(0, 0, 8, 8, 1), outline(-20, -20, -4, -20, -4, -4), false));
    LabelSet of = new LabelSet("test", LabelNames.of(CLASSES), List.of(p), List.of());
    Map<String, Integer> lost = LabelWriter.write(of, "yolo", dir.resolve("yolo"));
    assertThat(lost.values()).containsExactly(1);
    assertThat(dir.resolve("yolo/labels/train/beyond.txt"))
        .content()
        .isEqualTo(
            """
            0 0.500000 0.000000 1.000000 0.000000 1.000000 0.166667 0.500000 0.500000
            1 0.062500 0.083333 0.125000 0.166667
            """);
    LabelSet back = LabelSets.read("yolo", dir.resolve("yolo"), List.of());
    assertThat(back.problems()).isEmpty();
    assertThat(back.objects()).isEqualTo(2);
  }

  private static Optional<Region> outline(double... corners) {
    return Optional.of(new Region.Outline(List.of(corners)));
  }

  @Test
  void masksAreNumbersOfClasses() {
    Map<String, Integer> lost = LabelWriter.write(set, "masks", dir.resolve("out"));
    assertThat(lost)
        .containsEntry("boxes, and which object a pixel belongs to", 3)
        .containsEntry("objects that are drawn as their box, for they have no mask", 2);
    LabelSet back = LabelSets.read("masks", dir.resolve("out"), List.of());
    assertThat(back.names().classes()).containsExactly("background", "red cell", "<b>&", "c");
    Map<String, float[]> maps = new HashMap<>();
    for (LabelledPicture p : back.pictures()) {
      maps.put(p.stem(), p.pixels().orElseThrow().classes().data());
    }
    assertThat(Objects.requireNonNull(maps.get("a"))[0]).isEqualTo(2);
    assertThat(Objects.requireNonNull(maps.get("a"))[22 * 64 + 20]).isEqualTo(1);
    assertThat(Objects.requireNonNull(maps.get("b"))[4 * 64 + 3]).isEqualTo(Mark.Mask.IGNORED);
    assertThat(maps.get("c")).containsOnly(0);
    assertThat(back.pictures().stream().map(p -> p.part().orElseThrow()))
        .containsExactlyInAnyOrder(Part.TRAIN, Part.TEST, Part.VALIDATION);
  }

  /** What objects are painted as needs no picture. */
  @Test
  void classesOfPixelsComeFromLabelsAlone() throws IOException {
    LabelledPicture p = set.pictures().getFirst();
    Files.delete(p.file());
    Tensor classes = p.classes(set.names());
    assertThat(classes.shape()).isEqualTo(Shape.of(SIZE.height(), SIZE.width()));
    assertThat(classes.data()[0]).isEqualTo(2);
    assertThat(classes.data()[22 * 64 + 20]).isEqualTo(1);
  }

  @Test
  void keyPointsComeBackInCocoAndYolo() throws IOException {
    Skeleton skeleton =
        Skeleton.of(List.of("nose", "left_eye", "right_eye"), List.of(new Skeleton.Bone(0, 1)));
    List<KeyPoint> points =
        List.of(
            new KeyPoint(12.5, 22.5, 0, Visibility.VISIBLE),
            new KeyPoint(14, 23, 1, Visibility.HIDDEN),
            new KeyPoint(0, 0, 2, Visibility.ABSENT));
    LabelledPicture p =
        picture(
            "d", Part.TRAIN, object(new Box(10, 20, 40, 30, 0, points), Optional.empty(), false));
    LabelSet people =
        new LabelSet(
            "", LabelNames.of(List.of("person"), skeleton, List.of()), List.of(p), List.of());
    LabelWriter.write(people, "coco", dir.resolve("coco"));
    LabelSet coco = LabelSets.read("keypoints", dir.resolve("coco"), List.of());
    assertThat(coco.names().skeleton()).isEqualTo(skeleton);
    assertThat(coco.pictures().get(0).objects().get(0).box().points().subList(0, 2))
        .isEqualTo(points.subList(0, 2));
    LabelWriter.write(people, "yolo", dir.resolve("yolo"));
    LabelSet yolo = LabelSets.read("yolo", dir.resolve("yolo"), List.of());
    assertThat(yolo.names().skeleton().mirrored()).containsExactly(0, 2, 1);
    KeyPoint second = yolo.pictures().get(0).objects().get(0).box().points().get(1);
    assertThat(second.x()).isCloseTo(14, within(1e-4));
    assertThat(second.visibility()).isEqualTo(Visibility.HIDDEN);
  }

  @Test
  void aFullFolderOrAnUnknownFormIsRefused() throws IOException {
    Files.createDirectories(dir.resolve("full/x"));
    assertThatThrownBy(() -> LabelWriter.write(set, "voc", dir.resolve("full")))
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir.resolve("full") + ": a new folder expected, got one that is not empty");
    assertThatThrownBy(() -> LabelWriter.write(set, "yollo", dir.resolve("new")))
        .isInstanceOf(FoveaException.class)
        .hasMessage("labels of the form \"yollo\" are not written; did you mean yolo?");
  }
}
