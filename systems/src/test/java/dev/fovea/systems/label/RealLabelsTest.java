package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Preprocessing.Resize;
import dev.fovea.data.Sample;
import dev.fovea.data.SharedData;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sets that people use are read whole; the numbers are those of their descriptions. */
final class RealLabelsTest {
  private static final Preprocessing SMALL = Preprocessing.scaled(Shape.of(24, 32, 3));

  /** 364 pictures, 4,888 boxes of which two have no area; 205 + 87 to train on, 72 to test with. */
  @Test
  void bloodCells() {
    SharedData.find("bccd-detection")
        .ifPresent(dir -> {
          LabelSet set = LabelSets.read("voc", dir, List.of());
          assertThat(set.names().things()).containsExactly("Platelets", "RBC", "WBC");
          assertThat(set.objects()).isEqualTo(4886);
          assertThat(set.training()).hasSize(292);
          assertThat(set.testing()).hasSize(72);
          assertThat(set.problems().stream().map(p -> p.line().replace(dir + "/", "")))
              .containsExactly(
                  "Annotations/BloodImage_00338.xml, object 13: RBC: xmin 504 is not left of xmax 504:"
                      + " dropped",
                  "Annotations/BloodImage_00343.xml, object 4: RBC: xmin 181 is not left of xmax 181:"
                      + " dropped");
        });
  }

  @Test
  void cocoMini() {
    SharedData.find("coco-mini")
        .ifPresent(dir -> {
          LabelSet set = LabelSets.read("coco", dir, List.of());
          assertThat(set.pictures()).hasSize(51);
          assertThat(set.objects()).isEqualTo(546);
          assertThat(set.names().things()).hasSize(80).startsWith("person", "bicycle");
          assertLeftOut(set, "pictures that no label file names, left out: 86");
          LabelSet points = LabelSets.read("keypoints", dir, List.of());
          assertThat(points.objects()).isEqualTo(109);
          assertThat(points.names().skeleton().joints()).hasSize(17);
          assertThat(points.names().skeleton().mirrored()).startsWith(0, 2, 1, 4, 3);
          assertThat(points.names().skeleton().sigmas()).startsWith(0.026, 0.025);
          LabelSet texts = LabelSets.read("text", dir, List.of());
          assertThat(texts.pictures()).hasSize(111).allMatch(p -> p.texts().size() == 5);
          assertThat(texts.names().words()).hasSize(993);
          LabelSet panoptic = LabelSets.read("panoptic", dir, List.of());
          assertThat(panoptic.pictures()).hasSize(53);
          assertThat(panoptic.names().classes()).hasSize(133);
          assertThat(panoptic.names().things()).hasSize(80);
          assertLeftOut(
              panoptic,
              "pictures that no label file names, left out: 84",
              "maps of segments that no JSON file names, left out: 53");
          LabelSet yolo = LabelSets.read("yolo", dir, List.of());
          assertThat(yolo.pictures()).hasSize(137);
        });
  }

  /** Nothing is wrong but that some pictures have no labels of this kind. */
  private static void assertLeftOut(LabelSet set, String... texts) {
    assertThat(set.problems()).extracting(LabelProblem::text).containsExactly(texts);
  }

  /** A pixel's class, the object it belongs to and that object's class say the same. */
  @Test
  void panopticSamples() {
    SharedData.find("coco-mini")
        .ifPresent(dir -> {
          LabelSplit split =
              LabelSets.read("panoptic", dir, List.of())
                  .split(
                      LabelOptions.of(
                          SMALL.withResize(Resize.LETTERBOX),
                          Marking.BOXES,
                          Marking.INSTANCES,
                          Marking.MASK));
          int seen = 0;
          for (int i = 0; i < split.train().size(); i++) {
            Sample s = split.train().read(i, Seed.of(0));
            float[] objects = s.mark(Mark.Instances.class).orElseThrow().numbers().data();
            float[] classes = s.mark(Mark.Mask.class).orElseThrow().classes().data();
            var boxes = s.mark(Mark.Boxes.class).orElseThrow().boxes();
            for (int p = 0; p < objects.length; p++) {
              int number = (int) objects[p] - 1;
              if (number >= 0 && boxes.get(number).label() >= 0) {
                assertThat((int) classes[p]).isEqualTo(boxes.get(number).label());
                seen++;
              }
            }
          }
          assertThat(seen).isGreaterThan(2000);
        });
  }

  @Test
  void nuclei() {
    SharedData.find("nuclei-segmentation")
        .ifPresent(dir -> {
          LabelSet set = LabelSets.read("masks", dir, List.of());
          assertThat(set.pictures()).hasSize(670);
          assertThat(set.names().classes()).containsExactly("background", "foreground");
          assertThat(set.testing()).hasSize(134);
          assertThat(set.problems()).hasSize(1);
          assertThat(set.problems().get(0).line())
              .endsWith("as from scaling: from 128 on they are foreground");
        });
  }

  @Test
  void platesAndFaces() {
    SharedData.find("license-plates")
        .ifPresent(dir -> {
          LabelSplit split =
              LabelSets.read("text", dir, List.of())
                  .split(LabelOptions.of(Preprocessing.scaled(Shape.of(24, 94, 3)), Marking.TEXT));
          assertThat(split.train().size() + split.test().size()).isEqualTo(1000);
          List<Integer> tokens =
              split.test().read(0, Seed.of(0)).mark(Mark.Sequence.class).orElseThrow().tokens();
          StringBuilder plate = new StringBuilder();
          tokens.forEach(t -> plate.append(split.test().words().get(t)));
          assertThat(plate.toString()).isEqualTo("京PL3N67");
        });
    SharedData.find("london-faces")
        .ifPresent(dir -> {
          LabelSet set = LabelSets.read("keypoints", dir, List.of());
          assertThat(set.pictures()).hasSize(142);
          assertThat(set.names().skeleton().joints()).hasSize(189);
          assertLeftOut(set, "pictures that no label file names, left out: 102");
        });
  }
}
