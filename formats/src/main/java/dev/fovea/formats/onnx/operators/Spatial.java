package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.op.Window2d;
import java.util.Arrays;

/**
 * The geometry of a window over any number of spatial axes, as the attributes of a node give it.
 *
 * @param kernel the extents of the window
 * @param stride steps from one window to the next
 * @param dilation steps between neighbouring places of the window
 * @param before padding before each axis
 * @param after padding after each axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Spatial(int[] kernel, int[] stride, int[] dilation, int[] before, int[] after) {
  /** Returns the geometry for inputs of these extents; rounds the output's extents up if asked. */
  static Spatial of(Node node, int[] kernel, int[] in) {
    int n = in.length;
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    int[] stride = checked("strides", node.integers("strides", ones), n, 1);
    int[] dilation = checked("dilations", node.integers("dilations", ones), n, 1);
    int[] pads = checked("pads", node.integers("pads", new int[2 * n]), 2 * n, -1 << 20);
    checked("kernel_shape", kernel, n, 1);
    int[] told = node.integers("kernel_shape", kernel);
    if (!Arrays.equals(told, kernel)) {
      throw new FormatException(
          "kernel_shape "
              + Arrays.toString(told)
              + " is not that of the weights: "
              + Arrays.toString(kernel));
    }
    for (int i = 0; i < n; i++) {
      if ((long) dilation[i] * (kernel[i] - 1) > 1 << 24) {
        throw new FormatException(
            "a kernel of " + kernel[i] + " with dilation " + dilation[i] + " is too wide");
      }
    }
    Spatial s =
        new Spatial(
            kernel, stride, dilation, Arrays.copyOf(pads, n), Arrays.copyOfRange(pads, n, 2 * n));
    return switch (node.text("auto_pad", "NOTSET")) {
      case "SAME_UPPER" -> s.same(in, false);
      case "SAME_LOWER" -> s.same(in, true);
      case "VALID" -> new Spatial(kernel, stride, dilation, new int[n], new int[n]);
      default -> s;
    };
  }

  private static int[] checked(String name, int[] values, int count, int least) {
    if (values.length != count || Arrays.stream(values).anyMatch(v -> v < least || v > 1 << 20)) {
      throw new FormatException(
          name
              + " must be "
              + count
              + " numbers of at least "
              + least
              + ", got "
              + Arrays.toString(values));
    }
    return values;
  }

  int axes() {
    return kernel.length;
  }

  /** Returns how many places one window covers. */
  int span(int axis) {
    return dilation[axis] * (kernel[axis] - 1) + 1;
  }

  private Spatial same(int[] in, boolean moreBefore) {
    int[] b = new int[in.length];
    int[] a = new int[in.length];
    for (int i = 0; i < in.length; i++) {
      int out = (in[i] + stride[i] - 1) / stride[i];
      int total = Math.max((out - 1) * stride[i] + span(i) - in[i], 0);
      b[i] = moreBefore ? total - total / 2 : total / 2;
      a[i] = total - b[i];
    }
    return new Spatial(kernel, stride, dilation, b, a);
  }

  /**
   * Returns this geometry with so much more padding at the end that a last, partial window counts;
   * a window that would begin in the padding at the end does not.
   */
  Spatial ceiling(int[] in) {
    int[] a = after.clone();
    for (int i = 0; i < in.length; i++) {
      int room = in[i] + before[i] + after[i] - span(i);
      int out = -Math.floorDiv(-room, stride[i]) + 1;
      if ((out - 1) * stride[i] >= in[i] + before[i]) {
        out--;
      }
      a[i] = Math.max(after[i], (out - 1) * stride[i] + span(i) - in[i] - before[i]);
    }
    return new Spatial(kernel, stride, dilation, before, a);
  }

  /** Returns this geometry without padding. */
  Spatial unpadded() {
    return new Spatial(kernel, stride, dilation, new int[axes()], new int[axes()]);
  }

  /** Returns the extent of the output along an axis. */
  int out(int axis, int in) {
    return Math.floorDiv(in + before[axis] + after[axis] - span(axis), stride[axis]) + 1;
  }

  /** Returns whether every side's padding is smaller than the window, as pooling needs. */
  boolean isNarrow() {
    for (int i = 0; i < axes(); i++) {
      if (before[i] >= span(i) || after[i] >= span(i) || before[i] < 0 || after[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether some padding is negative and so cuts off. */
  boolean cuts() {
    return Arrays.stream(before).anyMatch(p -> p < 0) || Arrays.stream(after).anyMatch(p -> p < 0);
  }

  /** Returns the window over the last two spatial axes, or over one axis and a height of 1. */
  Window2d window() {
    int w = axes() - 1;
    int h = w - 1;
    boolean flat = h < 0;
    return new Window2d(
        flat ? 1 : kernel[h],
        kernel[w],
        flat ? 1 : stride[h],
        stride[w],
        flat ? 0 : before[h],
        flat ? 0 : after[h],
        before[w],
        after[w],
        flat ? 1 : dilation[h],
        dilation[w]);
  }
}
