package dev.fovea.formats.caffe;

import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.nn.Signal;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;
import java.util.function.UnaryOperator;

/** Kernel, stride and padding as Caffe's messages give them. */
final class CaffeWindows {
  private static final int LARGEST = 1 << 20;

  private CaffeWindows() {}

  /** Returns the window of a convolution: each size once for both axes, or per axis. */
  static Window2d convolution(TextMessage p) {
    int[] kernel = pair(p, "kernel_size", "kernel", -1, 1);
    int[] stride = pair(p, "stride", "stride", 1, 1);
    int[] pad = pair(p, "pad", "pad", 0, 0);
    int[] dilation = pair(p, "dilation", "dilation", 1, 1);
    if (p.integer("axis", 1) != 1) {
      throw p.wrong("axis", Integer.toString(p.integer("axis", 1)), "1, that of the channels");
    }
    return Window2d.of(kernel[0], kernel[1])
        .stride(stride[0], stride[1])
        .padding(pad[0], pad[0], pad[1], pad[1])
        .dilation(dilation[0], dilation[1]);
  }

  private static int[] pair(TextMessage p, String both, String each, int otherwise, int least) {
    List<Integer> sizes = p.integers(both);
    if (p.has(each + "_h") || p.has(each + "_w")) {
      int h = p.integer(each + "_h", otherwise);
      return checked(p, both, least, h, p.integer(each + "_w", otherwise));
    }
    if (sizes.size() > 2) {
      throw new FoveaException(p.path() + ": " + both + " of more than two axes");
    }
    int first = sizes.isEmpty() ? otherwise : sizes.get(0);
    return checked(p, both, least, first, sizes.size() == 2 ? sizes.get(1) : first);
  }

  private static int[] checked(TextMessage p, String name, int least, int h, int w) {
    if (Math.min(h, w) < least || Math.max(h, w) > LARGEST) {
      throw new FoveaException(
          "%s: %s must be %s to %s, got %s and %s".formatted(p.path(), name, least, LARGEST, h, w));
    }
    return new int[] {h, w};
  }

  /**
   * Returns the pooling of images by Caffe's rule: the number of windows is rounded up unless the
   * file says otherwise, the last one must begin inside the image or its first padding, and padding
   * counts in means but not what lies beyond it.
   */
  static UnaryOperator<Signal> pooling(TextMessage p) {
    boolean max = isMax(p);
    boolean global = p.bool("global_pooling", false);
    int[] kernel = pair(p, "kernel_size", "kernel", global ? 1 : -1, 1);
    int[] stride = pair(p, "stride", "stride", 1, 1);
    int[] pad = pair(p, "pad", "pad", 0, 0);
    boolean up = roundsUp(p);
    return x -> {
      Shape s = x.shape();
      if (s.rank() != 4) {
        throw new ShapeException("pooling", "needs images [N,H,W,C]", List.of(s));
      }
      if (global) {
        return x.with(max ? x.value().max(1, 2) : x.value().mean(1, 2));
      }
      return pool(x, max, up, kernel, stride, pad);
    };
  }

  /** Reads Caffe's round_mode and the ceil_mode of its forks. */
  private static boolean roundsUp(TextMessage p) {
    String mode = p.text("round_mode", "CEIL");
    if (!List.of("CEIL", "FLOOR", "0", "1").contains(mode)) {
      throw p.wrong("round_mode", mode, "CEIL or FLOOR");
    }
    return p.bool("ceil_mode", mode.equals("CEIL") || mode.equals("0"));
  }

  private static Signal pool(
      Signal x, boolean max, boolean up, int[] kernel, int[] stride, int[] pad) {
    Shape s = x.shape();
    Signal padded = max ? x : ImageSteps.pad(x, pad[0], pad[0], pad[1], pad[1]);
    int before = max ? pad[0] : 0;
    int left = max ? pad[1] : 0;
    int below = after(s.dim(1), kernel[0], stride[0], pad[0], up) + (max ? 0 : -pad[0]);
    int right = after(s.dim(2), kernel[1], stride[1], pad[1], up) + (max ? 0 : -pad[1]);
    Window2d w =
        Window2d.of(kernel[0], kernel[1])
            .stride(stride[0], stride[1])
            .padding(before, Math.max(below, 0), left, Math.max(right, 0));
    return max ? ImageSteps.maxPool(padded, w) : averaged(padded, w, below, right);
  }

  /** Cuts off what no window may see, where windows end before the padding does. */
  private static Signal averaged(Signal x, Window2d w, int below, int right) {
    Signal cut = ImageSteps.crop(x, 0, Math.max(-below, 0), 0, Math.max(-right, 0));
    return ImageSteps.averagePool(cut, w);
  }

  /** Returns the rows of padding behind an image, below 0 where windows end before it does. */
  private static int after(int size, int kernel, int stride, int pad, boolean up) {
    int span = size + 2 * pad - kernel;
    int out = (up ? Math.ceilDiv(span, stride) : Math.floorDiv(span, stride)) + 1;
    if (pad > 0 && (long) (out - 1) * stride >= size + pad) {
      out--;
    }
    return (out - 1) * stride + kernel - size - pad;
  }

  private static boolean isMax(TextMessage p) {
    String kind = p.text("pool", "MAX");
    return switch (kind) {
      case "MAX", "0" -> true;
      case "AVE", "1" -> false;
      default -> throw p.wrong("pool", kind, "MAX or AVE");
    };
  }
}
