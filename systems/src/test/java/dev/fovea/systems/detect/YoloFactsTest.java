package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Target;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Facts;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.box.OverlapLoss;
import dev.fovea.systems.detect.GridAnchors.Grid;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code yolo.json} of version 3: answers of darknet's C code. */
final class YoloFactsTest {
  private static final int MOST = 4;

  @TestFactory
  Stream<DynamicTest> gradients() {
    return Facts.tests("yolo", "v3_", YoloFactsTest::gradient);
  }

  @TestFactory
  Stream<DynamicTest> detections() {
    return Facts.tests("yolo", "v3_", YoloFactsTest::detect);
  }

  @TestFactory
  Stream<DynamicTest> letterBoxes() {
    return Facts.tests("yolo", "letterbox_darknet_", YoloFactsTest::letterBox);
  }

  private static void letterBox(Fact f) {
    int[] picture = Facts.ints(f.input("picture"));
    int[] net = Facts.ints(f.input("net"));
    Placement placement =
        Placement.of(
            Preprocessing.Resize.DARKNET,
            new Placement.Size(picture[0], picture[1]),
            new Placement.Size(net[0], net[1]));
    assertThat((long) placement.scaled().width()).isEqualTo(f.answer("width"));
    assertThat((long) placement.scaled().height()).isEqualTo(f.answer("height"));
    assertThat((long) placement.left()).isEqualTo(f.answer("left"));
    assertThat((long) placement.top()).isEqualTo(f.answer("top"));
  }

  /** Darknet's sides are anchor · exp(t), with no limit: here 2 · e⁵ and 3 · e⁶. */
  @Test
  void sidesMayBeManyTimesTheAnchors() {
    Grid cell = new Grid(1, 1, 32, 32, List.of(new Size(2, 3)));
    YoloDecoder decoder = new YoloDecoder(new GridAnchors(32, 32, List.of(cell)), 1, 1);
    Candidates found = new Candidates();
    Tensor row = Tensor.of(Shape.of(1, 1, 6), 0, 0, 5, 6, 9, 9);
    decoder.decode(List.of(row), 0, 0.5, found);
    assertThat(found.boxes().width(0)).isCloseTo(2 * Math.exp(5), within(1e-3));
    assertThat(found.boxes().height(0)).isCloseTo(3 * Math.exp(6), within(1e-3));
  }

  /**
   * A side that is far too large is pulled back: an object of half the picture is learned by an
   * anchor of 2×2 pixels, whose box is told e⁵ times as high and as wide, and shrinks.
   */
  @Test
  void sidesFarFromTheAnchorsAreLearned() {
    Grid cell = new Grid(1, 1, 32, 32, List.of(new Size(2, 2)));
    YoloBoxes boxes = new YoloBoxes(new GridAnchors(32, 32, List.of(cell)), 1);
    Tensor rows = Tensor.of(Shape.of(1, 1, 4), 0, 0, 5, 5);
    Tensor object = Tensor.of(Shape.of(1, 1, 4), 8, 8, 24, 24);
    List<float[]> got =
        GraphNumbers.of(
            v -> OverlapLoss.of(Overlap.CIOU, boxes.decode(v.get(0)), v.get(1)), rows, object);
    assertThat(got.get(1)[2]).isPositive();
    assertThat(got.get(1)[3]).isPositive();
    float[] told = GraphNumbers.result(v -> boxes.decode(v.get(0)), rows);
    assertThat((double) told[2] - told[0]).isCloseTo(2 * Math.exp(5), within(1e-3));
  }

  /** A layer of a case, and the anchors that answer elsewhere on a map of one cell. */
  private record Layer(GridAnchors anchors, int rows, int classes) {
    static Layer of(Fact f) {
      int[] cells = Facts.ints(Json.member(f.params(), "cells", f.name()));
      int[] net = Facts.ints(Json.member(f.params(), "net", f.name()));
      int[] mask = Facts.ints(Json.member(f.params(), "mask", f.name()));
      double[] sides = Facts.flat(Json.member(f.params(), "anchors", f.name()));
      List<Size> own = new ArrayList<>();
      List<Size> others = new ArrayList<>();
      for (int i = 0; i < sides.length / 2; i++) {
        int anchor = i;
        boolean here = Arrays.stream(mask).anyMatch(m -> m == anchor);
        (here ? own : others).add(new Size(sides[2 * i], sides[2 * i + 1]));
      }
      List<Grid> maps = new ArrayList<>();
      maps.add(
          new Grid(
              cells[0], cells[1], (double) net[0] / cells[0], (double) net[1] / cells[1], own));
      if (!others.isEmpty()) {
        maps.add(new Grid(1, 1, net[0], net[1], others));
      }
      int classes = (int) Facts.param(f, "classes");
      return new Layer(
          new GridAnchors(net[0], net[1], maps), cells[0] * cells[1] * own.size(), classes);
    }

    /** Returns outputs of this layer followed by zeros of the other map. */
    Tensor all(Tensor channelsFirst) {
      Tensor own = Facts.channelsLast(channelsFirst);
      int n = own.shape().dim(0);
      int width = 5 + classes;
      Tensor all = Tensor.zeros(Shape.of(n, anchors.count(), width));
      for (int i = 0; i < n; i++) {
        System.arraycopy(
            own.data(), i * rows * width, all.data(), i * anchors.count() * width, rows * width);
      }
      return all;
    }
  }

  private static List<Box> objects(Object truth, int[] net) {
    List<Box> boxes = new ArrayList<>();
    for (double[] t : VisionFacts.rows(truth)) {
      double x = t[1] * net[1];
      double y = t[2] * net[0];
      double w = t[3] * net[1] / 2;
      double h = t[4] * net[0] / 2;
      boxes.add(new Box(x - w, y - h, x + w, y + h, (int) t[0]));
    }
    return boxes;
  }

  private static void gradient(Fact f) {
    Layer layer = Layer.of(f);
    Tensor logits = layer.all(Facts.tensor(f.input("logits")));
    List<Object> truth = VisionFacts.list(f.input("truth"));
    YoloTargets targets = new YoloTargets(layer.anchors, layer.classes, 1);
    Tensor rows = Tensor.zeros(logits.shape());
    Tensor present = Tensor.zeros(Shape.of(truth.size(), MOST, 5));
    int count = 0;
    for (int i = 0; i < truth.size(); i++) {
      List<Box> objects =
          objects(truth.get(i), Facts.ints(Json.member(f.params(), "net", f.name())));
      Tensor one = targets.of(objects);
      System.arraycopy(one.data(), 0, rows.data(), i * one.data().length, one.data().length);
      new Mark.Boxes(objects).write(Target.boxes(MOST, 0).shape(), present.data(), i * MOST * 5);
      count += objects.size();
    }
    YoloLoss loss =
        new YoloLoss(targets, 1, Facts.param(f, "ignore"), YoloLoss.Boxes.COORDINATES, MOST);
    float[] got =
        GraphNumbers.of(v -> loss.of(v.subList(0, 1), v.subList(1, 3)), logits, rows, present)
            .get(1);
    Tensor expected = layer.all(Facts.tensor(f.answer("minus_gradient")));
    int width = 5 + layer.classes;
    for (int i = 0; i < got.length; i++) {
      if (i / width % layer.anchors.count() < layer.rows) {
        double wanted = expected.data()[i];
        assertThat(-got[i] * Math.max(1, count))
            .as("number %s of row %s", i % width, i / width)
            .isCloseTo((float) wanted, org.assertj.core.data.Offset.offset(2e-4f));
      }
    }
  }

  /** What darknet finds in a picture is in its pixels; here the letter box is put on it. */
  private static void detect(Fact f) {
    Layer layer = Layer.of(f);
    Tensor logits = layer.all(Facts.tensor(f.input("logits")));
    double least = Facts.param(f, "threshold");
    Candidates found = new Candidates();
    new YoloDecoder(layer.anchors, layer.classes, 1).decode(List.of(logits), 0, least, found);
    int[] net = Facts.ints(Json.member(f.params(), "net", f.name()));
    int[] picture = Facts.ints(Json.member(f.params(), "picture", f.name()));
    boolean wide = (double) net[1] / picture[1] < (double) net[0] / picture[0];
    int width = wide ? net[1] : picture[1] * net[0] / picture[0];
    int height = wide ? picture[0] * net[1] / picture[1] : net[0];
    List<double[]> own = new ArrayList<>();
    BoxArray boxes = found.boxes();
    for (int i = 0; i < found.size(); i++) {
      own.add(
          new double[] {
            (boxes.centreX(i) - (net[1] - width) / 2.0) * picture[1] / width,
            (boxes.centreY(i) - (net[0] - height) / 2.0) * picture[0] / height,
            boxes.width(i) * picture[1] / width,
            boxes.height(i) * picture[0] / height,
            found.scores()[i],
            found.classes()[i]
          });
    }
    // Rows of the other map are zeros and score a quarter.
    List<double[]> theirs = theirs(f);
    assertThat(own).hasSameSizeAs(theirs);
    for (double[] t : theirs) {
      assertThat(own).as(Arrays.toString(t)).anySatisfy(o -> Facts.close(o, t, f.tolerance()));
    }
  }

  private static List<double[]> theirs(Fact f) {
    List<double[]> all = new ArrayList<>();
    for (Map<String, Object> d : VisionFacts.objects(f.answer("detections_of_picture_0"))) {
      double[] box = Facts.flat(Json.member(d, "box_xywh_centre", f.name()));
      double[] p = Facts.flat(Json.member(d, "probabilities", f.name()));
      for (int c = 0; c < p.length; c++) {
        if (p[c] > 0) {
          all.add(new double[] {box[0], box[1], box[2], box[3], p[c], c});
        }
      }
    }
    return all;
  }
}
