package dev.fovea.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class SparsenessTest {
  private static double divergence(double p, double a) {
    return p * Math.log(p / a) + (1 - p) * Math.log((1 - p) / (1 - a));
  }

  private static double penalty(Tensor units, double share) {
    Value loss = Sparseness.penalty(Source.Input.sample(0, units.shape()), share);
    return new Eager(Engine.shared()).evaluate(loss, units).item();
  }

  @Test
  void unitsThatSpeakMoreOftenCost() {
    Tensor units = Tensor.of(Shape.of(2, 2), 0.1f, 0.9f, 0.3f, 0.7f);
    assertThat(penalty(units, 0.1))
        .isCloseTo(divergence(0.1, 0.2) + divergence(0.1, 0.8), within(1e-5));
    assertThat(penalty(Tensor.full(Shape.of(3, 4), 0.25f), 0.25)).isCloseTo(0, within(1e-5));
  }

  @Test
  void filtersWithinAWindowAreLocal() {
    Tensor filters = Tensor.zeros(Shape.of(2, 4, 4));
    filters.data()[5] = 3; // one pixel alone
    for (int i = 16; i < 32; i++) {
      filters.data()[i] = 1; // all 16 pixels, of which 4 are in a window of 2 × 2
    }
    assertThat(Sparseness.locality(filters, 2)).isCloseTo((1 + 4 / 16.0) / 2, within(1e-9));
  }
}
