package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Pooling;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for the poolings and their backward passes. */
final class PoolingCases {
  private PoolingCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    Window2d half = Window2d.of(2, 2).stride(2, 2);
    for (int channels : new int[] {1, 3, 6, 16, 17, 37, 64}) {
      add(cases, "2×2/2", half, Shape.of(2, 6, 8, channels));
    }
    for (int extent : new int[] {2, 3, 5, 7, 13, 15, 16, 17, 31, 33}) {
      add(cases, "2×2/2", half, Shape.of(1, extent, 5, 3));
      add(cases, "2×2/2", half, Shape.of(1, 4, extent, 5));
    }
    for (int stride = 1; stride <= 4; stride++) {
      Window2d w = Window2d.of(3, 3).stride(stride, stride);
      add(cases, "3×3/" + stride, w, Shape.of(2, 9, 11, 3));
      add(cases, "3×3/" + stride + " padded", w.padding(1, 1, 1, 1), Shape.of(1, 8, 9, 17));
      add(cases, "2×1/" + stride, Window2d.of(2, 1).stride(stride, stride), Shape.of(1, 7, 9, 2));
    }
    Window2d dilated = Window2d.of(2, 3).dilation(3, 2);
    add(cases, "1×1", Window2d.of(1, 1), Shape.of(1, 3, 5, 2));
    add(cases, "1 pixel", Window2d.of(1, 1), Shape.of(1, 1, 1, 1));
    add(cases, "all of it", Window2d.of(7, 7), Shape.of(3, 7, 7, 16));
    add(cases, "uneven", Window2d.of(3, 2).padding(0, 2, 1, 0).stride(2, 1), Shape.of(2, 6, 7, 5));
    add(cases, "dilated", dilated, Shape.of(1, 8, 9, 3));
    add(cases, "dilated, padded", dilated.padding(1, 3, 4, 0), Shape.of(2, 6, 5, 6));
    add(cases, "dilated past the image", dilated.padding(1, 2, 0, 0), Shape.of(1, 1, 5, 3));
    add(
        cases,
        "large",
        Window2d.of(3, 3).stride(2, 2).padding(1, 1, 1, 1),
        Shape.of(2, 65, 63, 33));
    return cases;
  }

  private static void add(List<OpCase> cases, String name, Window2d w, Shape x) {
    Shape y = x.withDim(1, w.outputHeight(x.dim(1))).withDim(2, w.outputWidth(x.dim(2)));
    cases.add(OpCase.of(name, new Pooling.MaxPool(w), x));
    cases.add(OpCase.of(name + " ties", new Pooling.MaxPool(w), Fill.TIES, x));
    cases.add(OpCase.of(name, new Pooling.MaxPoolGradient(w), x, y));
    cases.add(OpCase.of(name, new Pooling.MaxPoolGather(w), x, x));
    List<Fill> ties = List.of(Fill.TIES, Fill.SYMMETRIC);
    cases.add(new OpCase(name + " ties", new Pooling.MaxPoolGradient(w), List.of(x, y), ties));
    cases.add(new OpCase(name + " ties", new Pooling.MaxPoolGather(w), List.of(x, x), ties));
    for (boolean count : new boolean[] {true, false}) {
      var gradient = new Pooling.AveragePoolGradient(w, count, x.dim(1), x.dim(2));
      String text = name + (count ? " counting padding" : "");
      cases.add(OpCase.of(text, new Pooling.AveragePool(w, count), x));
      cases.add(OpCase.of(text, gradient, y));
    }
  }
}
