package dev.fovea.insight.colour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What numbers look like. */
final class ColourTest {
  private static Tensor random(long seed, Shape shape) {
    Rng rng = new Rng(seed);
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextGaussian(1);
    }
    return t;
  }

  @Test
  void zeroIsNeutralAndLimitsAreTheEnds() {
    ValueScale scale = new ValueScale(-3, 3);
    assertThat(scale.quantize(0)).isEqualTo(128);
    assertThat(scale.quantize(-3)).isZero();
    assertThat(scale.quantize(3)).isEqualTo(255);
    assertThat(scale.quantize(-100)).isZero();
    assertThat(scale.quantize(Double.NaN)).isEqualTo(128);
    assertThat(scale.quantize(Double.POSITIVE_INFINITY)).isEqualTo(255);
    assertThat(ColourMap.PUOR.rgb(ColourMap.NEUTRAL)).isEqualTo(0xF7F7F7);
  }

  /** |a − value(q)| ≤ (high − low) / 510. */
  @Test
  void aByteTellsTheNumberWithinHalfAStep() {
    ValueScale scale = new ValueScale(-0.7, 2.9);
    for (double a = -0.7; a <= 2.9; a += 0.001) {
      assertThat(Math.abs(scale.value(scale.quantize(a)) - a))
          .isLessThanOrEqualTo(3.6 / 510 + 1e-9);
    }
  }

  /** Of 1 … 1000 the least that 99.5 % do not exceed is 995. */
  @Test
  void limitsLeaveOutTheLargestHalfPercent() {
    Tensor t = Tensor.zeros(Shape.of(1000));
    for (int i = 0; i < 1000; i++) {
      t.data()[i] = 1000 - i;
    }
    assertThat(ValueScale.of(t)).isEqualTo(new ValueScale(0, 995));
    t.data()[7] = -3;
    assertThat(ValueScale.of(t)).isEqualTo(new ValueScale(-995, 995));
    t.data()[8] = Float.NaN;
    assertThat(ValueScale.of(t).high()).isEqualTo(996); // 995 of the 999 that are left
  }

  @Test
  void whatIsNearlyAllZeroStillShows() {
    Tensor t = Tensor.zeros(Shape.of(1000));
    t.data()[3] = 5;
    assertThat(ValueScale.of(t)).isEqualTo(new ValueScale(0, 5));
    assertThat(ValueScale.of(Tensor.zeros(Shape.of(4))).quantize(0)).isZero();
  }

  /** l·2^(−t/2 s). */
  @Test
  void limitsRiseAtOnceAndFallSlowly() {
    ValueScale first = new ValueScale(-4, 4);
    assertThat(first.next(new ValueScale(-9, 9), 0.1)).isEqualTo(new ValueScale(-9, 9));
    assertThat(first.next(new ValueScale(-1, 1), 2)).isEqualTo(new ValueScale(-2, 2));
    assertThat(first.next(new ValueScale(-1, 1), 100)).isEqualTo(new ValueScale(-1, 1));
  }

  @ParameterizedTest
  @EnumSource
  void mapsTellNumbersApartByTheirBrightness(ColourMap map) {
    double[] light = IntStream.range(0, 256).mapToDouble(i -> luminance(map.rgb(i))).toArray();
    int middle = map.isDiverging() ? ColourMap.NEUTRAL : 0;
    for (int i = middle; i < 255; i++) {
      double step = light[i + 1] - light[i];
      assertThat(map.isDiverging() ? -step : step).isGreaterThan(-1);
    }
    assertThat(new HashSet<>(map.table()).size()).isGreaterThan(200);
  }

  private static double luminance(int rgb) {
    return 0.2126 * (rgb >> 16) + 0.7152 * (rgb >> 8 & 255) + 0.0722 * (rgb & 255);
  }

  @Test
  void filtersOnColoursAreColours() {
    Tensor w = Tensor.zeros(Shape.of(1, 1, 3, 2));
    w.data()[0] = 2; // red of filter 0
    w.data()[2] = -2; // green of filter 0; blue and filter 1 are 0
    Tensor picture = new FilterPicture(w).paint(1);
    assertThat(picture.shape()).isEqualTo(Shape.of(1, 3, 3)); // two tiles and a line
    assertThat(picture.data()).containsExactly(255, 0, 128, 255, 255, 255, 128, 128, 128);
  }

  @Test
  void permutedFiltersArePermutedTiles() {
    Tensor w = random(1, Shape.of(3, 3, 3, 4));
    Tensor swapped = w.copy();
    for (int i = 0; i < 27; i++) {
      swapped.data()[i * 4] = w.data()[i * 4 + 3];
      swapped.data()[i * 4 + 3] = w.data()[i * 4];
    }
    Tiles tiles = Tiles.of(4, 3, 3, 3);
    Tensor a = new FilterPicture(w).paint(3);
    Tensor b = new FilterPicture(swapped).paint(3);
    assertThat(tile(tiles, a, 0)).isEqualTo(tile(tiles, b, 3));
    assertThat(tile(tiles, a, 3)).isEqualTo(tile(tiles, b, 0));
    assertThat(tile(tiles, a, 1)).isEqualTo(tile(tiles, b, 1));
  }

  private static List<Float> tile(Tiles tiles, Tensor picture, int number) {
    return IntStream.range(0, 27)
        .mapToObj(
            i -> picture.get(tiles.top(number) + i / 9, tiles.left(number) + i / 3 % 3, i % 3))
        .toList();
  }

  @Test
  void deeperFiltersGoFromTheLargestNormToTheSmallest() {
    Tensor w = Tensor.zeros(Shape.of(1, 1, 2, 3));
    w.data()[1] = 1; // in 0, out 1
    w.data()[5] = -4; // in 1, out 2
    FilterPicture filters = new FilterPicture(w);
    assertThat(filters.byNorm()).containsExactly(2, 1, 0);
    assertThat(filters.inputsByNorm()).containsExactly(1, 0);
    Tensor picture = filters.paint(1);
    assertThat(picture.shape()).isEqualTo(Shape.of(5, 3, 3));
    assertThat(rgb(picture, 0, 0)).isEqualTo(ColourMap.PUOR.rgb(0)); // −4, the limit
    assertThat(rgb(picture, 2, 2)).isEqualTo(ColourMap.PUOR.rgb(159)); // 255·(1 + 4)/8
    assertThat(rgb(picture, 4, 0)).isEqualTo(ColourMap.PUOR.rgb(128));
  }

  private static int rgb(Tensor picture, int y, int x) {
    return (int) picture.get(y, x, 0) << 16
        | (int) picture.get(y, x, 1) << 8
        | (int) picture.get(y, x, 2);
  }

  @Test
  void activationsAreTilesInOneScale() {
    Tensor maps = Tensor.of(Shape.of(1, 2, 2), 0, 10, 5, 2);
    ActivationPicture picture = new ActivationPicture(maps);
    Tensor painted = picture.paint(List.of(0, 1), 2, new ValueScale(0, 10));
    assertThat(painted.shape()).isEqualTo(Shape.of(3, 2, 3));
    assertThat(rgb(painted, 0, 1)).isEqualTo(ColourMap.CIVIDIS.rgb(128)); // 127.5 rounds up
    assertThat(rgb(painted, 2, 0)).isEqualTo(ColourMap.CIVIDIS.rgb(255));
    assertThat(picture.map(1)).extracting(Tensor::data).isEqualTo(new float[] {10, 2});
  }

  @Test
  void gradientsAreCentred() {
    Tensor flat = GradientPicture.centred(Tensor.full(Shape.of(2, 2, 3), 7));
    assertThat(flat.data()).containsOnly(128);
    Tensor g = GradientPicture.centred(Tensor.of(Shape.of(1, 2, 1), -1, 1));
    assertThat(g.data()).containsExactly(102, 153); // 0.5 ∓ 0.1
  }

  /**
   * Sorted 1, 1, 1, 97: three make up 3 %, all four are needed for 98 %; 1 … 1, 1 need 98 of 100.
   */
  @Test
  void limitsByMass() {
    assertThat(GradientPicture.byMass(Tensor.of(Shape.of(1, 4), 1, 97, 1, -1)))
        .isEqualTo(new ValueScale(-97, 97));
    Tensor many = Tensor.full(Shape.of(1, 1000), 1);
    many.data()[5] = 15; // 1014 in all, of which 999 are 98.5 %
    assertThat(GradientPicture.byMass(many)).isEqualTo(new ValueScale(0, 1));
  }

  @Test
  void aMapLiesOverThePicture() {
    HeatMap map = new HeatMap(Tensor.of(Shape.of(1, 2), 0, 1), new ValueScale(0, 1));
    Tensor over = map.over(Tensor.of(Shape.of(1, 2, 1), 100, 100));
    assertThat(over.get(0, 0, 0)).isEqualTo(100);
    int top = ColourMap.INFERNO.rgb(255);
    assertThat((double) over.get(0, 1, 0))
        .isEqualTo((double) Math.round(0.2 * 100 + 0.8 * (top >> 16)));
    assertThatThrownBy(() -> map.over(Tensor.zeros(Shape.of(2, 2, 3))))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("heat map of [1,2]: cannot lie over a picture of [2,2,3]");
  }

  @Test
  void aLegendTellsTheNumbers() {
    var image =
        Legend.below(
            Tensor.zeros(Shape.of(4, 300, 1)), "conv1", ColourMap.PUOR, new ValueScale(-2, 2));
    assertThat(image.getWidth()).isEqualTo(300);
    assertThat(image.getRGB(6, 4 + 6 + image.getHeight() / 3) & 0xFFFFFF).isNotZero();
    assertThat(List.of(Legend.number(0), Legend.number(-0.12345), Legend.number(12345)))
        .containsExactly("0", "-0.123", "1.23e+04");
    assertThat(Set.of(Legend.number(3.14159), Legend.number(99.96))).contains("3.14", "100.0");
  }
}
