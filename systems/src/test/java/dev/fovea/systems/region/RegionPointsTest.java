package dev.fovea.systems.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Key points of regions, as torchvision's Keypoint R-CNN has them. */
final class RegionPointsTest {
  static List<Fact> targets() {
    return VisionFacts.of("pose").stream()
        .filter(f -> f.name().startsWith("keypoint_rcnn_targets"))
        .toList();
  }

  static List<Fact> decodings() {
    return VisionFacts.of("pose").stream()
        .filter(f -> f.name().startsWith("keypoint_rcnn_decode"))
        .toList();
  }

  private static Box region(double... r) {
    return new Box(r[0], r[1], r[2], r[3], 0);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void cellsHoldPoints(Fact fact) {
    double[][] regions = VisionFacts.rows(fact.input("regions"));
    for (int r = 0; r < regions.length; r++) {
      List<KeyPoint> points = new ArrayList<>();
      for (double[] p : VisionFacts.rows(VisionFacts.list(fact.input("points")).get(r))) {
        Visibility seen = p[2] == 0 ? Visibility.ABSENT : Visibility.VISIBLE;
        points.add(new KeyPoint(p[0], p[1], points.size(), seen));
      }
      int[] cells =
          new RegionPoints(VisionFacts.whole(fact.param("size")))
              .cells(region(regions[r]), points, points.size());
      double[] expected = VisionFacts.numbers(VisionFacts.list(fact.answer("cell")).get(r));
      double[] counts = VisionFacts.numbers(VisionFacts.list(fact.answer("counts")).get(r));
      for (int k = 0; k < cells.length; k++) {
        int right = counts[k] == 0 ? RegionPoints.NONE : (int) expected[k];
        assertThat(cells[k]).isEqualTo(right);
      }
    }
  }

  /**
   * Points of a region of 55 pixels on every seventh border of 56 cells: cells 7, 14, 21 … by
   * torchvision's formula, (x − left) · (56 / 55), in float32; each one less in float64.
   */
  @Test
  void pointsBetweenCellsAreInThatOfTorchvision() {
    for (int k = 1; k < 8; k++) {
      KeyPoint p = new KeyPoint(10 + 6.875 * k, 10, 0, Visibility.VISIBLE);
      assertThat(new RegionPoints(56).cells(region(10, 10, 65, 65), List.of(p), 1))
          .containsExactly(7 * k);
    }
  }

  @ParameterizedTest
  @MethodSource("decodings")
  void pointsAreWhereEnlargedMapsAreHighest(Fact fact) {
    double[][] regions = VisionFacts.rows(fact.input("regions"));
    for (int r = 0; r < regions.length; r++) {
      List<Tensor> maps =
          VisionFacts.list(VisionFacts.list(fact.input("maps")).get(r)).stream()
              .map(VisionFacts::map)
              .toList();
      List<Peak> peaks = RegionPoints.decode(channelsLast(maps), region(regions[r]));
      double[][] points = VisionFacts.rows(VisionFacts.list(fact.answer("points")).get(r));
      double[] scores = VisionFacts.numbers(VisionFacts.list(fact.answer("scores")).get(r));
      for (int k = 0; k < scores.length; k++) {
        assertThat(peaks.get(k).x()).isCloseTo(points[k][0], within(fact.tolerance()));
        assertThat(peaks.get(k).y()).isCloseTo(points[k][1], within(fact.tolerance()));
        assertThat(peaks.get(k).value()).isCloseTo(scores[k], within(fact.tolerance()));
      }
    }
  }

  /** Rows of a file may say anything; none may take the memory. */
  @ParameterizedTest
  @CsvSource({"0,0,10,1e9", "0,0,1e9,10", "0,0,NaN,10", "-Infinity,0,9,9", "0,0,4000,4000"})
  void regionsOutOfBoundsAreRefusedInOneLine(double left, double top, double right, double bottom) {
    Tensor maps = Tensor.zeros(Shape.of(56, 56, 17));
    assertThatThrownBy(() -> RegionPoints.decode(maps, region(left, top, right, bottom)))
        .isInstanceOf(FoveaException.class)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  private static Tensor channelsLast(List<Tensor> maps) {
    Shape one = maps.get(0).shape();
    Tensor all = Tensor.zeros(Shape.of(one.dim(0), one.dim(1), maps.size()));
    for (int i = 0; i < all.data().length; i++) {
      all.data()[i] = maps.get(i % maps.size()).data()[i / maps.size()];
    }
    return all;
  }
}
