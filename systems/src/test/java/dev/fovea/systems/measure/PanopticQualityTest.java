package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Panoptic quality as panopticapi counts it. */
final class PanopticQualityTest {
  static List<Fact> pictures() {
    return VisionFacts.of("panoptic");
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void segmentsAreCountedAsPanopticapiDoes(Fact fact) {
    List<Map<String, Object>> categories = VisionFacts.objects(fact.input("categories"));
    List<Object> ids = categories.stream().map(c -> Json.member(c, "id", "case")).toList();
    Set<Integer> things = new HashSet<>();
    for (int c = 0; c < ids.size(); c++) {
      if (VisionFacts.whole(Json.member(categories.get(c), "isthing", "case")) == 1) {
        things.add(c);
      }
    }
    List<String> names = ids.stream().map(String::valueOf).toList();
    PanopticQuality measure = new PanopticQuality(names, things);
    for (Map<String, Object> image : VisionFacts.objects(fact.input("images"))) {
      measure.add(map(image, "ground_truth", ids), map(image, "prediction", ids));
    }
    PanopticResult result = measure.result();
    Map<String, Object> summary = Json.object(fact.answer("summary"), fact.name());
    check(result.all(), Json.member(summary, "all", fact.name()), fact);
    check(result.things(), Json.member(summary, "things", fact.name()), fact);
    check(result.stuff(), Json.member(summary, "stuff", fact.name()), fact);
    Map<String, Object> perClass = Json.object(fact.answer("per_category"), fact.name());
    for (PanopticResult.PerClass c : result.classes()) {
      Map<String, Object> expected =
          Json.object(Json.member(perClass, c.label(), fact.name()), fact.name());
      check(c.pq(), expected, "pq", fact);
      check(c.sq(), expected, "sq", fact);
      check(c.rq(), expected, "rq", fact);
      check((double) c.right(), expected, "tp", fact);
      check((double) c.wrong(), expected, "fp", fact);
      check((double) c.missed(), expected, "fn", fact);
      check(c.overlap(), expected, "iou_sum", fact);
    }
  }

  private static PanopticMap map(Map<String, Object> image, String key, List<Object> ids) {
    List<Segment> segments =
        VisionFacts.objects(Json.member(image, key + "_segments", "case")).stream()
            .map(s ->
                new Segment(
                    VisionFacts.whole(Json.member(s, "id", "case")),
                    ids.indexOf(Json.member(s, "category_id", "case")),
                    s.getOrDefault("iscrowd", 0L).equals(1L)))
            .toList();
    return new PanopticMap(VisionFacts.map(Json.member(image, key, "case")), segments);
  }

  private static void check(PanopticResult.Mean mean, Object expected, Fact fact) {
    if (expected == Json.Null.NULL) {
      assertThat(mean.classes()).isZero();
      return;
    }
    Map<String, Object> figures = Json.object(expected, fact.name());
    check(mean.pq(), figures, "pq", fact);
    check(mean.sq(), figures, "sq", fact);
    check(mean.rq(), figures, "rq", fact);
    check((double) mean.classes(), figures, "n", fact);
  }

  private static void check(double figure, Map<String, Object> expected, String key, Fact fact) {
    assertThat(figure)
        .as(key)
        .isCloseTo(
            VisionFacts.number(Json.member(expected, key, fact.name())), within(fact.tolerance()));
  }

  /** Sky above, two objects of one class below, a pixel that nobody has labelled. */
  @Test
  void segmentsOfClassesAndInstances() {
    Tensor classes = Tensor.of(Shape.of(2, 3), 0, 0, 255, 1, 1, 1);
    Tensor instances = Tensor.of(Shape.of(2, 3), 0, 0, 0, 1, 2, 2);
    PanopticMap map = PanopticMap.of(classes, instances, OptionalInt.of(255));
    assertThat(map.numbers().data()).containsExactly(1, 1, 0, 2, 3, 3);
    assertThat(map.segments())
        .containsExactly(new Segment(1, 0), new Segment(2, 1), new Segment(3, 1));
    PanopticResult result =
        new PanopticQuality(List.of("sky", "cell"), Set.of(1)).add(map, map).result();
    assertThat(result.all()).isEqualTo(new PanopticResult.Mean(1, 1, 1, 2));
  }

  /**
   * A segment over two crowds of its class, four and two of its pixels: panopticapi (1ad5afa4)
   * keeps one crowd of a class, the last of {@code segments_info}, and counts 0 false segments
   * where that is the larger one, else 1.
   */
  @Test
  void ofSeveralCrowdsOfAClassTheLastForgives() {
    Tensor truth = Tensor.of(Shape.of(1, 6), 1, 1, 1, 1, 2, 2);
    Tensor found = Tensor.full(Shape.of(1, 6), 7);
    PanopticMap one = new PanopticMap(found, List.of(new Segment(7, 0)));
    Segment large = new Segment(1, 0, true);
    Segment small = new Segment(2, 0, true);
    for (List<Segment> crowds : List.of(List.of(small, large), List.of(large, small))) {
      PanopticResult result =
          new PanopticQuality(List.of("cell"), Set.of(0))
              .add(new PanopticMap(truth, crowds), one)
              .result();
      assertThat(result.classes().get(0).wrong()).isEqualTo(crowds.get(1).equals(large) ? 0 : 1);
    }
  }

  @Test
  void refusesMapsWhoseListIsAnother() {
    Tensor map = Tensor.of(Shape.of(1, 2), 1, 2);
    assertThatThrownBy(() -> new PanopticMap(map, List.of(new Segment(1, 0))))
        .hasMessage("panoptic map: segment 2 is in the map, but not in the list of segments");
    List<Segment> three = List.of(new Segment(1, 0), new Segment(2, 0), new Segment(3, 0));
    assertThatThrownBy(() -> new PanopticMap(map, three))
        .hasMessage("panoptic map: segment 3 is in the list of segments, but not in the map");
  }
}
