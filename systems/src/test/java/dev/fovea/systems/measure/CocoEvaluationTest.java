package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Average precision as pycocotools 2.0.11 counts it. */
final class CocoEvaluationTest {
  static List<Fact> boxes() {
    return VisionFacts.of("coco", "COCO mean average precision, boxes");
  }

  static List<Fact> masks() {
    return VisionFacts.of("coco", "COCO mean average precision, masks");
  }

  static List<Fact> keyPoints() {
    return VisionFacts.of("coco", "COCO average precision of key points");
  }

  @ParameterizedTest
  @MethodSource("boxes")
  void boxesAreCountedAsCocoDoes(Fact fact) {
    Integer[] limits =
        Arrays.stream(VisionFacts.numbers(fact.param("max_detections")))
            .mapToObj(m -> (int) m)
            .toArray(Integer[]::new);
    CocoEvaluation measure = CocoEvaluation.boxes(CocoCases.names(fact)).withLimits(limits);
    CocoResult result = CocoCases.add(fact, measure).result();
    switch (fact.name()) {
      // There the number 0 of an object means "not matched": its finder is false.
      case "annotation_id_0" -> assertThat(result.ap()).isEqualTo(1, within(1e-9));
      // There AP is printed for a limit of 100 only.
      case "max_detections_500" -> {
        checkFigures(fact, result, List.of("AP"));
        assertThat(result.ap()).isEqualTo(1, within(1e-9));
      }
      default -> {
        checkFigures(fact, result, List.of());
        checkClasses(fact, result);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("masks")
  void masksAreCountedAsCocoDoes(Fact fact) {
    CocoEvaluation measure = CocoEvaluation.masks(CocoCases.names(fact));
    CocoResult result = CocoCases.add(fact, measure).result();
    checkFigures(fact, result, List.of());
    checkClasses(fact, result);
  }

  @ParameterizedTest
  @MethodSource("keyPoints")
  void keyPointsAreCountedAsCocoDoes(Fact fact) {
    CocoEvaluation measure = CocoEvaluation.keyPoints(List.of("person"), sigmas(fact));
    checkFigures(fact, CocoCases.add(fact, measure).result(), List.of());
  }

  private static KeyPointSimilarity sigmas(Fact fact) {
    double[] sigmas = VisionFacts.numbers(fact.param("sigmas"));
    return new KeyPointSimilarity(Arrays.stream(sigmas).boxed().toList());
  }

  /** The names of the figures hold the limits; the last is called 100 in the cases. */
  private static void checkFigures(Fact fact, CocoResult result, List<String> but) {
    Map<String, Object> stats = Json.object(fact.answer("stats"), fact.name());
    List<Object> values = List.copyOf(stats.values());
    List<Double> figures = List.copyOf(result.figures().values());
    assertThat(figures).hasSameSizeAs(values);
    int i = 0;
    for (String name : stats.keySet()) {
      if (!but.contains(name)) {
        assertThat(figures.get(i))
            .as(name)
            .isCloseTo(VisionFacts.number(values.get(i)), within(fact.tolerance()));
      }
      i++;
    }
  }

  private static void checkClasses(Fact fact, CocoResult result) {
    Map<String, Object> expected = Json.object(fact.answer("per_category"), fact.name());
    for (CocoClass c : result.classes()) {
      Map<String, Object> figures =
          Json.object(Json.member(expected, c.label(), fact.name()), c.label());
      double[] all = {c.ap(), c.ap50(), c.ap75(), c.recall50()};
      String[] names = {"AP", "AP50", "AP75", "recall50"};
      for (int i = 0; i < all.length; i++) {
        double answer = VisionFacts.number(Json.member(figures, names[i], fact.name()));
        assertThat(all[i])
            .as(c.label() + " " + names[i])
            .isCloseTo(answer, within(fact.tolerance()));
      }
    }
  }

  /** The similarities that the cases give for pairs, detections by falling score. */
  @ParameterizedTest
  @MethodSource("keyPoints")
  void similaritiesAreThoseOfCoco(Fact fact) {
    KeyPointSimilarity similarity = sigmas(fact);
    Map<String, Object> expected = Json.object(fact.answer("oks"), fact.name());
    expected.forEach((image, rows) -> {
      List<Truth> truth = truth(fact, image);
      List<Found> found = found(fact, image);
      double[][] answers = VisionFacts.rows(rows);
      for (int i = 0; i < answers.length; i++) {
        for (int j = 0; j < answers[i].length; j++) {
          assertThat(similarity.of(found.get(i), truth.get(j)))
              .isCloseTo(answers[i][j], within(fact.tolerance()));
        }
      }
    });
  }

  private static List<Truth> truth(Fact fact, String image) {
    return VisionFacts.objects(fact.input("ground_truth")).stream()
        .filter(o -> image.equals(String.valueOf(o.get("image_id"))))
        .map(o -> CocoCases.truth(o, List.of(1L)))
        .toList();
  }

  private static List<Found> found(Fact fact, String image) {
    return VisionFacts.objects(fact.input("detections")).stream()
        .filter(o -> image.equals(String.valueOf(o.get("image_id"))))
        .map(o -> CocoCases.found(o, List.of(1L)))
        .sorted(Comparator.comparingDouble(f -> -f.score()))
        .toList();
  }

  @Test
  void similarityByHand() {
    Fact fact = VisionFacts.of("coco", "object key point similarity of one pair").get(0);
    Truth truth =
        Truth.of(new Box(0, 0, 50, 40, 0, CocoCases.points(numbers(fact, "ground_truth"))))
            .withArea(VisionFacts.number(fact.input("area")));
    Found found =
        new Found(
            0,
            1,
            new Rectangle(0, 0, 0, 0),
            Optional.empty(),
            CocoCases.points(numbers(fact, "prediction")));
    assertThat(sigmas(fact).of(found, truth))
        .isCloseTo(VisionFacts.number(fact.answer("oks")), within(fact.tolerance()));
  }

  private static double[] numbers(Fact fact, String key) {
    return VisionFacts.numbers(fact.input(key));
  }

  @Test
  void overlapsOfBoxesWithObjectsAndCrowds() {
    Fact fact = VisionFacts.of("coco", "IoU of boxes").get(0);
    double[][] found = VisionFacts.rows(fact.input("a"));
    double[][] truth = VisionFacts.rows(fact.input("b"));
    double[] crowd = VisionFacts.numbers(fact.input("crowd"));
    double[][] expected = VisionFacts.rows(fact.answer("iou"));
    for (int i = 0; i < found.length; i++) {
      for (int j = 0; j < truth.length; j++) {
        Rectangle a = CocoCases.rectangle(found[i]);
        Rectangle b = CocoCases.rectangle(truth[j]);
        double overlap = crowd[j] == 0 ? a.iou(b) : a.shareIn(b);
        assertThat(overlap).isCloseTo(expected[i][j], within(fact.tolerance()));
      }
    }
  }

  /** A box without area is found in no object, nor in a crowd around it. */
  @Test
  void boxesWithoutAreaCountAsFalse() {
    Truth truth = Truth.of(new Box(0, 0, 10, 10, 0));
    Found right = Found.of(0, 0.5, new Rectangle(0, 0, 10, 10));
    Found flat = Found.of(0, 0.9, new Rectangle(2, 2, 0, 5));
    CocoResult result =
        CocoEvaluation.boxes(List.of("cell")).add(List.of(truth), List.of(flat, right)).result();
    assertThat(result.ap()).isEqualTo(0.5, within(1e-9));
  }

  /** Without a picture, and without objects, no figure is more than "there is none". */
  @Test
  void nothingIsNoNumber() {
    CocoResult result = CocoEvaluation.boxes(List.of("cell")).result();
    assertThat(result.figures().values()).containsOnly(-1.0);
    assertThat(result.classes().get(0).curves()).isEmpty();
  }

  @Test
  void curvesSayPrecisionAndScoreAtEachRecall() {
    CocoEvaluation measure = CocoEvaluation.boxes(List.of("cell"));
    List<Truth> truth =
        List.of(Truth.of(new Box(0, 0, 10, 10, 0)), Truth.of(new Box(20, 0, 30, 10, 0)));
    Rectangle there = new Rectangle(0, 0, 10, 10);
    Rectangle elsewhere = new Rectangle(50, 50, 10, 10);
    measure.add(truth, List.of(Found.of(0, 0.9, there), Found.of(0, 0.8, elsewhere)));
    Curve curve = measure.result().classes().get(0).curves().get(0);
    assertThat(curve.precision().subList(0, 51)).allMatch(p -> p > 0.999999);
    assertThat(curve.precision().subList(51, 101)).containsOnly(0.0);
    assertThat(curve.score().get(50)).isEqualTo(0.9);
  }

  @Test
  void refusesClassesWithoutName() {
    CocoEvaluation measure = CocoEvaluation.boxes(List.of("cell"));
    List<Truth> truth = List.of(Truth.of(new Box(0, 0, 10, 10, 1)));
    assertThatThrownBy(() -> measure.add(truth, List.of()))
        .hasMessage("average precision: class 1, there are 1");
    assertThatThrownBy(() -> Found.of(0, Double.NaN, new Rectangle(0, 0, 1, 1)))
        .hasMessageContaining("score NaN");
    assertThatThrownBy(() -> new Rectangle(0, 0, -1, 1)).hasMessageContaining("-1.0×1.0");
  }
}
