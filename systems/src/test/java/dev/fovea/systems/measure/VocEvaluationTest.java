package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.measure.Truth.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Average precision as PASCAL VOC's own evaluation counts it, in detectron2's Python. */
final class VocEvaluationTest {
  static List<Fact> pictures() {
    return VisionFacts.of("voc", "average precision");
  }

  static List<Fact> curves() {
    return VisionFacts.of("voc", "AP of a curve");
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void boxesAreCountedAsVocDoes(Fact fact) {
    double threshold = VisionFacts.number(fact.param("iou"));
    VocEvaluation measure = new VocEvaluation(List.of("cell"), threshold);
    for (Object image : VisionFacts.list(fact.input("images"))) {
      measure.add(
          of(fact, "ground_truth", image).map(VocEvaluationTest::truth).toList(),
          of(fact, "detections", image).map(VocEvaluationTest::found).toList());
    }
    VocResult result = measure.result();
    VocClass c = result.classes().get(0);
    check(result.allPoints(), fact, "ap_all_points");
    check(result.elevenPoints(), fact, "ap_11_points");
    check(c.recall(), fact, "recall");
    check(c.precision(), fact, "precision");
  }

  private static Stream<Map<String, Object>> of(Fact fact, String key, Object image) {
    return VisionFacts.objects(fact.input(key)).stream().filter(o -> image.equals(o.get("image")));
  }

  private static Truth truth(Map<String, Object> o) {
    Truth truth = Truth.of(box(o));
    return o.getOrDefault("difficult", 0L).equals(1L) ? truth.as(Role.DIFFICULT) : truth;
  }

  private static Found found(Map<String, Object> o) {
    double score = VisionFacts.number(Json.member(o, "score", "case"));
    return Found.of(0, score, Rectangle.of(box(o)));
  }

  /** VOC's boxes hold their first and their last pixel. */
  private static Box box(Map<String, Object> o) {
    double[] b = VisionFacts.numbers(Json.member(o, "box", "case"));
    return new Box(b[0] - 1, b[1] - 1, b[2], b[3], 0);
  }

  private static void check(double figure, Fact fact, String key) {
    assertThat(figure).isCloseTo(VisionFacts.number(fact.answer(key)), within(fact.tolerance()));
  }

  private static void check(List<Double> figures, Fact fact, String key) {
    double[] expected = VisionFacts.numbers(fact.answer(key));
    assertThat(figures.stream().mapToDouble(Double::doubleValue).toArray())
        .containsExactly(expected, within(fact.tolerance()));
  }

  @ParameterizedTest
  @MethodSource("curves")
  void areaUnderACurve(Fact fact) {
    double[] recall = VisionFacts.numbers(fact.input("recall"));
    double[] precision = VisionFacts.numbers(fact.input("precision"));
    check(AveragePrecision.allPoints(recall, precision), fact, "ap_all_points");
    check(AveragePrecision.elevenPoints(recall, precision), fact, "ap_11_points");
  }

  @Test
  void classesWithoutObjectsAreLeftOut() {
    VocEvaluation measure = new VocEvaluation(List.of("cell", "dot"));
    Truth cell = Truth.of(new Box(0, 0, 10, 10, 0));
    Rectangle there = new Rectangle(0, 0, 10, 10);
    VocResult result =
        measure
            .add(List.of(cell), List.of(Found.of(0, 0.9, there), Found.of(1, 0.9, there)))
            .result();
    assertThat(result.allPoints()).isEqualTo(1);
    assertThat(result.classes().get(1).allPoints()).isEqualTo(-1);
  }
}
