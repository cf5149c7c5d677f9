package dev.fovea.studio.room;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.engine.Engine;
import dev.fovea.insight.unit.UnitHealth;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is computed of all layers is computed in pieces, so that never too much is held. */
final class PiecesTest {
  private static final Model NET =
      Model.build(
          sequence(conv2d(3, 5).stride(4), tanh(), flatten(), dense(8), relu(), dense(10)),
          Shape.of(28, 28, 1),
          Seed.of(1),
          Engine.shared());

  /** 200 samples at once and in batches of 7, of which the last has 4. */
  @Test
  void healthOfBatchesIsThatOfAllSamples() {
    Dataset test = Digits.load(Seed.of(1), 10, 230).test();
    HealthView.Found whole = HealthView.found(NET, test, 200);
    HealthView.Found parts = HealthView.found(NET, test, 7);
    assertThat(List.of(whole.samples(), parts.samples())).containsExactly(200, 200);
    assertThat(parts.layers()).hasSameSizeAs(whole.layers());
    for (int i = 0; i < whole.layers().size(); i++) {
      UnitHealth w = whole.layers().get(i);
      UnitHealth p = parts.layers().get(i);
      assertThat(p.layer()).isEqualTo(w.layer());
      assertThat(p.dead()).isEqualTo(w.dead());
      assertThat(p.saturated()).isCloseTo(w.saturated(), within(1e-9));
      assertThat(p.mean()).isCloseTo(w.mean(), within(1e-9));
      assertThat(p.deviation()).isCloseTo(w.deviation(), within(1e-9));
    }
  }

  @Test
  void layersGoInPiecesOfBoundedSize() {
    // 7·7·3 or 6·6·3 numbers in each of the first three layers, then 8, 8 and 10
    var rows = NET.summary().rows();
    long first = rows.getFirst().output().elements();
    List<List<String>> pieces = GraphRoom.pieces(rows, 2 * first);
    assertThat(pieces.stream().map(List::size)).containsExactly(2, 4);
    assertThat(pieces.stream().flatMap(List::stream))
        .containsExactlyElementsOf(rows.stream().map(r -> r.path()).toList());
    assertThat(GraphRoom.pieces(rows, 1)).hasSize(6);
    assertThat(GraphRoom.pieces(rows, 1L << 25)).hasSize(1);
  }
}
