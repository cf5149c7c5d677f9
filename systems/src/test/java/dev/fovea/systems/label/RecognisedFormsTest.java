package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of each form is recognised, and none of its labels is lost. */
final class RecognisedFormsTest {
  private static final String OBJECTS =
      """
      {"images":[{"id":1,"file_name":"a.png"}],
       "categories":[{"id":1,"name":"cat"}],
       "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,3,2]}]}
      """;

  private static final String SEGMENTS =
      """
      {"images":[{"id":1,"file_name":"a.png"}],
       "categories":[{"id":1,"name":"cat","isthing":1},{"id":2,"name":"sky","isthing":0}],
       "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[
         {"id":7,"category_id":1},{"id":9,"category_id":2}]}]}
      """;

  @TempDir private Path dir;

  private void write(String name, String text) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Writes a picture of 12 × 12 pixels whose first four rows are one colour, the rest another. */
  private void picture(String name, float[] first, float[] rest) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    int channels = first.length;
    Tensor picture = Tensor.zeros(Shape.of(12, 12, channels));
    for (int i = 0; i < picture.data().length; i++) {
      picture.data()[i] = (i < 4 * 12 * channels ? first : rest)[i % channels];
    }
    Images.writePng(file, picture);
  }

  private void picture(String name) throws IOException {
    picture(name, new float[] {10, 20, 30}, new float[] {40, 50, 60});
  }

  private void segments(String name) throws IOException {
    picture(name, new float[] {7, 0, 0}, new float[] {9, 0, 0});
  }

  private void assertRecognised(String form) {
    assertThat(LabelSets.recognise(dir)).isEqualTo(form);
    assertThat(LabelSets.guess(dir)).contains(form);
    LabelSet set = LabelSets.read(form, dir, List.of());
    assertThat(set.problems()).isEmpty();
    assertThat(set.objects()).isEqualTo(1);
  }

  @Test
  void voc() throws IOException {
    picture("JPEGImages/a.png");
    write(
        "Annotations/a.xml",
        "<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax>"
            + "<ymax>4</ymax></bndbox></object></annotation>");
    assertRecognised("voc");
  }

  @Test
  void coco() throws IOException {
    picture("images/a.png");
    write("labels.json", OBJECTS);
    assertRecognised("coco");
  }

  @Test
  void yolo() throws IOException {
    picture("images/a.png");
    write("labels/a.txt", "0 0.5 0.5 0.25 0.25\n");
    write("data.yaml", "names: [cat]\n");
    assertRecognised("yolo");
  }

  @Test
  void masks() throws IOException {
    picture("images/a.png");
    picture("masks/a.png", new float[] {1}, new float[] {0});
    assertRecognised("masks");
  }

  @Test
  void keyPoints() throws IOException {
    picture("a.png");
    write("points.csv", "file,x0,y0,x1,y1\na.png,3,4,10,11\n");
    assertRecognised("keypoints");
  }

  @Test
  void panoptic() throws IOException {
    picture("images/a.png");
    segments("panoptic/a.png");
    write("panoptic.json", SEGMENTS);
    assertRecognised("panoptic");
    assertThatThrownBy(() -> LabelSets.read("coco", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir
                + ": no JSON file of COCO's form, with images and annotations; those of segments"
                + " are read as panoptic");
  }

  /** The JSON file may have any name, and COCO's own folders look like those of masks. */
  @Test
  void panopticAsCocoPacksIt() throws IOException {
    picture("val/a.png");
    segments("annotations/panoptic_val/a.png");
    write("annotations/segments_val.json", SEGMENTS);
    assertRecognised("panoptic");
  }

  /** Objects are what most networks learn; the maps of segments are read where they are named. */
  @Test
  void objectsBesideSegments() throws IOException {
    picture("images/a.png");
    segments("panoptic/a.png");
    write("panoptic.json", SEGMENTS);
    write("labels.json", OBJECTS);
    assertRecognised("coco");
    assertThat(LabelSets.read("panoptic", dir, List.of()).objects()).isEqualTo(1);
  }
}
