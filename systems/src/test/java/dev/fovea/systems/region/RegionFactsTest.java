package dev.fovea.systems.region;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Value;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Facts;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.box.PyramidLevels;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code roi.json} and the mask targets: answers of torchvision 0.29.1. */
final class RegionFactsTest {
  @TestFactory
  Stream<DynamicTest> align() {
    return Facts.tests(
        "roi",
        "align_",
        f -> {
          boolean aligned = flag(f, "aligned");
          RegionBins bins =
              new RegionBins(
                  (int) Facts.param(f, "height"),
                  (int) Facts.param(f, "width"),
                  (float) Facts.param(f, "spatial_scale"),
                  (int) Facts.param(f, "sampling_ratio"),
                  aligned,
                  -1);
          check(f, (regions, map) -> Value.of(new Regions.Align(bins), regions, map));
        });
  }

  private static boolean flag(Fact f, String key) {
    Object value = Json.member(f.params(), key, f.name());
    return value instanceof Boolean b ? b : Json.number(value, key) != 0;
  }

  @TestFactory
  Stream<DynamicTest> pool() {
    return Facts.tests(
        "roi",
        "pool_",
        f -> {
          int height = (int) Facts.param(f, "height");
          int width = (int) Facts.param(f, "width");
          RegionPool pool = new RegionPool(height, width, 1 / Facts.param(f, "spatial_scale"));
          check(f, pool::of);
        });
  }

  /** Checks the forward pass and the gradient by the map, sample by sample. */
  private static void check(Fact f, BinaryOperator<Value> layer) {
    Tensor maps = Facts.channelsLast(Facts.tensor(f.input("map")));
    double[] rois = Facts.flat(f.input("rois"));
    Tensor dy = Facts.channelsLast(Facts.tensor(f.input("dy")));
    Tensor y = Facts.channelsLast(Facts.tensor(f.answer("y")));
    Tensor dx = Facts.channelsLast(Facts.tensor(f.answer("dx")));
    for (int n = 0; n < maps.shape().dim(0); n++) {
      int sample = n;
      int[] own = IntStream.range(0, rois.length / 5).filter(k -> rois[5 * k] == sample).toArray();
      Tensor weights = rows(dy, own).reshape(rows(dy, own).shape().prepend(1));
      List<float[]> got =
          GraphNumbers.of(v -> layer.apply(v.get(0), v.get(1)), regions(rois, own), rows(maps, n));
      Facts.close(got.get(0), numbers(rows(y, own)), f.tolerance());
      List<float[]> gradients =
          GraphNumbers.of(
              v -> layer.apply(v.get(0), v.get(1)).times(Value.constant(weights)),
              regions(rois, own),
              rows(maps, n));
      Facts.close(gradients.get(2), numbers(rows(dx, n)), f.tolerance());
    }
  }

  private static List<Double> numbers(Tensor t) {
    return IntStream.range(0, t.data().length).mapToObj(i -> (double) t.data()[i]).toList();
  }

  private static Tensor regions(double[] rois, int[] own) {
    float[] boxes = new float[4 * own.length];
    for (int i = 0; i < boxes.length; i++) {
      boxes[i] = (float) rois[5 * own[i / 4] + 1 + i % 4];
    }
    return Tensor.of(Shape.of(1, own.length, 4), boxes);
  }

  private static Tensor rows(Tensor t, int... rows) {
    int size = t.shape().elements() / t.shape().dim(0);
    float[] picked = new float[rows.length * size];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(t.data(), rows[i] * size, picked, i * size, size);
    }
    return Tensor.of(t.shape().withDim(0, rows.length), picked);
  }

  @TestFactory
  Stream<DynamicTest> severalLevels() {
    return Facts.tests("roi", "multi_scale", RegionFactsTest::severalLevels);
  }

  private static void severalLevels(Fact f) {
    double[] strides = Facts.flat(Json.member(f.params(), "strides", f.name()));
    int canonical = (int) Facts.param(f, "canonical_level");
    PyramidLevels levels =
        new PyramidLevels(2, 1 + strides.length, Facts.param(f, "canonical_size"), canonical);
    BoxArray boxes = Facts.boxes(f.input("boxes"));
    int[] expected = Facts.ints(f.answer("levels"));
    assertThat(levels.levels(boxes)).containsExactly(expected);
    RegionAlign align =
        RegionAlign.of((int) Facts.param(f, "output"), levels, strides[0])
            .places((int) Facts.param(f, "sampling_ratio"))
            .notAligned();
    assertThat(align.strides())
        .containsExactly(Arrays.stream(strides).boxed().toArray(Double[]::new));
    List<Tensor> inputs = new ArrayList<>();
    inputs.add(Tensor.of(Shape.of(1, boxes.size(), 4), boxes.toTensor().data()));
    for (Object map : Json.array(f.input("maps"), f.name())) {
      inputs.add(Facts.channelsLast(Facts.tensor(map)));
    }
    List<float[]> got =
        GraphNumbers.of(
            v -> align.of(v.get(0), v.subList(1, v.size()).toArray(Value[]::new)),
            inputs.toArray(Tensor[]::new));
    Tensor y = Facts.channelsLast(Facts.tensor(f.answer("y")));
    Facts.close(got.get(0), numbers(y), f.tolerance());
    onlyTheirLevel(expected, got.subList(2, got.size()));
  }

  /** The gradient of a map without regions is 0. */
  private static void onlyTheirLevel(int[] levels, List<float[]> gradients) {
    for (int i = 0; i < gradients.size(); i++) {
      int level = 2 + i;
      double sum = 0;
      for (float g : gradients.get(i)) {
        sum += g;
      }
      long regions = Arrays.stream(levels).filter(l -> l == level).count();
      assertThat(sum > 0).isEqualTo(regions > 0);
    }
  }

  @TestFactory
  Stream<DynamicTest> maskTargets() {
    return Facts.tests(
        "losses",
        "mask_targets",
        f -> {
          BoxArray boxes = Facts.boxes(f.input("proposals"));
          int[] matched = Facts.ints(f.input("matched"));
          List<Object> masks = Json.array(f.input("masks"), f.name());
          List<Object> targets = Json.array(f.answer("targets"), f.name());
          for (int i = 0; i < matched.length; i++) {
            Tensor mask = Facts.tensor(masks.get(matched[i]));
            MaskTargets theirs = new MaskTargets((int) Facts.param(f, "size"), false);
            float[] got = theirs.within(boxes, i, mask);
            Facts.close(got, targets.get(i), f.tolerance());
          }
        });
  }
}
