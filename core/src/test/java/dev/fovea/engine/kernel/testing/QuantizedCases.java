package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.op.Quantized.Steps;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Cases for the ops on bytes. */
final class QuantizedCases {
  private static final Rounding ALL = new Rounding(117, 0, 255);
  private static final Rounding SOME = new Rounding(3, 3, 200);
  private static final Window2d PADDED = Window2d.of(3, 3).padding(1, 1, 1, 1);

  private QuantizedCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (int n : new int[] {1, 7, 16, 33, 40_001}) {
      elements(cases, Shape.of(n));
    }
    for (int channels : new int[] {1, 5, 8, 16, 37}) {
      Shape x = Shape.of(3, 5, 7, channels);
      cases.add(bytes("zero", new Quantized.Mean(9, 0.02f, ALL), x));
      cases.add(bytes("bounds", new Quantized.Mean(255, -0.03f, SOME), x));
      cases.add(bytes("bytes", new Pooling.MaxPool(PADDED), x));
    }
    products(cases);
    windows(cases);
    depthwise(cases);
    return cases;
  }

  private static OpCase bytes(String name, Op op, Shape... shapes) {
    return OpCase.of(name, op, Fill.UNSIGNED, shapes).with(ElementType.UINT8);
  }

  private static void elements(List<OpCase> cases, Shape x) {
    cases.add(OpCase.of("all", new Quantized.Quantize(0.5f, ALL), Fill.HALVES, x));
    cases.add(OpCase.of("some", new Quantized.Quantize(0.3f, SOME), Fill.WIDE, x));
    cases.add(bytes("real", new Quantized.Dequantize(new Steps(0.37f, 12)), x));
    Steps a = new Steps(0.5f, 7);
    cases.add(bytes("ties", new Quantized.Sum(a, new Steps(1.5f, 0), 2, ALL), x, x));
    cases.add(bytes("bounds", new Quantized.Sum(a, new Steps(0.3f, 255), 0.7f, SOME), x, x));
  }

  /** Rows and columns of all remainders, and more products than floats add up exactly. */
  private static void products(List<OpCase> cases) {
    Window2d one = Window2d.of(1, 1);
    for (int n : new int[] {1, 3, 8, 15, 16, 24, 31, 33, 40, 130, 300}) {
      add(cases, "columns", one, 1, Shape.of(1, 3, 5, 20), n);
    }
    for (int rows : new int[] {1, 2, 13, 14, 15, 29, 57, 211}) {
      add(cases, "rows", one, 1, Shape.of(1, rows, 1, 9), 34);
    }
    for (int k : new int[] {1, 2, 3, 5, 511, 512, 513, 1100}) {
      add(cases, "inner", one, 1, Shape.of(2, 2, 2, k), 18);
    }
    add(cases, "large", one, 1, Shape.of(2, 33, 9, 65), 97);
  }

  private static void windows(List<OpCase> cases) {
    Window2d strided = PADDED.stride(2, 2);
    add(cases, "3×3", PADDED, 1, Shape.of(2, 6, 7, 4), 17);
    add(cases, "3×3 strided", strided, 1, Shape.of(1, 9, 8, 3), 32);
    Window2d wide = Window2d.of(5, 7).padding(2, 3, 3, 2).stride(2, 2);
    add(cases, "5×7 strided", wide, 1, Shape.of(2, 11, 37, 3), 130);
    add(cases, "3×3 groups", PADDED, 2, Shape.of(1, 5, 6, 8), 34);
    add(cases, "3×3 long", PADDED, 1, Shape.of(1, 5, 4, 130), 20);
    add(cases, "1×1 strided", Window2d.of(1, 1).stride(2, 3), 3, Shape.of(2, 5, 7, 9), 6);
    add(cases, "2×5", Window2d.of(2, 5).padding(0, 1, 3, 2), 1, Shape.of(1, 6, 9, 5), 9);
    add(cases, "dilated", PADDED.dilation(2, 1), 1, Shape.of(1, 7, 7, 6), 8);
    add(cases, "one pixel", PADDED, 1, Shape.of(1, 1, 1, 5), 3);
  }

  private static void depthwise(List<OpCase> cases) {
    for (int channels : new int[] {3, 8, 16, 20, 40}) {
      add(cases, "depthwise", PADDED, channels, Shape.of(2, 6, 5, channels), channels);
    }
    Shape x = Shape.of(1, 7, 9, 24);
    add(cases, "depthwise strided", PADDED.stride(2, 2), 24, x, 24);
    add(cases, "depthwise 5×4", Window2d.of(5, 4).padding(2, 2, 1, 2), 24, x, 24);
    add(cases, "depthwise dilated", PADDED.dilation(2, 3), 24, x, 24);
    add(cases, "depthwise line", PADDED, 24, Shape.of(1, 1, 1, 24), 24);
    add(cases, "twice", PADDED, 24, x, 48);
    add(cases, "depthwise large", PADDED, 32, Shape.of(1, 40, 33, 32), 32);
  }

  private static void add(
      List<OpCase> cases, String name, Window2d window, int groups, Shape x, int columns) {
    Shape w = Shape.of(window.kernelHeight(), window.kernelWidth(), x.dim(3) / groups, columns);
    List<Shape> shapes = List.of(x, w, Shape.of(columns), Shape.of(columns));
    List<ElementType> types = new ArrayList<>(Collections.nCopies(4, ElementType.FLOAT32));
    types.set(0, ElementType.UINT8);
    types.set(1, ElementType.INT8);
    List<Fill> fills = List.of(Fill.UNSIGNED, Fill.SIGNED, Fill.MULTIPLIERS, Fill.WIDE);
    for (Optional<Rounding> to :
        List.of(Optional.of(ALL), Optional.of(SOME), Optional.<Rounding>empty())) {
      int zero = to.equals(Optional.of(SOME)) ? 255 : 0;
      var op = new Quantized.Conv2d(window, groups, zero, to, Optional.empty());
      String text = name + to.map(r -> " to " + r.greatest()).orElse("");
      cases.add(new OpCase(text, op, shapes, types, fills));
    }
  }
}
