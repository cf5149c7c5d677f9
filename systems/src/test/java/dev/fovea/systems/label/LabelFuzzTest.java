package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.testing.Fuzz;
import dev.fovea.io.testing.Mutator;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every reader of labels on damaged files: what is wrong is a problem of one line, or the folder is
 * refused in one line.
 *
 * <p>{@code bin/fuzz} runs as many as wanted: the property {@code fovea.fuzz.mutants} says how many
 * per reader, {@code fovea.fuzz.seed} which.
 */
final class LabelFuzzTest {
  private static final int MUTANTS = Integer.getInteger("fovea.fuzz.mutants", 400);
  private static final long SEED = Long.getLong("fovea.fuzz.seed", 1);
  private static final int HEIGHT = 6;
  private static final int WIDTH = 8;
  private static final Preprocessing INPUT = Preprocessing.scaled(Shape.of(8, 8, 3));

  @TempDir private Path dir;

  /** A form of labels and the file that is damaged. */
  enum Target {
    VOC("voc", "a.xml"),
    COCO("coco", "labels.json"),
    COCO_POINTS("keypoints", "labels.json"),
    YOLO("yolo", "a.txt"),
    YOLO_POINTS("yolo", "a.txt"),
    YOLO_CONFIG("yolo", "data.yaml"),
    NAMES("yolo", "classes.txt"),
    MASKS("masks", "masks/a.png"),
    PANOPTIC("panoptic", "panoptic.json"),
    PANOPTIC_MAP("panoptic", "panoptic/a.png"),
    POINT_TABLE("keypoints", "points.csv"),
    TEXT_TABLE("text", "texts.csv"),
    PICTURE("yolo", "a.png");

    private final String format;
    private final String file;

    Target(String format, String file) {
      this.format = format;
      this.file = file;
    }

    /** Returns what is read of the folder. */
    Marking[] markings() {
      return switch (this) {
        case COCO -> new Marking[] {Marking.BOXES, Marking.INSTANCES};
        case PANOPTIC, PANOPTIC_MAP -> new Marking[] {Marking.BOXES, Marking.MASK};
        case MASKS -> new Marking[] {Marking.MASK};
        case YOLO_POINTS, POINT_TABLE -> new Marking[] {Marking.KEY_POINTS};
        case TEXT_TABLE -> new Marking[] {Marking.TEXT};
        default -> new Marking[] {Marking.BOXES};
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void damagedLabelsAreToldInLines(Target target) throws IOException {
    write("a.png", png(3));
    List<byte[]> seeds = seeds(target);
    Path file = write(target.file, seeds.get(0));
    Fuzz fuzz = new Fuzz(target.name(), file, ignored -> read(target));
    for (byte[] seed : seeds) {
      fuzz.write(seed);
      read(target);
    }
    Fuzz.Outcome o = fuzz.run(new Mutator(seeds, SEED), 0, MUTANTS);
    System.out.println(o.line("labels " + target));
    assertThat(o.findings()).as("%s, seed %d", target, SEED).isEmpty();
    assertThat(o.refused()).isPositive();
  }

  /** Reads a folder, and its one picture with what is asked for. */
  private void read(Target target) {
    LabelSet set = LabelSets.read(target.format, dir, List.of());
    for (LabelProblem p : set.problems()) {
      assertThat(p.line().lines().count()).as(p.line()).isEqualTo(1);
      assertThat(p.line()).hasSizeLessThan(4000);
    }
    LabelOptions options = LabelOptions.of(INPUT, target.markings());
    assertThat(set.unseen(options.withMost(4), p -> {}).read(0, Seed.of(1)).marks()).isNotEmpty();
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private byte[] png(int channels, float... values) throws IOException {
    Path file = dir.resolve("seed.png");
    float[] all = Arrays.copyOf(values, HEIGHT * WIDTH * channels);
    Images.writePng(file, Tensor.of(Shape.of(HEIGHT, WIDTH, channels), all));
    byte[] png = Files.readAllBytes(file);
    Files.delete(file);
    return png;
  }

  /** Writes the files beside the one that is damaged, and returns whole ones of it. */
  private List<byte[]> seeds(Target target) throws IOException {
    return switch (target) {
      case VOC -> texts(VOC);
      case COCO ->
          texts(coco("\"segmentation\":[[1,1,5,1,5,4]]"), coco(runs(true)), coco(runs(false)));
      case COCO_POINTS -> texts(coco("\"keypoints\":[1,1,2,4,3,1],\"num_keypoints\":2"));
      case YOLO -> {
        write("classes.txt", utf8("cat\ndog\n"));
        yield texts("0 0.5 0.5 0.4 0.6\n1 0.3 0.3 0.1 0.1\n1 0.1 0.1 0.6 0.1 0.6 0.8 0.2 0.7\n");
      }
      case YOLO_POINTS -> {
        write("data.yaml", utf8(YAML));
        yield texts("0 0.5 0.5 0.4 0.6 0.4 0.4 2 0.6 0.6 1\n");
      }
      case YOLO_CONFIG -> {
        write("a.txt", utf8("0 0.5 0.5 0.4 0.6 0.4 0.4 2 0.6 0.6 1\n"));
        yield texts(YAML, YAML.replace("[cat, dog]", "\n  0: cat\n  1: dog"));
      }
      case NAMES -> {
        write("a.txt", utf8("1 0.5 0.5 0.4 0.6\n"));
        yield texts("cat\ndog\n", "# classes\r\n\"a, b\"\r\nc d\r\n");
      }
      case MASKS -> List.of(png(1, 0, 1, 1, 2, 255), png(1, 0, 255, 255, 0));
      case PANOPTIC -> {
        write("panoptic/a.png", png(3, 1, 0, 0, 1, 0, 0, 0, 1, 0));
        yield texts(PANOPTIC);
      }
      case PANOPTIC_MAP -> {
        write("panoptic.json", utf8(PANOPTIC));
        yield List.of(png(3, 1, 0, 0, 1, 0, 0, 0, 1, 0));
      }
      case POINT_TABLE -> texts("file,x_eye,y_eye,x_ear,y_ear\na.png,1,2,3,4\n");
      case TEXT_TABLE -> texts("file,text\na.png,\"a cat, and a dog\"\n");
      case PICTURE -> {
        write("a.txt", utf8("0 0.5 0.5 0.4 0.6\n"));
        write("classes.txt", utf8("cat\n"));
        yield List.of(png(3, 9, 200, 31));
      }
    };
  }

  private static final String VOC =
      """
      <annotation><folder>x</folder><filename>a.png</filename>
        <size><width>8</width><height>6</height><depth>3</depth></size>
        <object><name>cat</name><difficult>0</difficult>
          <bndbox><xmin>2</xmin><ymin>1</ymin><xmax>5.5</xmax><ymax>4</ymax></bndbox></object>
        <object><name>dog</name><difficult>1</difficult>
          <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>8</xmax><ymax>6</ymax></bndbox></object>
      </annotation>
      """;

  private static final String YAML =
      """
      path: .  # here
      names: [cat, dog]
      kpt_shape: [2, 3]
      flip_idx: [1, 0]
      """;

  private static final String PANOPTIC =
      """
      {"images":[{"id":7,"file_name":"a.png","width":8,"height":6}],
       "categories":[{"id":1,"name":"cat","isthing":1},{"id":5,"name":"sky","isthing":0}],
       "annotations":[{"image_id":7,"file_name":"a.png","segments_info":[
         {"id":1,"category_id":1,"area":2,"bbox":[0,0,2,1],"iscrowd":0},
         {"id":256,"category_id":5,"area":1,"bbox":[2,0,1,1],"iscrowd":0}]}]}
      """;

  private static String coco(String more) {
    return """
    {"images":[{"id":3,"file_name":"a.png","width":8,"height":6}],
     "categories":[{"id":2,"name":"cat","keypoints":["left_eye","right_eye"],
       "skeleton":[[1,2]]}],
     "annotations":[{"id":1,"image_id":3,"category_id":2,"bbox":[1,1,4.5,3],"area":9,
       "iscrowd":0,%s}]}
    """
        .formatted(more);
  }

  private static String runs(boolean text) {
    RunLengths runs = RunLengths.of(HEIGHT, WIDTH, 7, 4, 2, 4, 31);
    String counts = text ? "\"" + runs.text().replace("\\", "\\\\") + "\"" : "[7,4,2,4,31]";
    return "\"segmentation\":{\"size\":[6,8],\"counts\":%s}".formatted(counts);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(LabelFuzzTest::utf8).toList();
  }
}
