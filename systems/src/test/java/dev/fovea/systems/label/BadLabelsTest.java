package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Batch;
import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement;
import dev.fovea.vision.augment.Geometric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with labels is named and left out; the rest is read. */
final class BadLabelsTest {
  private static final Preprocessing INPUT = Preprocessing.scaled(Shape.of(32, 32, 3));

  @TempDir private Path dir;

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

  private List<String> lines(LabelSet set) {
    return set.problems().stream().map(p -> p.line().replace(dir + "/", "")).toList();
  }

  private static String object(String name, Object... edges) {
    return "<object><name>%s</name><bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax></bndbox></object>"
        .formatted(name, edges[0], edges[1], edges[2], edges[3]);
  }

  private static String voc(String... objects) {
    return "<annotation><filename>stale.jpg</filename>"
        + String.join("", objects)
        + "</annotation>";
  }

  @Test
  void swappedEmptyOutsideAndMissingBoxesOfVoc() throws IOException {
    picture("JPEGImages/a.png", 48, 64);
    write(
        "Annotations/a.xml",
        voc(
            object("cat", 1, 1, 64, 48),
            object("cat", 30, 1, 10, 20),
            object("dog", 5, 7, 9, 7),
            object("dog", 70, 1, 90, 9),
            object("dog", 60, 40, 90, 90),
            object("dog", "NaN", 1, 9, 9),
            object("dog", "", 1, 9, 9),
            object("cat", 1, 1, 64, 48)));
    LabelSet set = LabelSets.read("voc", dir, List.of());
    assertThat(lines(set))
        .containsExactly(
            "Annotations/a.xml, object 2: cat: xmin 30 is not left of xmax 10: dropped",
            "Annotations/a.xml, object 3: dog: ymin 7 is not above ymax 7: dropped",
            "Annotations/a.xml, object 4: dog: box 70, 1, 90, 9: lies outside the picture of 64×48:"
                + " dropped",
            "Annotations/a.xml, object 5: dog: box 60, 40, 90, 90: reaches beyond the picture of"
                + " 64×48: clipped",
            "Annotations/a.xml, object 6: dog: xmin \"NaN\" is no number: dropped",
            "Annotations/a.xml, object 7: dog: no xmin: dropped",
            "Annotations/a.xml, object 8: cat: the same box of the same class as one before:"
                + " dropped");
    assertThat(set.objects()).isEqualTo(2);
    assertThat(LabelProblem.summary(set.problems())).isEqualTo("6 dropped, 1 clipped");
  }

  @Test
  void longNumbersOfVocAreCut() throws IOException {
    picture("a.png", 48, 64);
    String zeros = "0".repeat(100_000);
    write(
        "a.xml", voc(object("cat", "7." + zeros, 1, 7, 9), object("cat", "7." + zeros, 1, 80, 9)));
    String shown = "7." + "0".repeat(78) + "…";
    assertThat(lines(LabelSets.read("voc", dir, List.of())))
        .containsExactly(
            "a.xml, object 1: cat: xmin " + shown + " is not left of xmax 7: dropped",
            "a.xml, object 2: cat: box "
                + shown
                + ", 1, 80, 9: reaches beyond the picture of 64×48: clipped");
  }

  @Test
  void numbersOfVocAreShownAsTheyAreWritten() throws IOException {
    picture("a.png", 48, 64);
    write(
        "a.xml",
        voc(
            object("cat", "abc", 1, 2, 3),
            object("cat", -10, 1, 20, 30),
            object("cat", 100, 100, 200, 200),
            object("cat", 1, 1, "1e30", 9),
            object("cat", 1, 1, "1e999", 9),
            object(" ", 1, 1, 9, 9)));
    LabelSet set = LabelSets.read("voc", dir, List.of());
    assertThat(lines(set))
        .containsExactly(
            "a.xml, object 1: cat: xmin \"abc\" is no number: dropped",
            "a.xml, object 2: cat: box -10, 1, 20, 30: reaches beyond the picture of 64×48:"
                + " clipped",
            "a.xml, object 3: cat: box 100, 100, 200, 200: lies outside the picture of 64×48:"
                + " dropped",
            "a.xml, object 4: cat: box 1, 1, 1e30, 9: reaches beyond the picture of 64×48: clipped",
            "a.xml, object 5: cat: xmax \"1e999\" is no finite number: dropped",
            "a.xml, object 6: no class name: dropped");
    assertThat(set.names().things()).containsExactly("cat");
    assertThat(PictureLabels.n(1e30)).isEqualTo("1E30");
  }

  @Test
  void linesOfTextFilesAreCountedWithBlankOnes() throws IOException {
    picture("a.png", 20, 20);
    write("a.txt", "0 0.5 0.5 0.1 0.1\n\n0 x 0.5 0.1 0.1\n");
    assertThat(lines(LabelSets.read("yolo", dir, List.of("cell"))))
        .containsExactly("a.txt, line 3: \"x\" is no number: dropped");
    write("p.csv", "file,x0,y0\n\na.png,3,4\n\na.png,3,?\n");
    assertThat(lines(LabelSets.read("keypoints", dir, List.of())))
        .containsExactly("p.csv, line 5: \"?\" is no number: dropped");
    write("data.yaml", "names: [\"\", cell]\n");
    assertThatThrownBy(() -> LabelSets.read("yolo", dir, List.of()))
        .hasMessage(dir.resolve("data.yaml") + ": names: class 0 has no name");
  }

  @Test
  void unknownClassesAreNamedWithTheNearestThatIsKnown() throws IOException {
    picture("a.png", 48, 64);
    write("a.xml", voc(object("platelet", 1, 1, 9, 9), object("RBC", 1, 1, 9, 9)));
    LabelSet set = LabelSets.read("voc", dir, List.of("RBC", "Platelets"));
    assertThat(lines(set))
        .containsExactly(
            "a.xml, object 1: class \"platelet\" is not known; did you mean Platelets?: dropped");
    assertThat(set.pictures().get(0).objects().get(0).box().label()).isZero();
  }

  /** Numbers of classes are never compared: the same names in another order are other numbers. */
  @Test
  void namesTieClassesNotNumbers() throws IOException {
    picture("a.png", 48, 64);
    write("a.xml", voc(object("b", 1, 1, 9, 9)));
    assertThat(LabelSets.read("voc", dir, List.of("a", "b")).names().things())
        .containsExactly("a", "b");
    LabelSet set = LabelSets.read("voc", dir, List.of("b", "a"));
    assertThat(set.pictures().get(0).objects().get(0).box().label()).isZero();
  }

  @Test
  void labelsWithoutPicturesAndPicturesWithoutLabels() throws IOException {
    picture("JPEGImages/a.png", 48, 64);
    picture("JPEGImages/c.png", 48, 64);
    write("Annotations/a.xml", voc(object("cat", 1, 1, 9, 9)));
    write("Annotations/b.xml", voc(object("cat", 1, 1, 9, 9)));
    LabelSet set = LabelSets.read("voc", dir, List.of());
    assertThat(lines(set))
        .containsExactly(
            "Annotations/b.xml: there is no picture of this name: dropped",
            "JPEGImages/c.png: pictures without an XML file, left out: 1");
    picture("images/a.png", 8, 8);
    picture("images/b.png", 8, 8);
    write("labels/a.txt", "0 0.5 0.5 0.5 0.5\n");
    write("labels/z.txt", "0 0.5 0.5 0.5 0.5\n");
    LabelSet yolo = LabelSets.read("yolo", dir, List.of("cell"));
    assertThat(lines(yolo))
        .contains(
            "labels/z.txt: label files without a picture, left out: 1",
            "JPEGImages/c.png: pictures without a label file, taken to show no object: 2");
  }

  @Test
  void zeroInAFileMakesTheWholeSetCountFromZero() throws IOException {
    picture("a.png", 48, 64);
    picture("b.png", 48, 64);
    write("a.xml", voc(object("cat", 0, 1, 10, 9)));
    write("b.xml", voc(object("cat", 5, 6, 10, 9)));
    LabelSet set = LabelSets.read("voc", dir, List.of());
    assertThat(lines(set))
        .containsExactly("a.xml: counts pixels from 0: so are those of all files taken");
    assertThat(set.pictures().get(1).objects().get(0).box().left()).isEqualTo(5);
  }

  @Test
  void damagedXmlIsNamedAndNothingOutsideIsRead() throws IOException {
    picture("a.png", 48, 64);
    picture("b.png", 48, 64);
    write("a.xml", voc(object("cat", 1, 1, 9, 9)));
    write("b.xml", "<annotation><object>");
    write("c.xml", "<html></html>");
    write(
        "d.xml",
        "<!DOCTYPE a [<!ENTITY x SYSTEM"
            + " \"file:///etc/hostname\">]><annotation><object><name>&x;</name></object></annotation>");
    write("e.xml", "<a>".repeat(100_000));
    LabelSet set = LabelSets.read("voc", dir, List.of());
    assertThat(set.names().things()).containsExactly("cat");
    assertThat(lines(set)).hasSizeGreaterThan(3);
    assertThat(lines(set).get(0))
        .isEqualTo(
            "b.xml: not valid XML: line 1, column 21: XML document structures must start and end"
                + " within the same entity.: dropped");
    assertThat(lines(set).get(1))
        .isEqualTo("c.xml: begins with <html>, <annotation> of Pascal VOC expected: dropped");
  }

  @Test
  void sharesBeyondTheirRangeDropTheirLineOnly() throws IOException {
    picture("a.png", 100, 100);
    write(
        "a.txt",
        """
        0 0.5 0.5 0.2 0.2
        0 1.0005 0.5 0.2 0.2
        0 1.05 0.5 0.2 0.2
        0 0.5 0.5 0.2
        0 0.5 x 0.2 0.2
        7 0.5 0.5 0.2 0.2
        0 0.5 0.5 0 0.2
        0.5 0.5 0.5 0.1 0.2
        0 0.1 0.1 0.2 0.2 0.3
        """);
    LabelSet set = LabelSets.read("yolo", dir, List.of("cell", "other"));
    assertThat(lines(set))
        .containsExactly(
            "a.txt, line 2: cell: box 90, 40, 110, 60: reaches beyond the picture of 100×100:"
                + " clipped",
            "a.txt, line 3: 1.05 is no share of the picture: -0.001 to 1.001 expected: dropped",
            "a.txt, line 4: 4 numbers, class, x, y, width and height expected: dropped",
            "a.txt, line 5: \"x\" is no number: dropped",
            "a.txt, line 6: class 7 of a set that has 0 to 1: dropped",
            "a.txt, line 7: width 0.0 and height 0.2 are not both above 0: dropped",
            "a.txt, line 8: class 0.5 is no whole number from 0: dropped",
            "a.txt, line 9: 5 numbers behind the class: 4 of a box or x, y of 3 corners"
                + " expected: dropped");
    assertThat(set.objects()).isEqualTo(2);
  }

  private static final String COCO =
      """
      {"images":[{"id":"p","file_name":"deep/a.png","width":20,"height":10},
                 {"id":5,"file_name":"b.png","width":64,"height":48},
                 {"id":5,"file_name":"c.png"},{"id":9,"file_name":"gone.png"}],
       "categories":[{"id":3,"name":"cat"},{"id":"1","name":"dog"},{"id":3,"name":"cow"},{"id":6,"name":" "}],
       "annotations":[ALL]}
      """;

  @Test
  void cocoWithGapsDoubledIdsTextsAndMisfits() throws IOException {
    picture("a.png", 48, 64);
    picture("b.png", 48, 64);
    write(
        "labels.json",
        COCO.replace(
            "ALL",
            """
            {"id":1,"image_id":"5","category_id":3,"bbox":[1,2,3,4]},
            {"id":1,"image_id":5,"category_id":"1","bbox":[1,2,-3,4]},
            {"id":2,"image_id":77,"category_id":3,"bbox":[1,2,3,4]},
            {"id":3,"image_id":5,"category_id":8,"bbox":[1,2,3,4]},
            {"id":4,"image_id":5,"category_id":3,"bbox":[1,2,3]},
            {"id":5,"image_id":5,"category_id":3,"bbox":["x",2,3,4]},
            {"id":6,"image_id":5,"category_id":3,"bbox":[9,9,9,9],"segmentation":[[1,2,3]]},
            {"id":7,"image_id":5,"category_id":3,"bbox":[8,9,9,9],
             "segmentation":{"size":[10,10],"counts":[50,50]}},
            {"id":8,"image_id":5,"category_id":3,"bbox":[7,9,9,9],
             "segmentation":{"size":[10,10],"counts":[50,49]}},
            {"id":9,"image_id":5,"category_id":6,"bbox":[7,9,9,9]}\
            """));
    LabelSet set = LabelSets.read("coco", dir, List.of());
    assertThat(set.names().things()).containsExactly("dog", "cat");
    assertThat(lines(set))
        .contains(
            "labels.json: the category id 3 occurs twice: the first counts",
            "labels.json: the image id 5 is that of b.png and of c.png: the first has it",
            "labels.json: the picture gone.png is not there: dropped",
            "a.png: has 64×48 pixels, its labels say 20×10",
            "labels.json, object 2: the annotation id 1 occurs twice",
            "labels.json, object 2: dog: bbox 1, 2, -3, 4: width and height are not both above 0:"
                + " dropped",
            "labels.json, object 3: there is no picture of the id 77: dropped",
            "labels.json, object 4: there is no category of the id 8: dropped",
            "labels.json, object 5: cat: bbox of 3 numbers, x, y, width, height expected: dropped",
            "labels.json, object 6: cat: bbox: \"x\" is not a number: dropped",
            "labels.json, object 7: cat: its mask is left out: polygon of 3 numbers: need x, y of"
                + " three corners or more",
            "labels.json, object 8: cat: its mask is left out: it is of 10×10 pixels, the picture"
                + " of 64×48",
            "labels.json, object 9: cat: its mask is left out: run lengths: they cover 99 pixels, a"
                + " picture of 10×10 has 100",
            "labels.json: the category id 6 has no name: it is left out",
            "labels.json, object 10: there is no category of the id 6: dropped");
    assertThat(set.pictures()).hasSize(2);
    assertThat(set.objects()).isEqualTo(4);
  }

  /**
   * Pictures that Exif turns, labelled as they are stored: the labels are turned with them. Turned
   * by 90° clockwise (6), the box 3, 1, 6, 3 of 4 rows and 6 columns is 1, 3, 3, 6 of 6 rows and 4.
   */
  @Test
  void turnedPicturesHaveTheirLabelsTurned() throws IOException {
    picture("a.png", 4, 6);
    byte[] whole = Files.readAllBytes(dir.resolve("a.png"));
    byte[] chunk =
        HexFormat.of()
            .parseHex(
                "65584966" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000");
    CRC32 crc = new CRC32();
    crc.update(chunk);
    ByteBuffer turned = ByteBuffer.allocate(whole.length + chunk.length + 8);
    turned.put(whole, 0, whole.length - 12).putInt(chunk.length - 4).put(chunk);
    turned.putInt((int) crc.getValue()).put(whole, whole.length - 12, 12);
    Files.write(dir.resolve("a.png"), turned.array());
    write(
        "labels.json",
        """
        {"images":[{"id":1,"file_name":"a.png","width":6,"height":4}],
         "categories":[{"id":1,"name":"cat"}],
         "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[3,1,3,2]}]}
        """);
    LabelSet set = LabelSets.read("coco", dir, List.of());
    assertThat(set.pictures().get(0).size()).isEqualTo(new Placement.Size(6, 4));
    Box box = set.pictures().get(0).objects().get(0).box();
    assertThat(box).isEqualTo(new Box(1, 3, 3, 6, 0));
    assertThat(lines(set))
        .containsExactly("a.png: is labelled as it is stored: its labels are turned with it");
  }

  @Test
  void masksOfAnotherSizeOrWithUnknownValues() throws IOException {
    picture("images/a.png", 4, 6);
    picture("images/b.png", 4, 6);
    Files.createDirectories(dir.resolve("masks"));
    float[] values = new float[24];
    values[3] = 90;
    values[5] = 200;
    Images.writePng(dir.resolve("masks/a.png"), Tensor.of(Shape.of(4, 6, 1), values));
    Images.writePng(dir.resolve("masks/b.png"), Tensor.zeros(Shape.of(3, 6, 1)));
    assertThatThrownBy(() -> LabelSets.read("masks", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir
                + ": masks with the values 0 (22 pixels), 90 (1 pixels), 200 (1 pixels): numbers of"
                + " classes from 0 on, 255 for ignored pixels, or only 0 and 255 expected; else say"
                + " what they stand for, as in --mask-values '0=background,90=…'");
    values[3] = 1;
    values[5] = 255;
    Images.writePng(dir.resolve("masks/a.png"), Tensor.of(Shape.of(4, 6, 1), values));
    LabelSet set = LabelSets.read("masks", dir, List.of());
    assertThat(lines(set))
        .containsExactly("masks/b.png: a mask of 6×3 pixels, the picture has 6×4: dropped");
    assertThat(set.names().classes()).containsExactly("background", "class 1");
    PixelLabels pixels = set.pictures().get(0).pixels().orElseThrow();
    assertThat(pixels.classes().data()[5]).isEqualTo(Mark.Mask.IGNORED);
  }

  @Test
  void blackAndWhiteMasksAreTwoClasses() throws IOException {
    picture("images/a.png", 4, 6);
    Files.createDirectories(dir.resolve("masks"));
    float[] values = new float[24];
    values[3] = 255;
    Images.writePng(dir.resolve("masks/a.png"), Tensor.of(Shape.of(4, 6, 1), values));
    LabelSet set = LabelSets.read("masks", dir, List.of());
    assertThat(set.names().classes()).containsExactly("background", "foreground");
    assertThat(set.pictures().get(0).pixels().orElseThrow().classes().data()[3]).isEqualTo(1);
  }

  @Test
  void picturesWithoutObjectsMakeBatches() throws IOException {
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      picture("images/" + name + ".png", 20, 20);
    }
    write("labels/a.txt", "0 0.5 0.5 0.05 0.05\n");
    LabelSplit split =
        LabelSets.read("yolo", dir, List.of("cell")).split(LabelOptions.of(INPUT, Marking.BOXES));
    assertThat(split.train().size() + split.test().size()).isEqualTo(6);
    // Memory that grows with the threads that load: parts of a set share what was read.
    assertThat(split.train().subset(0).labels(0)).isSameAs(split.train().labels(0));
    Batch empty = split.train().sample(0);
    assertThat(empty.targets().get(0).data()[0]).isEqualTo(Mark.PADDING);
    // One pixel of a picture of 20 × 20 is an object of 1.6 pixels of the input.
    Batch one = split.test().sample(0);
    assertThat(one.targets().get(0).data()).startsWith(0f, 15.2f, 15.2f, 16.8f, 16.8f);
  }

  @Test
  void moreObjectsThanASampleMayHave() throws IOException {
    picture("images/a.png", 20, 20);
    picture("images/b.png", 20, 20);
    String many =
        String.join(
            "\n", IntStream.range(1, 8).mapToObj(i -> "0 0." + i + " 0.5 0.1 0.1").toList());
    write("labels/a.txt", many);
    write("labels/b.txt", "0 0.5 0.5 0.1 0.1");
    LabelSplit split =
        LabelSets.read("yolo", dir, List.of("cell"))
            .split(LabelOptions.of(INPUT, Marking.BOXES).withMost(4));
    assertThat(split.test().targetShapes()).containsExactly(Shape.of(4, 5));
    assertThat(split.problems().stream().map(LabelProblem::line))
        .containsExactly(
            dir.resolve("images/a.png")
                + ": pictures with more than the 4 objects that a sample may have, of which the"
                + " first count: 1, the fullest has 7");
    assertThat(split.test().read(0, Seed.of(0)).mark(Mark.Boxes.class).orElseThrow().boxes())
        .hasSize(4);
  }

  @Test
  void skeletonsWithoutPairsAreNotMirrored() throws IOException {
    picture("a.png", 20, 20);
    picture("b.png", 20, 20);
    write("points.csv", "file,x0,y0,x1,y1\na.png,3,4,10,11\nb.png,3,4,-9,11\n");
    LabelSet set = LabelSets.read("keypoints", dir, List.of());
    LabelSplit split = set.split(LabelOptions.of(INPUT, Marking.KEY_POINTS));
    Sample sample = split.train().read(0, Seed.of(0));
    assertThatThrownBy(() -> Geometric.mirror().apply(sample, Seed.of(0)))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining(
            "nothing says which key point that of kind 0 becomes on the other side");
    assertThat(Skeleton.of(List.of("nose", "left_eye", "right_eye"), List.of()).mirrored())
        .containsExactly(0, 2, 1);
    assertThat(Skeleton.of(List.of("left_eye", "nose"), List.of()).mirrored()).isEmpty();
  }

  @Test
  void damagedPicturesAreLeftOut() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      picture("images/" + name + ".png", 20, 20);
      write("labels/" + name + ".txt", "0 0.5 0.5 0.1 0.1");
    }
    byte[] png = Files.readAllBytes(dir.resolve("images/b.png"));
    Files.write(dir.resolve("images/b.png"), java.util.Arrays.copyOf(png, png.length - 25));
    Files.write(dir.resolve("images/d.png"), new byte[] {1, 2, 3});
    LabelSplit split =
        LabelSets.read("yolo", dir, List.of("cell")).split(LabelOptions.of(INPUT, Marking.BOXES));
    assertThat(split.train().size() + split.test().size()).isEqualTo(2);
    assertThat(split.problems()).hasSize(2);
  }

  @Test
  void brokenFilesAreTheReasonWhyNoFormIsRecognised() throws IOException {
    assertThatThrownBy(() -> LabelSets.recognise(dir))
        .hasMessage(
            dir
                + ": no labels of a known form: voc, coco, panoptic, yolo, masks, keypoints, text"
                + " expected");
    picture("a.png", 8, 8);
    assertThatThrownBy(() -> LabelSets.recognise(dir))
        .hasMessageStartingWith(dir + ": no labels of a known form: ");
    write("labels.json", "{\"images\": [}");
    assertThatThrownBy(() -> LabelSets.recognise(dir))
        .hasMessageStartingWith(dir.resolve("labels.json") + ": ")
        .hasMessageContaining("not valid JSON: not a JSON value (character 12)");
    write("labels.json", "{\"images\": []}");
    assertThatThrownBy(() -> LabelSets.recognise(dir))
        .hasMessage(dir.resolve("labels.json") + ": \"images\" is empty; pictures expected");
    assertThatThrownBy(() -> LabelSets.read("coco", dir, List.of()))
        .hasMessage(dir.resolve("labels.json") + ": \"images\" is empty; pictures expected");
    write("labels.json", "{\"images\": [{\"id\": 1, \"file_name\": \"gone.png\"}]}");
    assertThatThrownBy(() -> LabelSets.recognise(dir))
        .hasMessage(
            "%s: none of the pictures that the coco labels are of can be read; first problem:"
                    .formatted(dir)
                + " %s: the picture gone.png is not there: dropped"
                    .formatted(dir.resolve("labels.json")));
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> LabelSets.read("vok", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("labels \"vok\" are not known; did you mean voc?");
    assertThatThrownBy(() -> LabelSets.open("shape", null, LabelOptions.of(INPUT, Marking.BOXES)))
        .hasMessage("labels \"shape\" are not known; did you mean shapes?");
    assertThatThrownBy(() -> LabelSets.read("coco", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir + ": no JSON file of COCO's form, with images and annotations");
    assertThatThrownBy(() -> LabelSets.open("voc", null, LabelOptions.of(INPUT, Marking.BOXES)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("data set voc is read from files: give their folder with --data-dir");
    assertThatThrownBy(() -> LabelOptions.of(INPUT, Marking.INSTANCES))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("instances are numbers of boxes");
  }
}
