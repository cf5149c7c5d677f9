package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.op.Value;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TilesTest {
  @Test
  void tilesCoverTheWholeWithTheOverlapAskedFor() {
    for (int extent = 1; extent < 400; extent++) {
      int[] begins = new Tiles(100, 0.2).begins(extent);
      assertThat(begins[0]).isZero();
      for (int i = 1; i < begins.length; i++) {
        assertThat(begins[i] - begins[i - 1]).isBetween(1, 80);
      }
      assertThat(begins[begins.length - 1]).isEqualTo(Math.max(0, extent - 100));
    }
  }

  /** Returns a detector that tells these rows of every tile of 100×100 pixels. */
  private static Detector telling(float... rows) {
    Preprocessing rule = Preprocessing.scaled(Shape.of(100, 100, 3));
    Tensor told = Tensor.of(Shape.of(1, rows.length / 6, 6), rows);
    Network network =
        in -> {
          int n = in.get(0).shape().dim(0);
          Value all = Value.constant(told).broadcastTo(told.shape().withDim(0, n));
          return List.of(in.get(0).with(all));
        };
    DetectionRule reading = new DetectionRule(new RegionDecoder(false), 0.5, 0.5, 100);
    return Detector.of(
        Model.build(network, List.of(rule.shape()), Seed.of(0), Engine.shared())
            .withMetadata(
                Map.of(
                    "preprocessing",
                    rule.toText(),
                    "labels",
                    "cat",
                    "detector",
                    reading.toText())));
  }

  /**
   * Of a picture 180 pixels wide tiles begin at 0 and 80: what both see is told once, and a box
   * that the inner border of a tile cuts is left to the other.
   */
  @Test
  void tilesAreMergedWithoutDoublesAndHalves() {
    Tensor picture = Tensor.zeros(Shape.of(100, 180, 3));
    List<Detection> doubles =
        new Tiles(100, 0.2)
            .detect(telling(82, 10, 98, 30, 0.9f, 0, 2, 10, 18, 30, 0.8f, 0), picture);
    // 82 to 98 of the first and 2 to 18 of the second are one; the others are 2 and 162.
    assertThat(doubles).extracting(d -> d.box().left()).containsExactlyInAnyOrder(82.0, 162.0, 2.0);
    List<Detection> cut = new Tiles(100, 0.2).detect(telling(70, 10, 100, 30, 0.9f, 0), picture);
    assertThat(cut).extracting(d -> d.box().left()).containsExactly(150.0);
  }
}
