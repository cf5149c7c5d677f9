package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Facts;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code yolo.json} of version 1: answers of darknet's C code. */
final class YoloV1FactsTest {
  private static final int SIDE = 1000;
  private static final int MOST = 3;

  @TestFactory
  Stream<DynamicTest> gradients() {
    return Facts.tests("yolo", "v1_", YoloV1FactsTest::gradient);
  }

  @TestFactory
  Stream<DynamicTest> detections() {
    return Facts.tests("yolo", "v1_", YoloV1FactsTest::detect);
  }

  private static YoloV1Grid grid(Fact f) {
    int side = (int) Facts.param(f, "grid");
    return new YoloV1Grid(
        side, side, (int) Facts.param(f, "boxes"), (int) Facts.param(f, "classes"));
  }

  /** Darknet has all classes, then all confidences, then all boxes; here each cell is a row. */
  private static Tensor cells(YoloV1Grid g, Object nested) {
    Tensor flat = Facts.tensor(nested);
    int n = flat.shape().dim(0);
    int cells = g.rows() * g.columns();
    Tensor rows = Tensor.zeros(Shape.of(n, cells, g.numbers()));
    int[] widths = {g.classes(), g.boxes(), 4 * g.boxes()};
    for (int i = 0; i < n; i++) {
      for (int cell = 0; cell < cells; cell++) {
        int from = i * cells * g.numbers();
        int to = (i * cells + cell) * g.numbers();
        for (int width : widths) {
          System.arraycopy(flat.data(), from + cell * width, rows.data(), to, width);
          from += cells * width;
          to += width;
        }
      }
    }
    return rows;
  }

  private static void gradient(Fact f) {
    YoloV1Grid g = grid(f);
    Tensor outputs = cells(g, f.input("outputs"));
    List<Object> truth = VisionFacts.list(f.input("truth"));
    Tensor wanted = Tensor.zeros(g.targetShape().prepend(truth.size()));
    for (int i = 0; i < truth.size(); i++) {
      List<Box> objects = new ArrayList<>();
      for (double[] t : VisionFacts.rows(truth.get(i))) {
        double w = t[3] / 2 * SIDE;
        double h = t[4] / 2 * SIDE;
        double x = t[1] * SIDE;
        double y = t[2] * SIDE;
        objects.add(new Box(x - w, y - h, x + w, y + h, (int) t[0]));
      }
      Tensor one = g.targets(objects, SIDE, SIDE);
      System.arraycopy(one.data(), 0, wanted.data(), i * one.data().length, one.data().length);
    }
    boolean rescores = Boolean.TRUE.equals(Json.member(f.params(), "rescore", f.name()));
    YoloV1Loss loss = new YoloV1Loss(g, rescores, MOST);
    Tensor unread = Tensor.zeros(Shape.of(truth.size(), MOST, 5));
    float[] got =
        GraphNumbers.of(v -> loss.of(v.subList(0, 1), v.subList(1, 3)), outputs, wanted, unread)
            .get(1);
    // Darknet's is the negative half of the gradient of the sum over samples.
    double[] own = new double[got.length];
    Arrays.setAll(own, i -> -got[i] * truth.size() / 2);
    double[] theirs = Facts.flat(Arrays.asList(box(cells(g, f.answer("minus_gradient")).data())));
    Facts.close(own, theirs, f.tolerance());
  }

  private static Object box(float[] numbers) {
    List<Object> all = new ArrayList<>();
    for (float x : numbers) {
      all.add((double) x);
    }
    return all;
  }

  private static void detect(Fact f) {
    YoloV1Grid g = grid(f);
    List<double[]> theirs = theirs(f);
    double least = theirs.stream().mapToDouble(t -> t[4]).min().orElse(1) - 1e-4;
    Candidates found = new Candidates();
    new YoloV1Decoder(g, 80, 100).decode(List.of(cells(g, f.input("outputs"))), 0, least, found);
    BoxArray boxes = found.boxes();
    assertThat(found.size()).isEqualTo(theirs.size());
    for (double[] t : theirs) {
      boolean there = false;
      for (int i = 0; i < found.size(); i++) {
        there |=
            found.classes()[i] == (int) t[5]
                && Math.abs(found.scores()[i] - t[4]) < f.tolerance()
                && Math.abs(boxes.centreX(i) - t[0]) < 1e-3
                && Math.abs(boxes.centreY(i) - t[1]) < 1e-3
                && Math.abs(boxes.width(i) - t[2]) < 1e-3
                && Math.abs(boxes.height(i) - t[3]) < 1e-3;
      }
      assertThat(there).as(Arrays.toString(t)).isTrue();
    }
  }

  private static List<double[]> theirs(Fact f) {
    List<double[]> all = new ArrayList<>();
    for (Map<String, Object> d : VisionFacts.objects(f.answer("detections_of_picture_0_100x80"))) {
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
