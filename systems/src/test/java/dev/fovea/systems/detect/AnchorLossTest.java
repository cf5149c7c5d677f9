package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Facts;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.loss.MultiBoxLoss;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The loss of anchors as networks of one stage learn by it: answers of torchvision 0.29.1. */
final class AnchorLossTest {
  @TestFactory
  Stream<DynamicTest> hardNegatives() {
    return Facts.tests("matching", "ssd_loss", AnchorLossTest::ssd);
  }

  private static void ssd(Fact f) {
    Tensor logits = Facts.tensor(f.input("logits"));
    Tensor deltas = Facts.tensor(f.input("deltas"));
    int n = logits.shape().dim(0);
    int rows = logits.shape().dim(1);
    int width = 4 + logits.shape().dim(2);
    Tensor outputs = Tensor.zeros(Shape.of(n, rows, width));
    for (int i = 0; i < n * rows; i++) {
      System.arraycopy(deltas.data(), 4 * i, outputs.data(), width * i, 4);
      System.arraycopy(logits.data(), (width - 4) * i, outputs.data(), width * i + 4, width - 4);
    }
    AnchorTargets targets =
        new AnchorTargets(
            Facts.boxes(f.input("default_boxes")), BoxCode.weighted(), Matcher.ofDefaultBoxes());
    Tensor wanted = Tensor.zeros(targets.shape().prepend(n));
    for (int i = 0; i < n; i++) {
      Tensor one = targets.of(objects(f, i));
      System.arraycopy(one.data(), 0, wanted.data(), i * one.data().length, one.data().length);
    }
    AnchorLoss loss =
        new AnchorLoss(targets, new AnchorLoss.HardNegatives(new MultiBoxLoss(3, 0, 1)), 1);
    List<float[]> got =
        GraphNumbers.of(
            v -> loss.of(v.subList(0, 1), v.subList(1, 3)),
            outputs,
            wanted,
            Tensor.zeros(Shape.of(n, 1, 5)));
    double sum =
        VisionFacts.number(f.answer("box_loss")) + VisionFacts.number(f.answer("class_loss"));
    Facts.close(new double[] {got.get(0)[0]}, new double[] {sum}, f.tolerance());
    double[] boxes = Facts.flat(f.answer("d_deltas"));
    double[] classes = Facts.flat(f.answer("d_logits"));
    double[] expected = new double[outputs.data().length];
    double[] own = new double[expected.length];
    for (int i = 0; i < expected.length; i++) {
      int row = i / width;
      int at = i % width;
      expected[i] = at < 4 ? boxes[4 * row + at] : classes[(width - 4) * row + at - 4];
      own[i] = got.get(1)[i];
    }
    Facts.close(own, expected, f.tolerance());
  }

  private static List<Box> objects(Fact f, int picture) {
    double[][] boxes = VisionFacts.rows(VisionFacts.list(f.input("ground_truth")).get(picture));
    double[] labels = Facts.flat(VisionFacts.list(f.input("labels")).get(picture));
    List<Box> all = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      // The reference counts background as class 0.
      double[] b = boxes[i];
      all.add(new Box(b[0], b[1], b[2], b[3], (int) labels[i] - 1));
    }
    return all;
  }

  /** Without objects the three anchors that are told worst learn that there are none. */
  @Test
  void picturesWithoutObjectsAreLearnedFrom() {
    GridAnchors anchors =
        new GridAnchors(
            8, 8, List.of(new GridAnchors.Grid(2, 4, 4, 2, List.of(new GridAnchors.Size(4, 4)))));
    AnchorTargets targets =
        new AnchorTargets(anchors.boxes(), BoxCode.weighted(), Matcher.ofDefaultBoxes());
    AnchorLoss loss =
        new AnchorLoss(targets, new AnchorLoss.HardNegatives(MultiBoxLoss.usual()), 1);
    Tensor outputs = Tensor.zeros(Shape.of(1, 8, 7));
    for (int i = 0; i < 8; i++) {
      outputs.data()[7 * i + 5] = i;
    }
    Tensor wanted = targets.of(List.of());
    float[] gradient =
        GraphNumbers.of(
                v -> loss.of(v.subList(0, 1), v.subList(1, 3)),
                outputs,
                wanted.reshape(wanted.shape().prepend(1)),
                Tensor.zeros(Shape.of(1, 1, 5)))
            .get(1);
    for (int i = 0; i < 8; i++) {
      assertThat(gradient[7 * i + 5] != 0).as("anchor " + i).isEqualTo(i >= 5);
    }
  }
}
