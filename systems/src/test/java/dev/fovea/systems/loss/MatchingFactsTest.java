package dev.fovea.systems.loss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.op.Value;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.Facts;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Proposals;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The losses, proposals and detections of {@code matching.json}: answers of torchvision 0.29.1. */
final class MatchingFactsTest {
  @TestFactory
  Stream<DynamicTest> proposalLoss() {
    return Facts.tests("matching", "rpn_loss", MatchingFactsTest::proposalLoss);
  }

  private static void proposalLoss(Fact f) {
    BoxArray anchors = Facts.boxes(f.input("anchors"));
    BoxArray objects = Facts.boxes(f.input("ground_truth"));
    int[] matches = Matcher.ofProposals().match(objects, anchors);
    int n = anchors.size();
    float[] labels = new float[n];
    for (int a = 0; a < n; a++) {
      labels[a] = matches[a] >= 0 ? 1 : matches[a] == Matcher.BACKGROUND ? 0 : -1;
    }
    Facts.close(labels, f.answer("labels"), 0);
    Tensor[] inputs = {
      Facts.tensor(f.input("objectness")).reshape(Shape.of(1, n)),
      Facts.tensor(f.input("deltas")).reshape(Shape.of(1, n, 4)),
      Tensor.of(Shape.of(1, n), labels),
      Tensor.of(Shape.of(1, n, 4), targets(BoxCode.plain(), anchors, objects, matches))
    };
    double beta = Facts.param(f, "beta");
    List<float[]> whether = GraphNumbers.of(v -> loss(v, beta).objectness(), inputs);
    Facts.close(whether.get(0), List.of(f.answer("objectness_loss")), f.tolerance());
    Facts.close(whether.get(1), f.answer("d_objectness"), f.tolerance());
    List<float[]> where = GraphNumbers.of(v -> loss(v, beta).boxes(), inputs);
    Facts.close(where.get(0), List.of(f.answer("box_loss")), f.tolerance());
    Facts.close(where.get(2), f.answer("d_deltas"), f.tolerance());
  }

  private static ProposalLoss loss(List<Value> v, double beta) {
    return ProposalLoss.of(v.get(0), v.get(1), v.get(2), v.get(3), beta);
  }

  private static float[] targets(BoxCode code, BoxArray anchors, BoxArray objects, int[] matches) {
    float[] targets = new float[4 * matches.length];
    for (int a = 0; a < matches.length; a++) {
      if (matches[a] >= 0) {
        code.encode(anchors, a, objects, matches[a], targets, 4 * a);
      }
    }
    return targets;
  }

  @TestFactory
  Stream<DynamicTest> regionLoss() {
    return Facts.tests("matching", "fast_rcnn_loss", MatchingFactsTest::regionLoss);
  }

  private static void regionLoss(Fact f) {
    Tensor[] inputs = {
      Facts.tensor(f.input("logits")),
      Facts.tensor(f.input("deltas")),
      Facts.tensor(f.input("labels")),
      Facts.tensor(f.input("targets"))
    };
    double beta = Facts.param(f, "beta");
    List<float[]> what = GraphNumbers.of(v -> regions(v, beta).classes(), inputs);
    Facts.close(what.get(0), List.of(f.answer("class_loss")), f.tolerance());
    Facts.close(what.get(1), f.answer("d_logits"), f.tolerance());
    List<float[]> where = GraphNumbers.of(v -> regions(v, beta).boxes(), inputs);
    Facts.close(where.get(0), List.of(f.answer("box_loss")), f.tolerance());
    Facts.close(where.get(2), f.answer("d_deltas"), f.tolerance());
  }

  private static RegionLoss regions(List<Value> v, double beta) {
    return RegionLoss.of(v.get(0), v.get(1), v.get(2), v.get(3), beta);
  }

  /** Regions that only fill the batch change nothing. */
  @Test
  void paddingWeighsNothing() {
    Tensor logits = Tensor.of(Shape.of(3, 2), 1, 2, 3, -1, 0.5f, 0.25f);
    Tensor deltas = Tensor.of(Shape.of(3, 8), new float[24]);
    Tensor targets = Tensor.full(Shape.of(3, 4), 1);
    float[] padded =
        GraphNumbers.of(
                v -> regions(v, 1).classes(),
                logits,
                deltas,
                Tensor.of(Shape.of(3), 1, 0, -1),
                targets)
            .get(0);
    double first = Math.log(1 + Math.exp(-1));
    double second = Math.log(1 + Math.exp(-4));
    Facts.close(padded, List.of((first + second) / 2), 1e-6);
  }

  @TestFactory
  Stream<DynamicTest> multiBoxLoss() {
    return Facts.tests("matching", "ssd_loss", MatchingFactsTest::multiBoxLoss);
  }

  private static void multiBoxLoss(Fact f) {
    BoxArray boxes = Facts.boxes(f.input("default_boxes"));
    List<Object> truth = Json.array(f.input("ground_truth"), f.name());
    List<Object> classes = Json.array(f.input("labels"), f.name());
    List<Object> matches = Json.array(f.answer("matches"), f.name());
    int pictures = truth.size();
    int n = boxes.size();
    Tensor labels = Tensor.zeros(Shape.of(pictures, n));
    Tensor targets = Tensor.zeros(Shape.of(pictures, n, 4));
    for (int i = 0; i < pictures; i++) {
      BoxArray objects = Facts.boxes(truth.get(i));
      int[] match = Matcher.ofDefaultBoxes().match(objects, boxes);
      assertThat(match).containsExactly(Facts.ints(matches.get(i)));
      int[] label = Facts.ints(classes.get(i));
      for (int a = 0; a < n; a++) {
        labels.data()[i * n + a] = match[a] >= 0 ? label[match[a]] : 0;
      }
      float[] own = targets(BoxCode.weighted(), boxes, objects, match);
      System.arraycopy(own, 0, targets.data(), 4 * i * n, own.length);
    }
    Tensor[] inputs = {
      Facts.tensor(f.input("logits")), Facts.tensor(f.input("deltas")), labels, targets
    };
    MultiBoxLoss loss =
        new MultiBoxLoss((int) Facts.param(f, "negatives_per_positive"), 0, Facts.param(f, "beta"));
    List<float[]> what = GraphNumbers.of(v -> parts(loss, v).classes(), inputs);
    Facts.close(what.get(0), List.of(f.answer("class_loss")), f.tolerance());
    Facts.close(what.get(1), f.answer("d_logits"), f.tolerance());
    List<float[]> where = GraphNumbers.of(v -> parts(loss, v).boxes(), inputs);
    Facts.close(where.get(0), List.of(f.answer("box_loss")), f.tolerance());
    Facts.close(where.get(2), f.answer("d_deltas"), f.tolerance());
  }

  private static MultiBoxLoss.Parts parts(MultiBoxLoss loss, List<Value> v) {
    return loss.of(v.get(0), v.get(1), v.get(2), v.get(3));
  }

  /** Of a picture without objects its hardest boxes count: −log softmax of (0, 2) and (0, 1). */
  @Test
  void picturesWithoutObjectsTeachThatThereIsNothing() {
    Tensor logits = Tensor.of(Shape.of(1, 3, 2), 0, 1, 5, 0, 0, 2);
    Tensor zeros = Tensor.zeros(Shape.of(1, 3, 4));
    MultiBoxLoss loss = new MultiBoxLoss(3, 2, 1);
    float[] got =
        GraphNumbers.of(
                v -> parts(loss, v).classes(), logits, zeros, Tensor.zeros(Shape.of(1, 3)), zeros)
            .get(0);
    double expected = Math.log(1 + Math.exp(1)) + Math.log(1 + Math.exp(2));
    Facts.close(got, List.of(expected), 1e-6);
  }

  @TestFactory
  Stream<DynamicTest> proposals() {
    return Facts.tests("matching", "rpn_proposals", MatchingFactsTest::proposals);
  }

  private static void proposals(Fact f) {
    Proposals rule =
        new Proposals(
            (int) Facts.param(f, "pre_nms"),
            (int) Facts.param(f, "post_nms"),
            Facts.param(f, "nms"),
            Facts.param(f, "min_size"));
    BoxArray boxes = Facts.boxes(f.input("boxes"));
    float[] logits = Facts.floats(f.input("objectness"));
    int[] levels = Facts.ints(f.input("per_level"));
    Proposals.Found found = rule.of(boxes, logits, levels, 100, 100);
    Facts.close(found.boxes().toArray(), Facts.flat(f.answer("boxes")), f.tolerance());
    float[] scores = found.scores().clone();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (1 / (1 + Math.exp(-scores[i])));
    }
    Facts.close(scores, f.answer("scores"), f.tolerance());
  }

  @TestFactory
  Stream<DynamicTest> detections() {
    return Facts.tests("matching", "rcnn_detections", MatchingFactsTest::detections);
  }

  private static void detections(Fact f) {
    Tensor logits = Facts.tensor(f.input("logits"));
    float[] p = logits.data().clone();
    int classes = logits.shape().dim(1);
    for (int row = 0; row < p.length; row += classes) {
      double[] e = new double[classes];
      for (int c = 0; c < classes; c++) {
        e[c] = Math.exp(p[row + c]);
      }
      for (int c = 0; c < classes; c++) {
        p[row + c] = (float) (e[c] / Arrays.stream(e).sum());
      }
    }
    ClassDetections rule =
        new ClassDetections(
            Facts.param(f, "score"), Facts.param(f, "nms"), (int) Facts.param(f, "most"), 1e-2);
    ClassDetections.Found found =
        rule.of(
            Facts.boxes(f.input("proposals")),
            p,
            Facts.floats(f.input("deltas")),
            BoxCode.weighted(),
            100,
            100);
    Facts.close(found.boxes().toArray(), Facts.flat(f.answer("boxes")), f.tolerance());
    Facts.close(found.scores(), f.answer("scores"), f.tolerance());
    assertThat(found.classes()).containsExactly(Facts.ints(f.answer("labels")));
  }
}
