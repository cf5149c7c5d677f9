package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures, masks and maps that belong to nothing are counted, not passed over. */
final class LeftOutPicturesTest {
  @TempDir private Path dir;

  private void picture(String name, int channels) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Images.writePng(file, Tensor.full(Shape.of(8, 8, channels), 1));
  }

  private void pictures(String... names) throws IOException {
    for (String name : names) {
      picture(name, 3);
    }
  }

  private List<String> lines(String form) {
    return LabelSets.read(form, dir, List.of()).problems().stream()
        .map(p -> p.line().replace(dir + "/", ""))
        .toList();
  }

  @Test
  void masks() throws IOException {
    pictures("images/a.png", "images/b.png");
    picture("masks/a.png", 1);
    picture("masks/c.png", 1);
    picture("masks/d.png", 1);
    assertThat(lines("masks"))
        .containsExactly(
            "images/b.png: pictures without a mask, left out: 1",
            "masks/c.png: masks without a picture, left out: 2");
  }

  @Test
  void coco() throws IOException {
    pictures("images/a.png", "images/b.png", "images/c.png", "annotations/maps/a.png");
    Files.writeString(
        dir.resolve("labels.json"),
        """
        {"images":[{"id":1,"file_name":"b.png"}],
         "categories":[{"id":1,"name":"cat"}],"annotations":[]}
        """);
    assertThat(lines("coco"))
        .containsExactly("images/a.png: pictures that no label file names, left out: 2");
  }

  @Test
  void panoptic() throws IOException {
    pictures("images/a.png", "images/b.png", "images/c.png", "panoptic/a.png", "panoptic/b.png");
    Files.writeString(
        dir.resolve("panoptic.json"),
        """
        {"images":[{"id":1,"file_name":"a.png"},{"id":2,"file_name":"b.png"}],
         "categories":[{"id":1,"name":"cat"}],
         "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[
           {"id":65793,"category_id":1}]}]}
        """);
    assertThat(lines("panoptic"))
        .containsExactly(
            "images/b.png: pictures without an annotation, left out: 1",
            "images/c.png: pictures that no label file names, left out: 1",
            "panoptic/b.png: maps of segments that no JSON file names, left out: 1");
  }

  /** A map of segments is no picture, though it has the name of one and comes before it. */
  @Test
  void mapsAreNoPictures() throws IOException {
    pictures("panoptic/a.png", "val/a.png");
    Files.writeString(
        dir.resolve("labels.json"),
        """
        {"images":[{"id":1,"file_name":"a.png"}],
         "categories":[{"id":1,"name":"cat"}],"annotations":[]}
        """);
    assertThat(LabelSets.read("coco", dir, List.of()).pictures())
        .extracting(LabelledPicture::file)
        .containsExactly(dir.resolve("val/a.png"));
  }

  /** A folder around those of pictures may have any name. */
  @Test
  void picturesWithinAFolderOfThatNameAreNoMaps() throws IOException {
    pictures("panoptic-street/images/a.png", "panoptic-street/panoptic/val/a.png");
    Files.writeString(
        dir.resolve("labels.json"),
        """
        {"images":[{"id":1,"file_name":"a.png"}],
         "categories":[{"id":1,"name":"cat"}],"annotations":[]}
        """);
    LabelSet set = LabelSets.read("coco", dir, List.of());
    assertThat(set.problems()).isEmpty();
    assertThat(set.pictures())
        .extracting(LabelledPicture::file)
        .containsExactly(dir.resolve("panoptic-street/images/a.png"));
  }

  @Test
  void tables() throws IOException {
    pictures("a.png", "b.png", "c.png");
    Files.writeString(dir.resolve("points.csv"), "file,x0,y0\nb.png,3,4\n");
    assertThat(lines("keypoints"))
        .containsExactly("a.png: pictures that no label file names, left out: 2");
    Files.writeString(dir.resolve("points.csv"), "file,text\nb.png,x\nc.png,y\n");
    assertThat(lines("text"))
        .containsExactly("a.png: pictures that no label file names, left out: 1");
  }
}
