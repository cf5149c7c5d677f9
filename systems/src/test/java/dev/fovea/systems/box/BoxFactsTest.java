package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.op.Value;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code boxes.json}: answers of torchvision 0.29.1. */
final class BoxFactsTest {
  @TestFactory
  Stream<DynamicTest> overlaps() {
    return Facts.tests("boxes", "iou_", BoxFactsTest::overlap);
  }

  private static void overlap(Fact f) {
    BoxArray a = Facts.boxes(f.input("a"));
    BoxArray b = Facts.boxes(f.input("b"));
    for (Map.Entry<String, Object> answer : f.expected().entrySet()) {
      Overlap overlap = Overlap.valueOf(answer.getKey().toUpperCase(Locale.ROOT));
      double[] got =
          f.name().equals("iou_by_hand")
              ? pairs(overlap, a, b)
              : Arrays.stream(overlap.of(a, b)).flatMapToDouble(Arrays::stream).toArray();
      // 0/0 is defined as 0.
      double[] expected =
          Arrays.stream(Facts.flat(answer.getValue())).map(v -> Double.isNaN(v) ? 0 : v).toArray();
      Facts.close(got, expected, f.tolerance());
    }
  }

  private static double[] pairs(Overlap overlap, BoxArray a, BoxArray b) {
    double[] all = new double[a.size()];
    Arrays.setAll(all, i -> overlap.of(a, i, b, i));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return Stream.of(Overlap.GIOU, Overlap.DIOU, Overlap.CIOU)
        .flatMap(o -> Facts.tests("boxes", name(o) + "_loss", f -> loss(o, f)));
  }

  private static String name(Overlap o) {
    return o.name().toLowerCase(Locale.ROOT);
  }

  private static void loss(Overlap overlap, Fact f) {
    List<float[]> got =
        GraphNumbers.of(
            v -> OverlapLoss.of(overlap, v.get(0), v.get(1)),
            Facts.tensor(f.input("a")),
            Facts.tensor(f.input("b")));
    Facts.close(got.get(0), f.answer("loss"), f.tolerance());
    Facts.close(got.get(1), f.answer("gradient_a"), f.tolerance());
  }

  @TestFactory
  Stream<DynamicTest> suppression() {
    return Facts.tests("boxes", "nms_", BoxFactsTest::suppress);
  }

  private static void suppress(Fact f) {
    Suppression above = Suppression.above(Facts.param(f, "iou_threshold"));
    int[] keep = above.keep(Facts.boxes(f.input("boxes")), Facts.floats(f.input("scores")));
    assertThat(keep).containsExactly(Facts.ints(f.answer("keep")));
  }

  @TestFactory
  Stream<DynamicTest> suppressionPerClass() {
    return Facts.tests("boxes", "batched_nms_", BoxFactsTest::suppressPerClass);
  }

  private static void suppressPerClass(Fact f) {
    int[] keep =
        Suppression.above(Facts.param(f, "iou_threshold"))
            .keep(
                Facts.boxes(f.input("boxes")),
                Facts.floats(f.input("scores")),
                Facts.ints(f.input("classes")));
    assertThat(keep).containsExactly(Facts.ints(f.answer("keep")));
  }

  @TestFactory
  Stream<DynamicTest> clipping() {
    return Facts.tests(
        "boxes",
        "clip_boxes",
        f -> {
          BoxArray clipped =
              Facts.boxes(f.input("boxes")).clip(Facts.param(f, "height"), Facts.param(f, "width"));
          Facts.close(clipped.toArray(), Facts.flat(f.answer("boxes")), f.tolerance());
        });
  }

  @TestFactory
  Stream<DynamicTest> smallBoxes() {
    return Facts.tests(
        "boxes",
        "remove_small",
        f ->
            assertThat(Facts.boxes(f.input("boxes")).atLeast(Facts.param(f, "min_size")))
                .containsExactly(Facts.ints(f.answer("keep"))));
  }

  @TestFactory
  Stream<DynamicTest> encoding() {
    return Facts.tests(
        "boxes",
        "encode_",
        f ->
            Facts.close(
                code(f)
                    .encode(
                        Facts.boxes(f.input("proposals")), Facts.boxes(f.input("ground_truth"))),
                f.answer("deltas"),
                f.tolerance()));
  }

  private static BoxCode code(Fact f) {
    double[] w = Facts.flat(Json.member(f.params(), "weights", f.name()));
    return new BoxCode(w[0], w[1], w[2], w[3], BoxCode.LIMIT);
  }

  @TestFactory
  Stream<DynamicTest> decoding() {
    return Facts.tests("boxes", "decode_seed", BoxFactsTest::decode);
  }

  private static void decode(Fact f) {
    BoxArray anchors = Facts.boxes(f.input("proposals"));
    float[] deltas = Facts.floats(f.input("deltas"));
    double[] expected = Facts.flat(f.answer("boxes"));
    Facts.close(code(f).decode(anchors, deltas).toArray(), expected, f.tolerance());
    Value fixed = Value.constant(anchors.toTensor());
    List<float[]> graph =
        GraphNumbers.of(v -> code(f).decode(fixed, v.get(0)), Facts.tensor(f.input("deltas")));
    Facts.close(graph.get(0), f.answer("boxes"), f.tolerance());
  }

  @TestFactory
  Stream<DynamicTest> decodingPerClass() {
    return Facts.tests("boxes", "decode_per_class", BoxFactsTest::decodePerClass);
  }

  private static void decodePerClass(Fact f) {
    BoxArray anchors = Facts.boxes(f.input("proposals"));
    Tensor deltas = Facts.tensor(f.input("deltas"));
    int n = anchors.size();
    int classes = deltas.shape().dim(1) / 4;
    Value each = Value.constant(Tensor.of(Shape.of(n, 1, 4), anchors.toTensor().data()));
    Shape perClass = Shape.of(n, classes, 4);
    List<float[]> graph =
        GraphNumbers.of(v -> code(f).decode(each, v.get(0).reshape(perClass)), deltas);
    Facts.close(graph.get(0), f.answer("boxes"), f.tolerance());
    double[] got = new double[4 * n * classes];
    for (int i = 0; i < n * classes; i++) {
      code(f).decode(anchors, i / classes, deltas.data(), 4 * i, got, 4 * i);
    }
    Facts.close(got, Facts.flat(f.answer("boxes")), f.tolerance());
  }

  /** torchvision names the last pixel; here boxes end behind it, and an empty mask has no pixel. */
  @TestFactory
  Stream<DynamicTest> boxesOfMasks() {
    return Facts.tests(
        "boxes",
        "masks_to_boxes",
        f -> {
          List<Object> masks = Json.array(f.input("masks"), f.name());
          double[] expected = Facts.flat(f.answer("boxes"));
          for (int i = 0; i < masks.size(); i++) {
            double[] box = Arrays.copyOfRange(expected, 4 * i, 4 * i + 4);
            Tensor mask = Facts.tensor(masks.get(i));
            boolean any = Arrays.stream(Facts.flat(masks.get(i))).anyMatch(v -> v != 0);
            box[2] += any ? 1 : 0;
            box[3] += any ? 1 : 0;
            assertThat(BoxArray.around(mask)).isEqualTo(BoxArray.of(box));
          }
        });
  }
}
