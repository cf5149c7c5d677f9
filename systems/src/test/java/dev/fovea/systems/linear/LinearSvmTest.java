package dev.fovea.systems.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Planes between examples and others: the optima of {@code svm.json}, by scikit-learn. */
final class LinearSvmTest {
  static Stream<Fact> cases() {
    return VisionFacts.of("svm").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void findsTheOptimum(Fact f) {
    double[][] x = VisionFacts.rows(f.input("x"));
    double[] y = VisionFacts.numbers(f.input("y"));
    List<float[]> examples = new ArrayList<>();
    List<float[]> others = new ArrayList<>();
    for (int i = 0; i < y.length; i++) {
      (y[i] > 0 ? examples : others).add(floats(x[i]));
    }
    boolean squared = "squared_hinge".equals(f.param("loss"));
    LinearSvm svm =
        new LinearSvm(
            squared ? LinearSvm.Loss.SQUARED_HINGE : LinearSvm.Loss.HINGE,
            VisionFacts.number(f.param("C")),
            VisionFacts.number(f.param("positive_weight")),
            VisionFacts.number(f.param("bias_scale")),
            1e-9);
    Plane plane = svm.fit(examples, others);
    double[] weights = VisionFacts.numbers(f.answer("weights"));
    assertThat(plane.weights()).containsExactly(weights, within(f.tolerance()));
    assertThat(plane.bias()).isCloseTo(VisionFacts.number(f.answer("bias")), within(f.tolerance()));
    double best = VisionFacts.number(f.answer("objective"));
    assertThat(svm.objective(plane, examples, others)).isCloseTo(best, within(1e-6 * best));
  }

  private static float[] floats(double... x) {
    float[] floats = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      floats[i] = (float) x[i];
    }
    return floats;
  }

  @Test
  void hardNegativesFindThePlaneOfAll() {
    Rng rng = Seed.of(5).rng();
    List<float[]> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      examples.add(point(rng, 2));
    }
    LinearSvm svm = LinearSvm.ofRegions();
    HardNegatives mined = new HardNegatives(svm, examples);
    List<float[]> all = new ArrayList<>();
    for (int picture = 0; picture < 50; picture++) {
      List<float[]> here = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        here.add(point(rng, -2));
      }
      mined.meet(here);
      all.addAll(here);
    }
    Plane of = mined.plane();
    assertThat(mined.size()).isLessThan(all.size() / 2);
    assertThat(of.weights()).containsExactly(svm.fit(examples, all).weights(), within(0.02));
  }

  /** Without negatives there is no plane, nor without examples. */
  @Test
  void thereIsAPlaneOnceBothSidesWereMet() {
    Rng rng = Seed.of(5).rng();
    HardNegatives mined = new HardNegatives(LinearSvm.ofRegions(), List.of(point(rng, 40)));
    assertThat(mined.hasPlane()).isFalse();
    List<float[]> negatives = List.of(point(rng, -40));
    mined.meet(negatives);
    assertThat(mined.hasPlane()).isTrue();
    assertThat(mined.plane().margin(point(rng, 40))).isPositive();
    assertThat(mined.hasPlane()).isTrue();
    HardNegatives none = new HardNegatives(LinearSvm.ofRegions(), List.of());
    none.meet(negatives);
    assertThat(none.hasPlane()).isFalse();
  }

  private static float[] point(Rng rng, double middle) {
    return new float[] {
      (float) (middle + rng.nextGaussian()), (float) (middle / 2 + rng.nextGaussian())
    };
  }

  @Test
  void needsBothSides() {
    List<float[]> some = List.of(new float[] {1});
    assertThatThrownBy(() -> LinearSvm.ofRegions().fit(some, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("support vector machine: needs examples and others, got 1 and 0");
    assertThatThrownBy(() -> new LinearSvm(LinearSvm.Loss.HINGE, 0, 1, 1, 1))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("must be positive, got 0.0, 1.0, 1.0, 1.0");
  }
}
