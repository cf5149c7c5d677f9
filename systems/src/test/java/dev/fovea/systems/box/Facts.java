package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** How cases of {@link VisionFacts} are read as numbers, and answers compared with theirs. */
public final class Facts {
  private Facts() {}

  /** Returns a test of each case of a file whose name begins with this. */
  public static Stream<DynamicTest> tests(String file, String begin, Consumer<Fact> check) {
    List<Fact> cases =
        VisionFacts.of(file).stream().filter(f -> f.name().startsWith(begin)).toList();
    assertThat(cases).as(begin).isNotEmpty();
    return cases.stream().map(f -> DynamicTest.dynamicTest(f.name(), () -> check.accept(f)));
  }

  /** Returns all numbers of nested lists, row-major. */
  public static double[] flat(Object nested) {
    List<Double> all = new ArrayList<>();
    collect(nested, all);
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(Object value, List<Double> to) {
    if (value instanceof List<?> list) {
      list.forEach(v -> collect(v, to));
    } else {
      to.add(VisionFacts.number(value));
    }
  }

  /** Returns the same numbers as floats. */
  public static float[] floats(Object nested) {
    return floats(flat(nested));
  }

  /** Returns the same numbers as floats. */
  public static float[] floats(double[] numbers) {
    float[] f = new float[numbers.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) numbers[i];
    }
    return f;
  }

  /** Returns the same numbers as whole ones. */
  public static int[] ints(Object nested) {
    return Arrays.stream(flat(nested)).mapToInt(d -> (int) d).toArray();
  }

  /** Returns the tensor that nested lists of equal lengths are. */
  public static Tensor tensor(Object nested) {
    List<Integer> dims = new ArrayList<>();
    Object at = nested;
    while (at instanceof List<?> list) {
      dims.add(list.size());
      at = list.isEmpty() ? 0 : list.get(0);
    }
    return Tensor.of(Shape.of(dims.stream().mapToInt(Integer::intValue).toArray()), floats(nested));
  }

  /** Returns the boxes of a list of four numbers each. */
  public static BoxArray boxes(Object nested) {
    return BoxArray.of(flat(nested));
  }

  /** Returns a parameter of a case. */
  public static double param(Fact f, String key) {
    return VisionFacts.number(Json.member(f.params(), key, f.name()));
  }

  /** Checks numbers within a tolerance, absolute or of a number above 1. */
  public static void close(double[] got, double[] expected, double tolerance) {
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      double most = tolerance * Math.max(1, Math.abs(expected[i]));
      if (!(Math.abs(got[i] - expected[i]) <= most)) {
        throw new AssertionError("at " + i + ": " + got[i] + " is not " + expected[i]);
      }
    }
  }

  /** Checks floats within a tolerance. */
  public static void close(float[] got, Object expected, double tolerance) {
    double[] wide = new double[got.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = got[i];
    }
    close(wide, flat(expected), tolerance);
  }

  /** Returns a map [.., C, H, W] of a reference as [.., H, W, C]. */
  public static Tensor channelsLast(Tensor x) {
    int c = x.shape().dim(-3);
    int h = x.shape().dim(-2);
    int w = x.shape().dim(-1);
    Tensor y = Tensor.zeros(x.shape().withDim(-3, h).withDim(-2, w).withDim(-1, c));
    for (int i = 0; i < y.data().length; i++) {
      int channel = i % c;
      int pixel = i / c % (h * w);
      y.data()[i] = x.data()[(i / (c * h * w) * c + channel) * h * w + pixel];
    }
    return y;
  }
}
