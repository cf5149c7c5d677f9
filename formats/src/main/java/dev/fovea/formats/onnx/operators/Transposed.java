package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.file.Node;
import java.util.Arrays;

/**
 * The geometry of a transposed convolution.
 *
 * @param geometry that of the convolution it transposes; padding may be negative, which adds rows
 * @param in the extents of its input
 * @param out the extents of its output
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Transposed(Spatial geometry, int[] in, int[] out) {
  /**
   * Returns the geometry of a node: out = stride · (in − 1) + output_padding + span − padding, or
   * the padding that the wanted extents need.
   */
  static Transposed of(Node node, int[] kernel, int[] in) {
    int n = in.length;
    Spatial s = Spatial.of(node, kernel, in);
    int[] more = node.integers("output_padding", new int[n]);
    int[] wanted = node.integers("output_shape");
    String auto = node.text("auto_pad", "NOTSET");
    boolean same = auto.startsWith("SAME");
    int[] before = s.before().clone();
    int[] after = s.after().clone();
    int[] out = new int[n];
    for (int a = 0; a < n; a++) {
      int full = s.stride()[a] * (in[a] - 1) + more[a] + s.span(a);
      if (wanted != null || same) {
        out[a] = wanted != null ? wanted[wanted.length - n + a] : in[a] * s.stride()[a];
        int total = full - out[a];
        int half = Math.floorDiv(total, 2);
        before[a] = auto.equals("SAME_UPPER") ? half : total - half;
        after[a] = total - before[a];
      } else {
        out[a] = full - before[a] - after[a];
      }
    }
    return new Transposed(new Spatial(kernel, s.stride(), s.dilation(), before, after), in, out);
  }

  /** Returns whether it is the exact transpose of a convolution with this padding. */
  boolean isPlain() {
    if (geometry.cuts()) {
      return false;
    }
    for (int a = 0; a < in.length; a++) {
      if (geometry.out(a, out[a]) != in[a]) {
        return false;
      }
    }
    return true;
  }

  /** Returns this one without padding, whose output is as large as can be. */
  Transposed full() {
    Spatial g = geometry.unpadded();
    int[] all = new int[in.length];
    Arrays.setAll(all, a -> g.stride()[a] * (in[a] - 1) + g.span(a));
    return new Transposed(g, in, all);
  }

  /** Returns how the output without padding is cut, or padded, to the output. */
  Spatial crop() {
    Transposed full = full();
    int n = in.length;
    int[] before = new int[n];
    int[] after = new int[n];
    for (int a = 0; a < n; a++) {
      before[a] = -geometry.before()[a];
      after[a] = out[a] - full.out[a] - before[a];
    }
    return new Spatial(geometry.kernel(), geometry.stride(), geometry.dilation(), before, after);
  }

  /** Returns this one with a height of 1 before its only axis. */
  Transposed withHeight() {
    return new Transposed(
        new Spatial(
            first(geometry.kernel(), 1),
            first(geometry.stride(), 1),
            first(geometry.dilation(), 1),
            first(geometry.before(), 0),
            first(geometry.after(), 0)),
        first(in, 1),
        first(out, 1));
  }

  /** Returns this one without its first axis. */
  Transposed plane() {
    Spatial g = geometry;
    return new Transposed(
        new Spatial(
            rest(g.kernel()),
            rest(g.stride()),
            rest(g.dilation()),
            rest(g.before()),
            rest(g.after())),
        rest(in),
        rest(out));
  }

  private static int[] first(int[] all, int value) {
    int[] longer = new int[all.length + 1];
    longer[0] = value;
    System.arraycopy(all, 0, longer, 1, all.length);
    return longer;
  }

  private static int[] rest(int[] all) {
    return Arrays.copyOfRange(all, 1, all.length);
  }
}
