package dev.fovea.systems.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinearClassifierTest {
  private static final float[][] MIDDLES = {{3, 0}, {-3, 0}, {0, 3}};

  @Test
  void classesAroundThreePointsAreTold() {
    Rng rng = Seed.of(1).rng();
    List<float[]> examples = new ArrayList<>();
    int[] labels = new int[90];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = 7 + i % 3;
      float[] m = MIDDLES[i % 3];
      examples.add(new float[] {m[0] + rng.nextFloat(-1, 1), m[1] + rng.nextFloat(-1, 1)});
    }
    LinearClassifier classifier = LinearClassifier.fit(examples, labels, 1);
    assertThat(classifier.accuracy(examples, labels)).isEqualTo(1);
    assertThat(classifier.predict(0, 4)).isEqualTo(9);
    assertThat(classifier.predict(-4, -1)).isEqualTo(8);
    assertThatThrownBy(() -> LinearClassifier.fit(examples, new int[3], 1))
        .hasMessage(
            "linear classifier: examples and labels and a positive cost expected, got 90, 3 and"
                + " 1.0");
  }
}
