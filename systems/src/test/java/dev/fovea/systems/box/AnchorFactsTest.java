package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code anchors.json}: answers of torchvision 0.29.1 and Detectron2. */
final class AnchorFactsTest {
  @TestFactory
  Stream<DynamicTest> cells() {
    return Facts.tests("anchors", "cells_", AnchorFactsTest::cells);
  }

  private static void cells(Fact f) {
    double[][] sizes = VisionFacts.rows(f.input("sizes"));
    double[][] ratios = VisionFacts.rows(f.input("ratios"));
    List<Object> cells = Json.array(f.answer("cells"), f.name());
    assertThat(cells).hasSize(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      double[] ratio = ratios[Math.min(i, ratios.length - 1)];
      CellAnchors got = CellAnchors.rounded(sizes[i], ratio);
      Facts.close(got.boxes().toArray(), Facts.flat(cells.get(i)), f.tolerance());
    }
  }

  @TestFactory
  Stream<DynamicTest> grid() {
    return Facts.tests("anchors", "grid_two_levels", AnchorFactsTest::grid);
  }

  private static void grid(Fact f) {
    int[] image = Facts.ints(f.input("image"));
    double[][] maps = VisionFacts.rows(f.input("maps"));
    double[][] sizes = VisionFacts.rows(f.input("sizes"));
    double[] ratios = VisionFacts.numbers(f.input("ratios"));
    int[][] extents = extents(maps);
    List<CellAnchors> cells =
        Arrays.stream(sizes).map(s -> CellAnchors.rounded(s, ratios)).toList();
    Anchors.Level[] levels = Anchors.levels(image[0], image[1], extents, cells);
    BoxArray all = Anchors.of(levels);
    assertThat(all.size()).isEqualTo(VisionFacts.whole(f.answer("count")));
    same(all, 0, f.answer("first"), f);
    same(all, extents[0][1] * cells.get(0).size(), f.answer("row2"), f);
    same(all, levels[0].size(), f.answer("level2"), f);
    same(all, -1, f.answer("last"), f);
    sum(all, f);
  }

  private static int[][] extents(double[][] maps) {
    return Arrays.stream(maps)
        .map(m -> Arrays.stream(m).mapToInt(d -> (int) d).toArray())
        .toArray(int[][]::new);
  }

  /** Compares boxes from one on; −1 for the last ones. */
  private static void same(BoxArray all, int begin, Object expected, Fact f) {
    double[] want = Facts.flat(expected);
    int from = begin < 0 ? 4 * all.size() - want.length : 4 * begin;
    Facts.close(Arrays.copyOfRange(all.toArray(), from, from + want.length), want, f.tolerance());
  }

  private static void sum(BoxArray all, Fact f) {
    double[] sums = new double[4];
    double[] numbers = all.toArray();
    for (int i = 0; i < numbers.length; i++) {
      sums[i % 4] += numbers[i];
    }
    Facts.close(sums, Facts.flat(f.answer("sum")), f.tolerance());
  }

  @TestFactory
  Stream<DynamicTest> detectron() {
    return Facts.tests(
        "anchors",
        "detectron2_cells",
        f ->
            Facts.close(
                CellAnchors.exact(
                        VisionFacts.numbers(f.input("sizes")),
                        VisionFacts.numbers(f.input("ratios")))
                    .boxes()
                    .toArray(),
                Facts.flat(f.answer("cells")),
                f.tolerance()));
  }

  /** The case counts pixels from 1, as the comment in the original code does; the code from 0. */
  @TestFactory
  Stream<DynamicTest> originalCode() {
    return Facts.tests(
        "anchors",
        "py_faster_rcnn_legacy",
        f ->
            assertThat(
                    CellAnchors.inclusive(
                            VisionFacts.number(f.input("base")),
                            VisionFacts.numbers(f.input("ratios")),
                            VisionFacts.numbers(f.input("scales")))
                        .boxes()
                        .toArray())
                .containsExactly(
                    Arrays.stream(Facts.flat(f.answer("anchors"))).map(v -> v - 1).toArray()));
  }

  @TestFactory
  Stream<DynamicTest> ssd300() {
    return Facts.tests("anchors", "ssd300_coco", AnchorFactsTest::ssd300);
  }

  private static void ssd300(Fact f) {
    int image = VisionFacts.whole(f.input("image"));
    double[] sides = VisionFacts.numbers(f.input("maps"));
    DefaultBoxes boxes = DefaultBoxes.ssd300();
    assertThat(boxes.scales()).containsExactlyElementsOf(doubles(f.input("scales")));
    assertThat(boxes.steps()).containsExactlyElementsOf(doubles(f.input("steps")));
    int[] perCell = Facts.ints(f.answer("per_cell"));
    for (int k = 0; k < perCell.length; k++) {
      assertThat(boxes.perCell(k)).isEqualTo(perCell[k]);
    }
    BoxArray all = boxes.of(image, image, squares(sides));
    assertThat(all.size()).isEqualTo(VisionFacts.whole(f.answer("count")));
    same(all, 0, f.answer("first"), f);
    int cells = (int) (sides[0] * sides[0]);
    same(all, cells * perCell[0], f.answer("level2"), f);
    same(all, -1, f.answer("last"), f);
    sum(all, f);
  }

  private static List<Double> doubles(Object list) {
    return Arrays.stream(VisionFacts.numbers(list)).boxed().toList();
  }

  private static int[][] squares(double[] sides) {
    return Arrays.stream(sides).mapToObj(s -> new int[] {(int) s, (int) s}).toArray(int[][]::new);
  }

  @TestFactory
  Stream<DynamicTest> smallSsd() {
    return Facts.tests("anchors", "ssd_small", AnchorFactsTest::smallSsd);
  }

  private static void smallSsd(Fact f) {
    int image = VisionFacts.whole(f.input("image"));
    double[] sides = VisionFacts.numbers(f.input("maps"));
    List<Double> scales =
        DefaultBoxes.scales(
            VisionFacts.number(f.input("min_ratio")),
            VisionFacts.number(f.input("max_ratio")),
            sides.length);
    double[] got = scales.stream().mapToDouble(Double::doubleValue).toArray();
    Facts.close(got, Facts.flat(f.answer("scales")), 1e-12);
    List<List<Double>> ratios = new ArrayList<>();
    for (Object r : Json.array(f.input("ratios"), f.name())) {
      ratios.add(doubles(r));
    }
    BoxArray all = new DefaultBoxes(scales, ratios).of(image, image, squares(sides));
    Facts.close(all.toArray(), Facts.flat(f.answer("boxes")), f.tolerance());
  }

  @TestFactory
  Stream<DynamicTest> scales() {
    return Facts.tests(
        "anchors",
        "ssd_paper_scales",
        f -> {
          int m = VisionFacts.whole(f.input("m"));
          List<Double> scales =
              DefaultBoxes.scales(
                  VisionFacts.number(f.input("s_min")), VisionFacts.number(f.input("s_max")), m);
          double[] got = scales.subList(0, m).stream().mapToDouble(Double::doubleValue).toArray();
          Facts.close(got, Facts.flat(f.answer("scales")), f.tolerance());
        });
  }

  @TestFactory
  Stream<DynamicTest> levels() {
    return Facts.tests("anchors", "fpn_levels", AnchorFactsTest::levels);
  }

  private static void levels(Fact f) {
    PyramidLevels rule =
        new PyramidLevels(
            (int) Facts.param(f, "k_min"),
            (int) Facts.param(f, "k_max"),
            Facts.param(f, "canonical_size"),
            (int) Facts.param(f, "canonical_level"));
    double[] sides = VisionFacts.numbers(f.input("sides"));
    int[] got = Arrays.stream(sides).mapToInt(s -> rule.level(s, s)).toArray();
    assertThat(got).containsExactly(Facts.ints(f.answer("levels")));
  }
}
