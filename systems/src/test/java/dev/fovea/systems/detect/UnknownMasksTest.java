package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.op.Value;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.measure.CocoEvaluation;
import dev.fovea.systems.measure.CocoResult;
import dev.fovea.systems.measure.Truth;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object whose mask is not known is learned and measured by its box alone. */
final class UnknownMasksTest {
  private static final int SIDE = 16;
  private static final Box KNOWN = new Box(2, 2, 8, 8, 0);
  private static final Box UNKNOWN = new Box(6, 2, 14, 10, 0);

  @TempDir private Path dir;

  /** Two pictures, each with a square whose outline is known and a box with a mask too small. */
  private LabelSplit split() throws IOException {
    return split(UNKNOWN);
  }

  private LabelSplit split(Box unknown) throws IOException {
    List<String> images = new ArrayList<>();
    List<String> objects = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      Images.writePng(dir.resolve(i + ".png"), Tensor.zeros(Shape.of(SIDE, SIDE, 3)));
      images.add("{\"id\":%s,\"file_name\":\"%s.png\"}".formatted(i, i));
      objects.add(
          """
          {"id":%s,"image_id":%s,"category_id":1,"bbox":[2,2,6,6],
           "segmentation":[[2,2,8,2,8,8,2,8]]},
          {"id":%s,"image_id":%s,"category_id":1,"bbox":[%s,%s,%s,%s],
           "segmentation":{"size":[4,4],"counts":[8,8]}}
          """
              .formatted(
                  2 * i,
                  i,
                  2 * i + 1,
                  i,
                  unknown.left(),
                  unknown.top(),
                  unknown.right() - unknown.left(),
                  unknown.bottom() - unknown.top()));
    }
    Files.writeString(
        dir.resolve("labels.json"),
        "{\"images\":%s,\"categories\":[{\"id\":1,\"name\":\"cat\"}],\"annotations\":%s}"
            .formatted(images, objects));
    return LabelSets.open(
        "coco",
        dir,
        LabelOptions.of(
            Preprocessing.scaled(Shape.of(SIDE, SIDE, 3)), Marking.BOXES, Marking.INSTANCES));
  }

  /** The box of the one lies behind the mask of the other. */
  @Test
  void instancesSayWhoseMaskIsNotKnown() throws IOException {
    Sample sample = split().train().read(0, Seed.of(0));
    assertThat(sample.mark(Mark.Boxes.class).orElseThrow().boxes()).containsExactly(KNOWN, UNKNOWN);
    float[] numbers = sample.mark(Mark.Instances.class).orElseThrow().numbers().data();
    for (int i = 0; i < numbers.length; i++) {
      double x = i % SIDE + 0.5;
      double y = Math.floorDiv(i, SIDE) + 0.5;
      float behind = inside(UNKNOWN, x, y) ? -2 : 0;
      assertThat(numbers[i]).isEqualTo(inside(KNOWN, x, y) ? 1 : behind);
    }
  }

  private static boolean inside(Box b, double x, double y) {
    return x > b.left() && x < b.right() && y > b.top() && y < b.bottom();
  }

  /** One behind the mask of another is no object without pixels: a pixel says that it is there. */
  @Test
  void unknownMasksBehindOthersStayUnknown() throws IOException {
    Box hidden = new Box(3, 3, 6, 6, 0);
    Sample sample = split(hidden).train().read(0, Seed.of(0));
    Mark.Instances instances = sample.mark(Mark.Instances.class).orElseThrow();
    assertThat(instances.unknown()).containsExactly(2);
    List<Truth> objects = Truth.of(sample);
    assertThat(objects.get(0).mask().orElseThrow().area()).isEqualTo(35);
    assertThat(objects.get(1)).isEqualTo(Truth.of(hidden));
    Tensor numbers = instances.numbers().reshape(Shape.of(1, SIDE, SIDE));
    List<float[]> gradients = loss(numbers, row(KNOWN, 0), row(hidden, 1));
    assertThat(Arrays.copyOfRange(gradients.get(1), 16, 32)).containsOnly(0f);
  }

  /** The loss is that of the known object alone, and no map for the other has a gradient. */
  @Test
  void unknownMasksAreNotLearned() throws IOException {
    Tensor numbers =
        split().train().read(0, Seed.of(0)).mark(Mark.Instances.class).orElseThrow().numbers();
    Tensor instances = numbers.reshape(Shape.of(1, SIDE, SIDE));
    List<float[]> both = loss(instances, row(KNOWN, 0), row(UNKNOWN, 1));
    List<float[]> one = loss(instances, row(KNOWN, 0), new float[RegionSampler.NUMBERS]);
    assertThat(both.get(0)).containsExactly(one.get(0)).doesNotContain(0f);
    assertThat(both.get(1)).containsExactly(one.get(1));
    assertThat(Arrays.copyOfRange(both.get(1), 16, 32)).containsOnly(0f);
  }

  private static float[] row(Box b, int object) {
    float[] edges = {(float) b.left(), (float) b.top(), (float) b.right(), (float) b.bottom()};
    float[] row = Arrays.copyOf(edges, RegionSampler.NUMBERS);
    row[RegionSampler.LABEL] = 1;
    row[RegionSampler.OBJECT] = object;
    return row;
  }

  /** Returns the loss of two regions and its gradient by the logits. */
  private static List<float[]> loss(Tensor instances, float[] first, float[] second) {
    float[] rows = Arrays.copyOf(first, 2 * RegionSampler.NUMBERS);
    System.arraycopy(second, 0, rows, RegionSampler.NUMBERS, RegionSampler.NUMBERS);
    Tensor all = Tensor.of(Shape.of(1, 2, RegionSampler.NUMBERS), rows);
    float[] targets =
        GraphNumbers.result(v -> new RegionMasks(2, 4).of(v.get(0), v.get(1)), all, instances);
    return GraphNumbers.of(
        v -> new RegionMaskLoss().of(List.of(Value.constant(all), v.get(0), v.get(1)), List.of()),
        Tensor.full(Shape.of(1, 2, 4, 4, 1), 0.5f),
        Tensor.of(Shape.of(1, 2, 4, 4), targets));
  }

  /** Of the unknown object neither what is found in its box counts nor that nothing is. */
  @Test
  void unknownMasksAreNeitherFoundNorMissed() throws IOException {
    LabelSplit split = split();
    for (boolean found : new boolean[] {true, false}) {
      CocoEvaluation evaluation = CocoEvaluation.masks(List.of("cat"));
      List<Detection> detections = new ArrayList<>(List.of(detection(KNOWN, 0.8)));
      if (found) {
        detections.add(detection(new Box(9, 3, 12, 6, 0), 0.9));
        detections.add(detection(new Box(10, 3, 13, 6, 0), 0.9));
      }
      MaskPrecision.add(evaluation, split.test().labels(0), detections);
      CocoResult result = evaluation.result();
      assertThat(result.ap()).isCloseTo(1, within(1e-9));
      assertThat(result.classes().get(0).objects()).isEqualTo(1);
    }
  }

  private static Detection detection(Box box, double score) {
    RegionMask mask = new RegionMask(box, Tensor.full(Shape.of(4, 4), 1));
    return new Detection(box, "cat", score, Optional.of(mask));
  }
}
