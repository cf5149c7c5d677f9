package dev.fovea.systems.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Run lengths, as pycocotools 2.0.11 has them. */
final class RunLengthsTest {
  static List<Fact> runs() {
    return VisionFacts.of("coco", "run lengths");
  }

  static List<Fact> overlaps() {
    return VisionFacts.of("coco", "IoU of masks");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void countsAndTextAreThoseOfCoco(Fact fact) {
    Tensor map = VisionFacts.map(fact.input("mask"));
    RunLengths mask = RunLengths.of(map);
    double[] box = VisionFacts.numbers(fact.answer("bbox"));
    assertThat(Arrays.stream(mask.counts()).asDoubleStream().toArray())
        .containsExactly(VisionFacts.numbers(fact.answer("counts")));
    assertThat(mask.text()).isEqualTo(fact.answer("compressed"));
    assertThat(mask.area()).isEqualTo(fact.answer("area"));
    assertThat(
            mask.box()
                .map(b -> new double[] {b.left(), b.top(), b.width(), b.height()})
                .orElse(new double[4]))
        .containsExactly(box);
    assertThat(RunLengths.parse(mask.height(), mask.width(), mask.text())).isEqualTo(mask);
    assertThat(mask.map().data()).containsExactly(map.data());
  }

  @ParameterizedTest
  @MethodSource("overlaps")
  void overlapsWithObjectsAndCrowds(Fact fact) {
    List<Object> found = VisionFacts.list(fact.input("a"));
    List<Object> truth = VisionFacts.list(fact.input("b"));
    double[] crowd = VisionFacts.numbers(fact.input("crowd"));
    double[][] expected = VisionFacts.rows(fact.answer("iou"));
    for (int i = 0; i < found.size(); i++) {
      RunLengths a = RunLengths.of(VisionFacts.map(found.get(i)));
      for (int j = 0; j < truth.size(); j++) {
        RunLengths b = RunLengths.of(VisionFacts.map(truth.get(j)));
        double overlap = crowd[j] == 0 ? a.iou(b) : a.shareIn(b);
        assertThat(overlap).isCloseTo(expected[i][j], within(fact.tolerance()));
      }
    }
  }

  /** All against the same on maps; 10,000 masks, the empty and the full one among them. */
  @Test
  void randomMasksAreWhatTheirMapsAre() {
    Rng random = Seed.of(7).rng();
    for (int n = 0; n < 10_000; n++) {
      Tensor a = random(random, 1 + n % 7, 1 + n % 5);
      Tensor b = random(random, 1 + n % 7, 1 + n % 5);
      RunLengths x = RunLengths.of(a);
      RunLengths y = RunLengths.of(b);
      Tensor both = Tensor.zeros(a.shape());
      Tensor any = Tensor.zeros(a.shape());
      int common = 0;
      for (int i = 0; i < both.data().length; i++) {
        both.data()[i] = a.data()[i] * b.data()[i];
        any.data()[i] = Math.max(a.data()[i], b.data()[i]);
        common += (int) both.data()[i];
      }
      assertThat(x.map().data()).containsExactly(a.data());
      assertThat(RunLengths.parse(x.height(), x.width(), x.text())).isEqualTo(x);
      assertThat(x.intersection(y)).isEqualTo(common);
      assertThat(RunLengths.union(List.of(x, y))).isEqualTo(RunLengths.of(any));
      assertThat(RunLengths.intersection(List.of(x, y))).isEqualTo(RunLengths.of(both));
    }
  }

  private static Tensor random(Rng random, int height, int width) {
    Tensor map = Tensor.zeros(Shape.of(height, width));
    double share = random.nextInt(5) / 4.0;
    for (int i = 0; i < map.data().length; i++) {
      map.data()[i] = random.nextDouble() < share ? 1 : 0;
    }
    return map;
  }

  /** Runs of no pixels in the middle, which other tools may write. */
  @Test
  void mergesAcrossEmptyRuns() {
    RunLengths odd = RunLengths.of(2, 3, 1, 0, 1, 2, 0, 1, 1);
    assertThat(odd.area()).isEqualTo(3);
    assertThat(RunLengths.union(List.of(odd, odd))).isEqualTo(RunLengths.of(2, 3, 2, 3, 1));
    assertThat(odd.intersection(RunLengths.of(2, 3, 0, 6))).isEqualTo(3);
  }

  @Test
  void jsonHasBothForms() {
    RunLengths mask = RunLengths.of(6, 5, 6, 7, 17);
    assertThat(RunLengths.fromJson(mask.toJson(), "a")).isEqualTo(mask);
    String list = "{\"size\": [6, 5], \"counts\": [6, 7, 17]}";
    assertThat(RunLengths.fromJson(Json.parse(list, "a"), "a")).isEqualTo(mask);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"size\": [6, 5], \"counts\": [6, 7]}",
        "{\"size\": [6, 5], \"counts\": [6, -7, 31]}",
        "{\"size\": [6, 5], \"counts\": \"7\"}",
        "{\"size\": [6, 5], \"counts\": \"oooooooooooo\"}",
        "{\"size\": [6, 5], \"counts\": \"7330:Nz\"}",
        "{\"size\": [6, 5], \"counts\": \"é\"}",
        "{\"size\": [6], \"counts\": [6]}",
        "{\"size\": [1000000, 1000000], \"counts\": [1]}",
        "{\"size\": [6, 5]}",
        "[]"
      })
  void refusesWhatIsNoMask(String json) {
    Object value = Json.parse(json, "objects.json");
    assertThatThrownBy(() -> RunLengths.fromJson(value, "objects.json: object 3"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("objects.json: object 3");
  }

  @Test
  void saysHowManyPixelsWereExpected() {
    assertThatThrownBy(() -> RunLengths.of(6, 5, 6, 7))
        .hasMessage("run lengths: they cover 13 pixels, a picture of 6×5 has 30");
    assertThatThrownBy(() -> RunLengths.of(1, 2, 2).iou(RunLengths.of(2, 1, 2)))
        .hasMessage("run lengths: masks of 1×2 and 2×1 pixels; need the same size");
  }
}
