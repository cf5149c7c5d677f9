package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cases for the convolution, its transpose and its weight gradient. */
final class ConvolutionCases {
  private ConvolutionCases() {}

  /** One geometry, which becomes a case of each of the three ops. */
  private record Conv(String name, Shape x, int cout, Window2d window, int groups) {
    Shape weights() {
      int in = x.dim(3) / groups;
      return Shape.of(window.kernelHeight(), window.kernelWidth(), in, cout);
    }

    Shape y() {
      return Shape.of(x.dim(0), window.outputHeight(x.dim(1)), window.outputWidth(x.dim(2)), cout);
    }

    OpCase forward(Epilogue e) {
      List<Shape> shapes = new ArrayList<>(List.of(x, weights()));
      if (e.bias()) {
        shapes.add(Shape.of(cout));
      }
      if (e.residual()) {
        shapes.add(y());
      }
      var op = new Contraction.Conv2d(window, groups, e, Optional.empty());
      String text = name + (e.isNone() ? "" : " " + e);
      return new OpCase(text, op, shapes, shapes.stream().map(_ -> Fill.SYMMETRIC).toList());
    }

    OpCase transposed() {
      var op = new Contraction.ConvTranspose2d(window, groups, x.dim(1), x.dim(2));
      return OpCase.of(name, op, y(), weights());
    }

    OpCase weightGradient() {
      return OpCase.of(name, new Contraction.ConvWeightGradient(window, groups), x, y());
    }
  }

  static List<OpCase> all() {
    List<Conv> geometries = new ArrayList<>();
    plain(geometries);
    strided(geometries);
    padded(geometries);
    dilated(geometries);
    grouped(geometries);
    large(geometries);
    wide(geometries);
    tiny(geometries);
    tiled(geometries);
    manySmall(geometries);
    List<OpCase> cases = new ArrayList<>();
    for (Conv c : geometries) {
      cases.add(c.forward(Epilogue.NONE));
      cases.add(c.transposed());
      cases.add(c.weightGradient());
    }
    epilogues(cases);
    return cases;
  }

  private static Window2d square(int k) {
    return Window2d.of(k, k);
  }

  private static void plain(List<Conv> to) {
    to.add(new Conv("1 pixel", Shape.of(1, 1, 1, 1), 1, square(1), 1));
    for (int channels : new int[] {1, 3, 6, 8, 16, 17, 37, 64}) {
      to.add(new Conv("1×1", Shape.of(2, 5, 7, channels), 17, square(1), 1));
      to.add(new Conv("3×3 from", Shape.of(1, 7, 9, channels), 6, square(3), 1));
      to.add(new Conv("3×3 to", Shape.of(2, 5, 6, 3), channels, square(3).padding(1, 1, 1, 1), 1));
      to.add(new Conv("1×1 to", Shape.of(1, 4, 5, 16), channels, square(1), 1));
    }
    for (int width : new int[] {1, 2, 3, 5, 7, 13, 15, 16, 17, 31, 33, 63, 65}) {
      Window2d same = square(3).padding(1, 1, 1, 1);
      to.add(new Conv("3×3 same", Shape.of(1, 3, width, 3), 16, same, 1));
      to.add(new Conv("3×3 same", Shape.of(1, width, 2, 2), 5, same, 1));
    }
    to.add(new Conv("kernel as large as the input", Shape.of(2, 5, 7, 3), 4, Window2d.of(5, 7), 1));
    to.add(new Conv("1×7", Shape.of(1, 5, 13, 3), 5, Window2d.of(1, 7), 1));
    to.add(new Conv("7×1", Shape.of(1, 13, 5, 3), 5, Window2d.of(7, 1), 1));
    to.add(new Conv("2×2", Shape.of(3, 6, 5, 2), 3, square(2), 1));
    to.add(new Conv("LeNet 1", Shape.of(2, 32, 32, 1), 6, square(5), 1));
    to.add(new Conv("LeNet 2", Shape.of(2, 14, 14, 6), 16, square(5), 1));
  }

  /** Sizes that tiles of 2×2 and 4×4 results fill or not, with channels of whole vectors. */
  private static void tiled(List<Conv> to) {
    Window2d same = square(3).padding(1, 1, 1, 1);
    for (int size : new int[] {1, 3, 4, 7, 14, 28}) {
      to.add(new Conv("tiles", Shape.of(1, size, size, 32), 16, same, 1));
      to.add(new Conv("tiles", Shape.of(2, size, size + 1, 16), 32, same, 1));
    }
    to.add(new Conv("tiles, no padding", Shape.of(2, 15, 13, 16), 32, square(3), 1));
    to.add(new Conv("tiles, no padding", Shape.of(1, 3, 3, 16), 16, square(3), 1));
    to.add(new Conv("tiles, full", Shape.of(1, 5, 6, 16), 16, square(3).padding(2, 2, 2, 2), 1));
    // 46² = 2116 tiles: strips are shared out from 2048 on, sixteen of 128.
    to.add(new Conv("many tiles", Shape.of(1, 184, 184, 16), 16, same, 1));
  }

  /** Batches of small images of few channels. */
  private static void manySmall(List<Conv> to) {
    to.add(new Conv("LeNet 2", Shape.of(9, 14, 14, 6), 16, square(5), 1));
    Window2d w = square(5);
    to.add(new Conv("small", Shape.of(8, 7, 9, 3), 5, w.padding(2, 2, 2, 2), 1));
    to.add(new Conv("small", Shape.of(8, 3, 2, 12), 17, w.padding(4, 3, 5, 2), 1));
    to.add(new Conv("small, stride", Shape.of(11, 9, 8, 5), 8, w.stride(3, 2), 1));
    Window2d apart = square(4).stride(2, 5).padding(0, 3, 1, 0);
    to.add(new Conv("small, gaps", Shape.of(8, 11, 13, 4), 3, apart, 1));
    Window2d tall = new Window2d(3, 9, 1, 1, 1, 1, 0, 0, 2, 1);
    to.add(new Conv("small, dilated rows", Shape.of(8, 6, 11, 7), 2, tall, 1));
    Window2d both = new Window2d(3, 5, 2, 1, 1, 1, 2, 0, 2, 1);
    to.add(new Conv("small, rows dilated as they stride", Shape.of(8, 9, 21, 4), 5, both, 1));
  }

  private static void strided(List<Conv> to) {
    for (int stride = 1; stride <= 4; stride++) {
      for (int kernel : new int[] {1, 2, 3, 5}) {
        Window2d w = square(kernel).stride(stride, stride);
        to.add(new Conv("stride " + stride, Shape.of(2, 11, 13, 3), 7, w, 1));
        to.add(new Conv("stride, same", Shape.of(1, 11, 14, 2), 5, w.same(11, 14), 1));
      }
    }
    Window2d uneven = Window2d.of(3, 2).stride(1, 3);
    to.add(new Conv("uneven strides", Shape.of(1, 7, 13, 3), 5, uneven, 1));
    Window2d stem = square(7).stride(2, 2).padding(3, 3, 3, 3);
    to.add(new Conv("7×7/2", Shape.of(1, 23, 21, 3), 16, stem, 1));
    to.add(new Conv("11×11/4", Shape.of(1, 35, 31, 3), 8, square(11).stride(4, 4), 1));
    to.add(new Conv("1×1/2", Shape.of(2, 9, 8, 16), 33, square(1).stride(2, 2), 1));
    to.add(new Conv("1×1/3, groups", Shape.of(2, 11, 10, 32), 96, square(1).stride(3, 2), 2));
  }

  private static void padded(List<Conv> to) {
    Window2d w = square(3);
    to.add(new Conv("pad above", Shape.of(1, 5, 6, 3), 4, w.padding(1, 0, 0, 0), 1));
    to.add(new Conv("pad below", Shape.of(1, 5, 6, 3), 4, w.padding(0, 1, 0, 0), 1));
    to.add(new Conv("pad left", Shape.of(1, 5, 6, 3), 4, w.padding(0, 0, 2, 0), 1));
    to.add(new Conv("pad right", Shape.of(1, 5, 6, 3), 4, w.padding(0, 0, 0, 2), 1));
    to.add(new Conv("pad all ways", Shape.of(2, 5, 6, 17), 9, w.padding(0, 2, 1, 3), 1));
    to.add(new Conv("pad beyond", Shape.of(1, 2, 3, 2), 3, w.padding(4, 5, 3, 4), 1));
    Window2d both = square(5).padding(2, 1, 0, 3).stride(2, 3);
    to.add(new Conv("pad and stride", Shape.of(2, 9, 10, 3), 5, both, 1));
    to.add(new Conv("1×1 padded", Shape.of(1, 3, 4, 5), 6, square(1).padding(1, 0, 2, 1), 1));
    to.add(new Conv("1 pixel, 3×3", Shape.of(2, 1, 1, 6), 16, w.padding(1, 1, 1, 1), 1));
  }

  private static void dilated(List<Conv> to) {
    for (int d = 2; d <= 3; d++) {
      Window2d w = square(3).dilation(d, d);
      to.add(new Conv("dilation " + d, Shape.of(1, 11, 13, 3), 5, w, 1));
      to.add(new Conv("dilation, same", Shape.of(2, 7, 8, 6), 16, w.same(7, 8), 1));
      Window2d strided = w.stride(2, 2).padding(d, d, d, d);
      to.add(new Conv("dilation and stride", Shape.of(1, 11, 10, 3), 5, strided, 1));
    }
    Window2d uneven = Window2d.of(2, 3).dilation(3, 1).padding(1, 2, 0, 1);
    to.add(new Conv("uneven dilations", Shape.of(1, 9, 7, 4), 6, uneven, 1));
    Window2d depthwise = square(3).dilation(2, 2).same(9, 9);
    to.add(new Conv("dilated depthwise", Shape.of(1, 9, 9, 17), 17, depthwise, 17));
    for (int d = 3; d <= 4; d++) {
      Window2d wide = square(3).dilation(d, d);
      to.add(new Conv("dilated depthwise", Shape.of(2, 7, 5, 33), 33, wide.same(7, 5), 33));
      to.add(new Conv("dilated far", Shape.of(1, 3, 2, 16), 16, wide.same(3, 2), 16));
    }
  }

  private static void grouped(List<Conv> to) {
    Window2d same = square(3).padding(1, 1, 1, 1);
    to.add(new Conv("2 groups", Shape.of(2, 5, 7, 6), 10, same, 2));
    to.add(new Conv("2 groups to 4", Shape.of(2, 5, 7, 6), 4, same, 2));
    to.add(new Conv("2 groups of 16", Shape.of(1, 5, 6, 32), 32, same, 2));
    to.add(new Conv("2 groups of 17", Shape.of(1, 4, 5, 34), 34, same, 2));
    to.add(new Conv("3 groups", Shape.of(1, 6, 5, 9), 15, same.stride(2, 2), 3));
    to.add(new Conv("3 groups, 1×1", Shape.of(2, 4, 5, 6), 9, square(1), 3));
    for (int channels : new int[] {1, 3, 6, 8, 16, 17, 37, 64}) {
      to.add(new Conv("depthwise", Shape.of(2, 5, 7, channels), channels, same, channels));
      Window2d strided = same.stride(2, 2);
      to.add(new Conv("depthwise/2", Shape.of(1, 8, 7, channels), channels, strided, channels));
    }
    for (int width = 1; width <= 6; width++) {
      for (int stride = 1; stride <= 2; stride++) {
        Window2d w = square(3).stride(stride, stride);
        Shape x = Shape.of(2, 8 - width, width, 21);
        to.add(new Conv("depthwise right/" + stride, x, 21, w.padding(0, 1, 1, 1), 21));
        to.add(new Conv("depthwise all/" + stride, x, 21, w.padding(1, 1, 1, 1), 21));
        to.add(new Conv("depthwise below/" + stride, x, 21, w.padding(2, 1, 0, 2), 21));
      }
    }
    to.add(new Conv("depthwise ×2", Shape.of(1, 6, 5, 6), 12, same, 6));
    to.add(new Conv("depthwise ×3", Shape.of(2, 6, 5, 16), 48, same.stride(2, 1), 16));
    to.add(new Conv("depthwise 5×5", Shape.of(1, 9, 8, 33), 33, square(5).same(9, 8), 33));
    to.add(new Conv("depthwise valid", Shape.of(1, 9, 8, 20), 20, square(3), 20));
  }

  private static void large(List<Conv> to) {
    Window2d same = square(3).padding(1, 1, 1, 1);
    to.add(new Conv("many pixels", Shape.of(3, 33, 31, 3), 16, same, 1));
    to.add(new Conv("many pixels to 32", Shape.of(2, 40, 37, 3), 32, same, 1));
    to.add(new Conv("many channels", Shape.of(1, 5, 6, 65), 130, same, 1));
    to.add(new Conv("deep 1×1", Shape.of(1, 7, 7, 300), 130, square(1), 1));
    to.add(new Conv("wide 1×1", Shape.of(2, 17, 33, 37), 33, square(1), 1));
    to.add(new Conv("large depthwise", Shape.of(2, 33, 31, 64), 64, same, 64));
    to.add(new Conv("long sums", Shape.of(2, 65, 63, 2), 5, same, 1));
  }

  /** 3×3 windows of stride 1 between many channels, at extents that no tile divides. */
  private static void wide(List<Conv> to) {
    Window2d w = square(3);
    Window2d same = w.padding(1, 1, 1, 1);
    to.add(new Conv("wide", Shape.of(2, 9, 11, 32), 48, same, 1));
    to.add(new Conv("wide valid", Shape.of(1, 13, 10, 32), 32, w, 1));
    to.add(new Conv("wide, padded", Shape.of(1, 13, 7, 48), 64, w.padding(0, 2, 1, 2), 1));
    to.add(new Conv("wide to odd", Shape.of(1, 17, 15, 64), 33, same, 1));
    to.add(new Conv("wide, small maps", Shape.of(5, 3, 2, 128), 32, same, 1));
    to.add(new Conv("wide, 1 row", Shape.of(2, 1, 19, 32), 40, same, 1));
    to.add(new Conv("wide/2", Shape.of(2, 9, 8, 32), 48, same.stride(2, 2), 1));
    to.add(new Conv("wide/2, groups", Shape.of(1, 7, 9, 64), 64, same.stride(2, 2), 2));
    Window2d large = square(5).stride(2, 3).padding(2, 1, 0, 3);
    to.add(new Conv("wide 5×5/2×3", Shape.of(1, 11, 10, 34), 33, large, 1));
    Window2d apart = w.dilation(2, 3).padding(2, 2, 3, 3);
    to.add(new Conv("wide, dilated", Shape.of(1, 9, 10, 40), 33, apart, 1));
  }

  /** Kernels larger than the picture and strides beyond it: parities of a stride without pixels. */
  private static void tiny(List<Conv> to) {
    for (int height = 1; height <= 3; height++) {
      for (int width : new int[] {1, 2, 3, 8}) {
        for (int kernel : new int[] {1, 3, 5}) {
          Window2d w = square(kernel);
          Shape x = Shape.of(2, height, width, 3);
          to.add(new Conv("tiny/2, " + kernel, x, 8, w.stride(2, 2).same(height, width), 1));
          to.add(new Conv("tiny/3×1, " + kernel, x, 2, w.stride(3, 1).same(height, width), 1));
          Window2d wide = w.padding(4, 4, 4, 4);
          to.add(new Conv("tiny/1×3, wide, " + kernel, x, 17, wide.stride(1, 3), 1));
          to.add(new Conv("tiny/2 depthwise, " + kernel, x, 6, wide.stride(2, 2), 3));
        }
      }
    }
    Window2d down = Window2d.of(3, 1).stride(2, 1).padding(0, 2, 2, 1);
    to.add(new Conv("one row of few channels", Shape.of(1, 1, 8, 2), 8, down, 1));
    Window2d right = Window2d.of(3, 1).stride(1, 3).padding(0, 0, 2, 0);
    to.add(new Conv("one column", Shape.of(1, 3, 1, 1), 1, right, 1));
    Window2d tall = Window2d.of(5, 2).stride(2, 1).padding(2, 2, 0, 1);
    to.add(new Conv("one row, tall", Shape.of(1, 1, 5, 1), 1, tall, 1));
  }

  private static void epilogues(List<OpCase> cases) {
    Window2d same = square(3).padding(1, 1, 1, 1);
    List<Conv> of =
        List.of(
            new Conv("3×3", Shape.of(2, 5, 7, 6), 17, same, 1),
            new Conv("wide", Shape.of(1, 9, 7, 32), 40, same, 1),
            new Conv("1×1", Shape.of(1, 5, 7, 17), 16, square(1), 1),
            new Conv("depthwise", Shape.of(1, 5, 7, 19), 19, same, 19),
            new Conv("1×1, blocks", Shape.of(1, 9, 11, 24), 150, square(1), 1),
            new Conv("1×1, 2 groups", Shape.of(1, 7, 5, 32), 256, square(1), 2),
            new Conv("2 groups", Shape.of(1, 6, 5, 6), 8, same.stride(2, 2), 2));
    for (Epilogue e : epilogues()) {
      of.forEach(c -> cases.add(c.forward(e)));
    }
  }

  /** Returns all epilogues that add or apply something. */
  static List<Epilogue> epilogues() {
    List<Epilogue> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Epilogue terms = new Epilogue((i & 1) != 0, (i & 2) != 0, Activation.IDENTITY);
      ElementwiseCases.activations().forEach(a -> all.add(terms.with(a)));
      all.add(terms.withSilu());
    }
    all.remove(Epilogue.NONE);
    return all;
  }
}
