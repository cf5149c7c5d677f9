package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.pose.HeatMaps.Centre;
import dev.fovea.systems.region.Peaks;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heat maps and their peaks, as mmpose draws and finds them; its places have no ½. */
final class HeatMapsTest {
  static List<Fact> targets() {
    return VisionFacts.of("pose").stream().filter(f -> f.name().startsWith("heatmaps_")).toList();
  }

  static List<Fact> peaks() {
    List<String> names = List.of("argmax", "quarter_offset", "dark");
    return VisionFacts.of("pose").stream().filter(f -> names.contains(f.name())).toList();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void mapsAreThoseOfMmpose(Fact fact) {
    double[][] places = VisionFacts.rows(fact.input("points"));
    double[] visible = VisionFacts.numbers(fact.input("visible"));
    List<KeyPoint> points = new ArrayList<>();
    for (int k = 0; k < places.length; k++) {
      Visibility seen = visible[k] == 0 ? Visibility.ABSENT : Visibility.VISIBLE;
      points.add(new KeyPoint(places[k][0] + 0.5, places[k][1] + 0.5, k, seen));
    }
    Centre centre = fact.name().endsWith("_biased") ? Centre.CELL : Centre.POINT;
    HeatMaps.Targets targets =
        new HeatMaps(
                VisionFacts.whole(fact.param("height")),
                VisionFacts.whole(fact.param("width")),
                places.length,
                VisionFacts.number(fact.param("sigma")),
                centre)
            .of(points);
    check(targets.maps(), channelsLast(fact.answer("maps")), fact.tolerance());
    double[] weights = VisionFacts.numbers(fact.answer("weights"));
    for (int k = 0; k < weights.length; k++) {
      assertThat((double) targets.weights().data()[k]).isEqualTo(weights[k]);
    }
  }

  private static void check(Tensor maps, Tensor expected, double tolerance) {
    assertThat(maps.shape()).isEqualTo(expected.shape());
    assertThat(maps.data()).containsExactly(expected.data(), within((float) tolerance));
  }

  /** Maps are written as [K, H, W]. */
  private static Tensor channelsLast(Object maps) {
    List<Tensor> channels = VisionFacts.list(maps).stream().map(VisionFacts::map).toList();
    Shape shape = channels.get(0).shape();
    Tensor all = Tensor.zeros(Shape.of(shape.dim(0), shape.dim(1), channels.size()));
    for (int k = 0; k < channels.size(); k++) {
      for (int i = 0; i < shape.elements(); i++) {
        all.data()[i * channels.size() + k] = channels.get(k).data()[i];
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("peaks")
  void peaksAreThoseOfMmpose(Fact fact) {
    Function<Tensor, List<Peak>> finder =
        switch (fact.name()) {
          case "argmax" -> Peaks::highest;
          case "dark" -> Peaks::dark;
          default -> Peaks::quarter;
        };
    List<Peak> peaks = finder.apply(channelsLast(fact.input("maps")));
    double[][] expected = VisionFacts.rows(fact.answer("points"));
    for (int k = 0; k < expected.length; k++) {
      assertThat(peaks.get(k).x()).isCloseTo(expected[k][0] + 0.5, within(fact.tolerance()));
      assertThat(peaks.get(k).y()).isCloseTo(expected[k][1] + 0.5, within(fact.tolerance()));
    }
    if (fact.expected().containsKey("values")) {
      assertThat(peaks.stream().mapToDouble(Peak::value).toArray())
          .containsExactly(VisionFacts.numbers(fact.answer("values")), within(fact.tolerance()));
    }
  }

  /** What is drawn about a point is found there again, to a fraction of a cell by DARK. */
  @Test
  void whatIsDrawnIsFound() {
    KeyPoint point = new KeyPoint(7.8, 5.3, 0, Visibility.VISIBLE);
    Tensor map = new HeatMaps(12, 16, 1, 2, Centre.POINT).of(List.of(point)).maps();
    assertThat(Peaks.highest(map).get(0).x()).isEqualTo(7.5);
    assertThat(Peaks.quarter(map).get(0).x()).isEqualTo(7.75);
    assertThat(Peaks.dark(map).get(0).x()).isCloseTo(7.8, within(0.01));
    assertThat(Peaks.dark(map).get(0).y()).isCloseTo(5.3, within(0.02));
  }

  /** What a network says that has learned little: no point is moved far from its highest cell. */
  @Test
  void inFlatMapsPointsStayNearTheirCells() {
    Tensor maps = Tensor.zeros(Shape.of(16, 16, 400));
    Rng rng = Seed.of(3).rng();
    for (int i = 0; i < maps.data().length; i++) {
      maps.data()[i] = 0.3f + 0.01f * rng.nextFloat();
    }
    List<Peak> cells = Peaks.highest(maps);
    List<Peak> moved = Peaks.dark(maps);
    for (int k = 0; k < cells.size(); k++) {
      assertThat(moved.get(k).x()).isCloseTo(cells.get(k).x(), within(2.0));
      assertThat(moved.get(k).y()).isCloseTo(cells.get(k).y(), within(2.0));
    }
  }

  @Test
  void refusesOtherKinds() {
    HeatMaps maps = new HeatMaps(4, 4, 2, 1, Centre.CELL);
    KeyPoint third = new KeyPoint(1, 1, 2, Visibility.VISIBLE);
    assertThatThrownBy(() -> maps.of(List.of(third)))
        .hasMessage("heat maps: a key point of kind 2, there are kinds 0 to 1");
    assertThatThrownBy(() -> Peaks.highest(Tensor.zeros(Shape.of(2, 2))))
        .hasMessage("heat maps: need maps [H, W, K], got [2,2]");
  }
}
