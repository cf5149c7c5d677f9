package dev.fovea.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Numbers agree where |a − b| ≤ absolute + relative · |b|. */
final class ExpectedOutputTest {
  private static final Tolerance USUAL = new Tolerance(1e-3, OptionalDouble.empty());

  private static ExpectedOutput expected(double... b) {
    double sum = 0;
    double squares = 0;
    int best = 0;
    List<Double> first = new ArrayList<>();
    for (int i = 0; i < b.length; i++) {
      sum += b[i];
      squares += b[i] * b[i];
      best = b[i] > b[best] ? i : best;
      first.add(b[i]);
    }
    double min = first.stream().min(Comparator.naturalOrder()).orElseThrow();
    Shape shape = Shape.of(1, b.length);
    return new ExpectedOutput("y", shape, first, sum, Math.sqrt(squares), min, b[best], best);
  }

  private static ReferenceCheck.Difference worst(
      ExpectedOutput expected, Tolerance tolerance, float... a) {
    return expected.compare(Tensor.of(Shape.of(1, a.length), a), tolerance).stream()
        .max(Comparator.comparingDouble(ReferenceCheck.Difference::share))
        .orElseThrow();
  }

  /** 5.6e-7 is 4.6 times 1e-7 away from it, and no difference of two sigmoids in 32 bits. */
  @Test
  void numbersNearZeroAgreeByTheirDistance() {
    assertThat(worst(expected(1e-7), USUAL, 5.6e-7f).agrees()).isTrue();
    Tolerance strict = new Tolerance(1e-3, OptionalDouble.of(0));
    assertThat(worst(expected(1e-7), strict, 5.6e-7f).agrees()).isFalse();
    assertThat(worst(expected(1e-7), new Tolerance(0, OptionalDouble.of(5e-7)), 5.6e-7f).agrees())
        .isTrue();
  }

  /** 20 · 10⁻⁵ is what sums of numbers up to 20 may leave where they cancel. */
  @Test
  void restsOfLargeNumbersAgree() {
    assertThat(worst(expected(20, 0), USUAL, 20, 1.9e-4f).agrees()).isTrue();
    assertThat(worst(expected(20, 0), USUAL, 20, 2.1e-4f).agrees()).isFalse();
    assertThat(worst(expected(1, 0), USUAL, 1, 2.1e-5f).agrees()).isFalse();
  }

  @Test
  void theWorstElementIsNamedByItsPlace() {
    ReferenceCheck.Difference d = worst(expected(1, 2, 4), USUAL, 1, 2.5f, 4);
    assertThat(d.what()).isEqualTo("y [0,1]");
    assertThat(d.expected()).isEqualTo(2);
    assertThat(d.actual()).isEqualTo(2.5);
    assertThat(d.allowed()).isEqualTo(4e-5 + 2e-3);
  }

  /** Channels first in the one, last in the other: x[c, h, w] = 100 c + 10 h + w. */
  @Test
  void channelsMayComeFirstOrLast() {
    Tensor first = Tensor.zeros(Shape.of(1, 2, 3, 4));
    Tensor last = Tensor.zeros(Shape.of(1, 3, 4, 2));
    for (int i = 0; i < 24; i++) {
      int c = i / 12;
      int place = i % 12;
      first.data()[i] = 100 * c + 10 * (place / 4) + place % 4;
      last.data()[place * 2 + c] = first.data()[i];
    }
    assertThat(of(first).compare(last, USUAL)).hasSize(21).allMatch(d -> d.share() == 0);
    assertThat(of(last).compare(first, USUAL)).hasSize(21).allMatch(d -> d.share() == 0);
    Tensor wrong = Tensor.of(last.shape(), first.data());
    assertThat(of(first).compare(wrong, USUAL)).anyMatch(d -> !d.agrees());
    Tensor other = Tensor.of(Shape.of(1, 4, 3, 2), last.data());
    assertThat(of(first).compare(other, USUAL)).noneMatch(ReferenceCheck.Difference::agrees);
  }

  private static ExpectedOutput of(Tensor t) {
    double sum = 0;
    double squares = 0;
    int best = 0;
    List<Double> first = new ArrayList<>();
    for (int i = 0; i < t.data().length; i++) {
      sum += t.data()[i];
      squares += t.data()[i] * t.data()[i];
      best = t.data()[i] > t.data()[best] ? i : best;
      if (i < 16) {
        first.add((double) t.data()[i]);
      }
    }
    return new ExpectedOutput(
        "y", t.shape(), first, sum, Math.sqrt(squares), 0, t.data()[best], best);
  }

  @Test
  void anotherShapeOrNoNumberNeverAgrees() {
    Tolerance all = new Tolerance(1e9, OptionalDouble.of(1e9));
    Tensor turned = Tensor.of(Shape.of(2, 1), 1, 2);
    assertThat(expected(1, 2).compare(turned, all)).noneMatch(ReferenceCheck.Difference::agrees);
    assertThat(worst(expected(1, 2), all, 1, Float.NaN).agrees()).isFalse();
  }
}
