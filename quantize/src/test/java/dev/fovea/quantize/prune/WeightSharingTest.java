package dev.fovea.quantize.prune;

import static dev.fovea.nn.Layers.dense;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Clusters and code lengths that are computed by hand. */
final class WeightSharingTest {
  @Test
  void weightsBecomeTheMeansOfTheirClusters() {
    float[] w = {5.25f, 0, 1, 1.5f, 0, 5.75f, 1.25f};
    WeightSharing.share(w, 2);
    assertThat(w).containsExactly(5.5f, 0, 1.25f, 1.25f, 0, 5.5f, 1.25f);
    float[] same = {0, 0};
    WeightSharing.share(same, 4);
    assertThat(same).containsOnly(0);
    float[] one = {3, 3, 0};
    WeightSharing.share(one, 16);
    assertThat(one).containsExactly(3, 3, 0);
  }

  /**
   * Values 1, 2, 3, 4 occur 4, 2, 1, 1 times: codes of 1, 2, 3, 3 bits, 14 in all. None or one zero
   * before: 7 and 1 times, 1 bit each. Tables: 4 · (32 + 8) and 2 · 16 bits.
   */
  @Test
  void countsTheBitsOfHuffmansCode() {
    float[] w = {1, 1, 1, 1, 2, 0, 2, 3, 4};
    float[] many = new float[9 * 100];
    for (int i = 0; i < many.length; i++) {
      many[i] = w[i % 9];
    }
    assertThat(CodedSize.bits(many)).isEqualTo(100 * (14 + 8) + 4 * 40 + 2 * 16);
    assertThat(CodedSize.bits(w)).as("no more than 32 bits each").isEqualTo(190 + 24);
    float[] zeros = new float[600];
    // Two stored zeros behind 255 others each, then 88 that nothing follows.
    assertThat(CodedSize.bits(zeros)).isEqualTo(40 + 16);
  }

  @Test
  void sharedWeightsTakeFewerBytes() {
    Model model = Model.build(dense(50), Shape.of(200), Seed.of(1));
    Model shared = WeightSharing.of(model, 3);
    String name =
        model.parameters().all().stream()
            .filter(WeightSharing::isWeight)
            .findFirst()
            .orElseThrow()
            .name();
    float[] w = shared.parameters().tensor(name).data();
    long values = Arrays.stream(toDoubles(w)).distinct().count();
    assertThat(values).isLessThanOrEqualTo(8);
    long before = CodedSize.of(model).total();
    assertThat(CodedSize.of(shared).total()).isLessThan(before * 3 / 32 + 400);
    assertThatThrownBy(() -> WeightSharing.of(model, 13))
        .isInstanceOf(FoveaException.class)
        .hasMessage("weight sharing: 1 to 12 bits expected, got 13");
  }

  private static double[] toDoubles(float[] all) {
    double[] d = new double[all.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = all[i];
    }
    return d;
  }
}
