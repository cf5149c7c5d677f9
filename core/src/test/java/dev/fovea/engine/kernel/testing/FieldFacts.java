package dev.fovea.engine.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Results of convolutions and poolings that can be checked by hand; the names name the case. */
public final class FieldFacts {
  /** What computes the ops. */
  @FunctionalInterface
  public interface Runner {
    /** Returns the result of an op. */
    float[] run(Op op, List<Shape> shapes, List<float[]> inputs);
  }

  /** The reference, rounded to floats. */
  public static final Runner REFERENCE =
      (op, shapes, inputs) -> {
        List<double[]> wide = new ArrayList<>();
        for (float[] x : inputs) {
          double[] w = new double[x.length];
          Arrays.setAll(w, i -> x[i]);
          wide.add(w);
        }
        double[] y = Reference.apply(op, shapes, wide);
        float[] rounded = new float[y.length];
        for (int i = 0; i < y.length; i++) {
          rounded[i] = (float) y[i];
        }
        return rounded;
      };

  private static final String COUNTED = "1 2 3 4; 5 6 7 8; 9 10 11 12; 13 14 15 16";
  private static final String A =
      "105 102 100 97 96; 103 99 103 101 102; 101 98 104 102 100; 99 101 106 104 99;"
          + " 104 104 104 100 98";
  private static final String SHARPEN = "0 -1 0; -1 5 -1; 0 -1 0";
  private static final Window2d THREE = Window2d.of(3, 3);
  private static final Window2d PADDED = THREE.padding(1, 1, 1, 1);

  private final Runner runner;

  private FieldFacts(Runner runner) {
    this.runner = runner;
  }

  /** Returns the tests, computed by {@code runner}. */
  public static Stream<DynamicTest> tests(Runner runner) {
    FieldFacts facts = new FieldFacts(runner);
    return Stream.of(
            facts.valid(), facts.sharpened(), facts.channels(), facts.pooled(), facts.patches())
        .flatMap(List::stream);
  }

  /** One channel of numbers: rows are separated by semicolons. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Grid(int height, int width, float[] values) {
    static Grid of(String text) {
      String[] rows = text.split(";", -1);
      List<Float> all = new ArrayList<>();
      for (String row : rows) {
        for (String number : row.strip().split("\\s+", -1)) {
          all.add(Float.parseFloat(number));
        }
      }
      float[] values = new float[all.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = all.get(i);
      }
      return new Grid(rows.length, values.length / rows.length, values);
    }
  }

  private float[] conv(String image, String kernel, Window2d window) {
    Grid x = Grid.of(image);
    Grid w = Grid.of(kernel);
    return runner.run(
        new Contraction.Conv2d(window, 1),
        List.of(Shape.of(1, x.height, x.width, 1), Shape.of(w.height, w.width, 1, 1)),
        List.of(x.values, w.values));
  }

  private DynamicTest equal(
      String name, String image, String kernel, Window2d window, String result) {
    return dynamicTest(
        name,
        () -> assertThat(conv(image, kernel, window)).containsExactly(Grid.of(result).values));
  }

  private List<DynamicTest> valid() {
    return List.of(
        equal("valid, 2×2", COUNTED, "-1 1; 0 1", Window2d.of(2, 2), "7 8 9; 11 12 13; 15 16 17"),
        equal(
            "valid, 2×2, [1 2; 3 4]",
            COUNTED,
            "1 2; 3 4",
            Window2d.of(2, 2),
            "44 54 64; 84 94 104; 124 134 144"),
        equal(
            "valid, 3×3, [0 1 2; 2 2 0; 0 1 2]",
            "3 3 2 1 0; 0 0 1 3 1; 3 1 2 2 3; 2 0 0 2 2; 2 0 0 0 1",
            "0 1 2; 2 2 0; 0 1 2",
            THREE,
            "12 12 17; 10 17 19; 9 6 14"),
        equal(
            "valid, 3×3, [1 0 1; 0 1 0; 1 0 1]",
            "1 1 1 0 0; 0 1 1 1 0; 0 0 1 1 1; 0 0 1 1 0; 0 1 1 0 0",
            "1 0 1; 0 1 0; 1 0 1",
            THREE,
            "4 3 4; 2 4 3; 2 3 4"),
        equal(
            "valid, 3×3, [1 0 0; 0 2 -1; -1 0 -2]",
            "1 4 0 2 0; 5 3 0 2 1; 2 0 0 1 0; 1 5 3 2 0; 3 0 2 0 2",
            "1 0 0; 0 2 -1; -1 0 -2",
            THREE,
            "5 0 3; -2 -7 -1; 2 4 -2"),
        dynamicTest("pattern match of X", this::patternMatch));
  }

  private List<DynamicTest> sharpened() {
    return List.of(
        equal("valid, sharpen on A", A, SHARPEN, THREE, "89 111 101; 85 111 101; 98 117 113"),
        equal(
            "same, stride 1, sharpen on A",
            A,
            SHARPEN,
            THREE.same(5, 5),
            "320 206 198 188 281; 210 89 111 101 213; 205 85 111 101 197; 189 98 117 113 193;"
                + " 317 211 210 194 291"),
        equal(
            "same, stride 2, sharpen on A",
            A,
            SHARPEN,
            THREE.stride(2, 2).same(5, 5),
            "320 198 281; 205 111 197; 317 210 291"),
        dynamicTest(
            "full on A, any 3×3, is 7×7",
            () -> assertThat(conv(A, SHARPEN, THREE.padding(2, 2, 2, 2))).hasSize(7 * 7)));
  }

  private List<DynamicTest> channels() {
    Grid r =
        Grid.of(
            "156 155 156 158 158; 153 154 157 159 159; 149 151 155 158 159; 146 146 149 153 158;"
                + " 145 143 143 148 158");
    Grid g =
        Grid.of(
            "167 166 167 169 169; 164 165 168 170 170; 160 162 166 169 170; 156 156 159 163 168;"
                + " 155 153 153 158 168");
    Grid b =
        Grid.of(
            "163 162 163 165 165; 160 161 164 166 166; 156 158 162 165 166; 155 155 158 162 167;"
                + " 154 152 152 157 167");
    float[] x = interleaved(r, g, b);
    float[] w =
        interleaved(
            Grid.of("-1 -1 1; 0 1 -1; 0 1 1"),
            Grid.of("1 0 0; 1 -1 -1; 1 0 -1"),
            Grid.of("0 1 1; 0 1 0; 1 -1 1"));
    Epilogue bias = Epilogue.NONE.withBias();
    return List.of(
        dynamicTest(
            "3 channels, same, bias 1",
            () -> {
              float[] y =
                  runner.run(
                      new Contraction.Conv2d(PADDED, 1, bias, Optional.empty()),
                      List.of(Shape.of(1, 5, 5, 3), Shape.of(3, 3, 3, 1), Shape.of(1)),
                      List.of(x, w, new float[] {1}));
              assertThat(Arrays.copyOf(y, 4)).containsExactly(-25, 466, 466, 475);
              assertThat(Arrays.copyOfRange(y, 5, 9)).containsExactly(295, 787, 798, 812);
            }));
  }

  /** Returns the channels' numbers pixel by pixel. */
  private static float[] interleaved(Grid... channels) {
    float[] all = new float[channels.length * channels[0].values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = channels[i % channels.length].values[i / channels.length];
    }
    return all;
  }

  private void patternMatch() {
    float[] x = new float[81];
    Arrays.fill(x, -1);
    for (int i = 1; i <= 7; i++) {
      x[i * 9 + i] = 1;
      x[i * 9 + 8 - i] = 1;
    }
    float[] sums =
        runner.run(
            new Contraction.Conv2d(THREE, 1),
            List.of(Shape.of(1, 9, 9, 1), Shape.of(3, 3, 1, 1)),
            List.of(x, Grid.of("1 -1 -1; -1 1 -1; -1 -1 1").values));
    float[] y =
        runner.run(
            new Elementwise.Binary(BinaryFunction.DIVIDE),
            List.of(Shape.of(1, 7, 7, 1), Shape.scalar()),
            List.of(sums, new float[] {9}));
    float[] first = {0.78f, -0.11f, 0.11f, 0.33f, 0.56f, -0.11f, 0.33f};
    assertThat(Arrays.copyOf(y, 7)).containsExactly(first, within(0.005f));
    float largest = y[0];
    float largestOnDiagonal = y[0];
    for (int i = 0; i < 49; i++) {
      largest = Math.max(largest, y[i]);
      largestOnDiagonal = Math.max(largestOnDiagonal, i % 8 == 0 ? y[i] : -1);
    }
    assertThat(largest).isEqualTo(1);
    assertThat(largestOnDiagonal).isEqualTo(1);
  }

  private List<DynamicTest> pooled() {
    return List.of(
        pooled("max pool 2×2 stride 2, first", "1 1 2 4; 5 6 7 8; 3 2 1 0; 1 2 3 4", "6 8; 3 4"),
        pooled("max pool 2×2 stride 2, second", "1 2 5 6; 3 4 2 8; 3 4 4 2; 1 5 6 3", "4 8; 5 6"),
        dynamicTest(
            "ReLU",
            () -> {
              Grid x = Grid.of("15 20 -10 35; 18 -110 25 100; 20 -15 25 -10; 101 75 18 23");
              float[] y =
                  runner.run(
                      new Elementwise.Activate(Activation.RELU),
                      List.of(Shape.of(1, 4, 4, 1)),
                      List.of(x.values));
              Grid expected = Grid.of("15 20 0 35; 18 0 25 100; 20 0 25 0; 101 75 18 23");
              assertThat(y).containsExactly(expected.values);
            }));
  }

  private DynamicTest pooled(String name, String image, String result) {
    return dynamicTest(
        name,
        () -> {
          float[] y =
              runner.run(
                  new Pooling.MaxPool(Window2d.of(2, 2).stride(2, 2)),
                  List.of(Shape.of(1, 4, 4, 1)),
                  List.of(Grid.of(image).values));
          assertThat(y).containsExactly(Grid.of(result).values);
        });
  }

  /** A convolution with one filter per place of the window that is 1 there gives the patches. */
  private List<DynamicTest> patches() {
    Grid expected =
        Grid.of(
            "1 2 3 5 6 7 9 10 11; 2 3 4 6 7 8 10 11 12; 5 6 7 9 10 11 13 14 15;"
                + " 6 7 8 10 11 12 14 15 16");
    return List.of(
        dynamicTest(
            "valid, 2×2, as im2col · vector",
            () -> {
              float[] identity = new float[16];
              for (int i = 0; i < 4; i++) {
                identity[i * 4 + i] = 1;
              }
              float[] patches =
                  runner.run(
                      new Contraction.Conv2d(Window2d.of(2, 2), 1),
                      List.of(Shape.of(1, 4, 4, 1), Shape.of(2, 2, 1, 4)),
                      List.of(Grid.of(COUNTED).values, identity));
              for (int i = 0; i < patches.length; i++) {
                assertThat(patches[i]).isEqualTo(expected.values[i % 4 * 9 + i / 4]);
              }
              float[] product =
                  runner.run(
                      new Contraction.MatMul(false, false),
                      List.of(Shape.of(1, 4), Shape.of(4, 9)),
                      List.of(new float[] {1, 2, 3, 4}, expected.values));
              assertThat(product).containsExactly(44, 54, 64, 84, 94, 104, 124, 134, 144);
            }));
  }
}
