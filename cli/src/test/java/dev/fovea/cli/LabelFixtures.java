package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A few small pictures of a bright square on dark ground, labelled in the forms of the guide:
 * {@code cells} with boxes (VOC), {@code nuclei} with masks, {@code streets} with segments (COCO's
 * panoptic form) and {@code persons} with joints (COCO's key points).
 */
final class LabelFixtures {
  private static final int SIDE = 64;
  private static final String NAMES = "abcdefgh";

  private final Path folder;

  private LabelFixtures(Path folder) {
    this.folder = folder;
  }

  /** Writes all four. */
  static void write(Path folder) {
    LabelFixtures all = new LabelFixtures(folder);
    for (int i = 0; i < NAMES.length(); i++) {
      all.boxes(i);
      all.masks(i);
    }
    all.segments();
    all.joints();
  }

  private static String name(int i) {
    return NAMES.charAt(i) + ".png";
  }

  private static int left(int i) {
    return 2 * (i + 1);
  }

  private static int top(int i) {
    return SIDE - size(i) - 2 * (i + 1);
  }

  /** Of different sizes, so that anchors can be fitted to them. */
  private static int size(int i) {
    return 12 + 3 * i;
  }

  /** Returns an image [64, 64, C] of two colours. */
  private static Tensor image(int number, float[] ground, float[] square) {
    int channels = ground.length;
    Tensor image = Tensor.zeros(Shape.of(SIDE, SIDE, channels));
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean in =
            Math.clamp(x, left(number), left(number) + size(number) - 1) == x
                && Math.clamp(y, top(number), top(number) + size(number) - 1) == y;
        float[] colour = in ? square : ground;
        System.arraycopy(colour, 0, image.data(), (y * SIDE + x) * channels, channels);
      }
    }
    return image;
  }

  private void picture(String file, int number) {
    Tensor image = image(number, new float[] {30, 40, 50}, new float[] {200, 120, 90});
    Images.writePng(folder.resolve(file), image);
  }

  private void boxes(int i) {
    picture("cells/JPEGImages/" + name(i), i);
    Fixtures.text(
        folder.resolve("cells/Annotations/" + NAMES.charAt(i) + ".xml"),
        """
        <annotation><filename>%s</filename>
        <size><width>64</width><height>64</height><depth>3</depth></size>
        <object><name>cell</name><bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax>
        <ymax>%s</ymax></bndbox></object></annotation>
        """
            .formatted(name(i), left(i) + 1, top(i) + 1, left(i) + size(i), top(i) + size(i)));
  }

  private void masks(int i) {
    picture("nuclei/images/" + name(i), i);
    Images.writePng(
        folder.resolve("nuclei/masks/" + name(i)), image(i, new float[] {0}, new float[] {255}));
  }

  private void segments() {
    List<Object> annotations = new ArrayList<>();
    for (int i = 0; i < NAMES.length(); i++) {
      picture("streets/" + name(i), i);
      Images.writePng(
          folder.resolve("streets/panoptic/" + name(i)),
          image(i, new float[] {2, 0, 0}, new float[] {1, 0, 0}));
      List<Object> segments =
          List.of(
              Map.of("id", 1, "category_id", 1, "iscrowd", 0),
              Map.of("id", 2, "category_id", 2, "iscrowd", 0));
      annotations.add(Map.of("image_id", i, "file_name", name(i), "segments_info", segments));
    }
    coco(
        "streets/panoptic.json",
        annotations,
        List.of(
            Map.of("id", 1, "name", "car", "isthing", 1),
            Map.of("id", 2, "name", "road", "isthing", 0)));
  }

  private void joints() {
    List<Object> annotations = new ArrayList<>();
    for (int i = 0; i < NAMES.length(); i++) {
      picture("persons/" + name(i), i);
      int middle = top(i) + size(i) / 2;
      annotations.add(
          Map.of(
              "id",
              i + 1,
              "image_id",
              i,
              "category_id",
              1,
              "iscrowd",
              0,
              "area",
              size(i) * size(i),
              "bbox",
              List.of(left(i), top(i), size(i), size(i)),
              "num_keypoints",
              2,
              "keypoints",
              List.of(left(i), middle, 2, left(i) + size(i) - 1, middle, 2)));
    }
    coco(
        "persons/person_keypoints.json",
        annotations,
        List.of(
            Map.of("id", 1, "name", "person", "keypoints", List.of("left_hand", "right_hand"))));
  }

  private void coco(String file, List<Object> annotations, List<Object> categories) {
    List<Object> images = new ArrayList<>();
    for (int i = 0; i < NAMES.length(); i++) {
      images.add(Map.of("id", i, "file_name", name(i), "width", SIDE, "height", SIDE));
    }
    Map<String, Object> all =
        Map.of("images", images, "annotations", annotations, "categories", categories);
    Fixtures.text(folder.resolve(file), Json.write(all));
  }
}
