package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators that put tensors together and take pieces of them. */
final class PieceOperators {
  private PieceOperators() {}

  static void register(Map<String, TfliteOperator> to) {
    to.put("CONCATENATION", PieceOperators::concatenation);
    to.put("PACK", PieceOperators::pack);
    to.put("UNPACK", PieceOperators::unpack);
    to.put("SPLIT", PieceOperators::split);
    to.put("SPLIT_V", PieceOperators::splitBySizes);
    to.put("SLICE", PieceOperators::slice);
    to.put("STRIDED_SLICE", PieceOperators::stridedSlice);
    to.put("GATHER", PieceOperators::gather);
    to.put("REVERSE_V2", PieceOperators::reverse);
  }

  private static void concatenation(TfliteCall c) {
    c.node().obeys(2);
    Setting axis = Setting.of("axis", (long) c.node().integer(0, 0));
    c.activated(c.onnx("Concat", c.all(), axis), c.node().small(1, 0));
  }

  private static void pack(TfliteCall c) {
    c.node().obeys(2);
    int axis = c.axis(c.node().integer(1, 0), c.input(0).rank() + 1);
    String axes = c.list(axis);
    List<String> parts = new ArrayList<>();
    for (String name : c.all()) {
      parts.add(c.onnx("Unsqueeze", List.of(name, axes)));
    }
    c.define(0, c.onnx("Concat", parts, Setting.of("axis", (long) axis)));
  }

  private static void unpack(TfliteCall c) {
    c.node().obeys(2);
    int axis = c.node().integer(1, 0);
    List<String> parts = parts(c, List.of(c.real(0)), axis, true);
    String axes = c.list(axis);
    for (int i = 0; i < parts.size(); i++) {
      c.define(i, c.onnx("Squeeze", List.of(parts.get(i), axes)));
    }
  }

  private static List<String> parts(TfliteCall c, List<String> inputs, int axis, boolean evenly) {
    Setting along = Setting.of("axis", (long) axis);
    return evenly
        ? c.target()
            .nodes(
                "Split", c.results(), inputs, along, Setting.of("num_outputs", (long) c.results()))
        : c.target().nodes("Split", c.results(), inputs, along);
  }

  private static void split(TfliteCall c) {
    c.node().obeys(1);
    defineAll(c, parts(c, List.of(c.real(1)), c.integers(0)[0], true));
  }

  private static void splitBySizes(TfliteCall c) {
    c.node().obeys(1);
    String sizes = c.list(c.integers(1));
    defineAll(c, parts(c, List.of(c.real(0), sizes), c.integers(2)[0], false));
  }

  private static void defineAll(TfliteCall c, List<String> parts) {
    for (int i = 0; i < parts.size(); i++) {
      c.define(i, parts.get(i));
    }
  }

  /** A size of −1 reaches to the end; so does that of the batch. */
  private static void slice(TfliteCall c) {
    c.node().obeys(0);
    int[] begin = c.integers(1);
    int[] size = c.integers(2);
    TfliteTensor x = c.ranked(0, begin.length);
    int[] end = new int[begin.length];
    if (size.length != begin.length) {
      throw new FormatException("as many sizes as places expected");
    }
    for (int a = 0; a < end.length; a++) {
      boolean whole = size[a] < 0 || (a == 0 && begin[0] == 0 && size[0] == x.extent(0));
      end[a] = whole ? Integer.MAX_VALUE : Math.addExact(begin[a], size[a]);
    }
    int[] axes = Translation.range(end.length);
    c.define(0, c.onnx("Slice", List.of(c.real(0), c.list(begin), c.list(end), c.list(axes))));
  }

  /**
   * Bits of masks stand for axes: to begin or end where the axis does, or to leave the axis out.
   */
  private static void stridedSlice(TfliteCall c) {
    TfliteNode n = c.node();
    n.obeys(6);
    if (n.integer(2, 0) != 0 || n.integer(3, 0) != 0 || n.flag(5)) {
      throw new FormatException("an ellipsis, new axes and offsets are not read");
    }
    int[] begin = c.integers(1);
    int[] end = c.integers(2);
    int[] step = c.integers(3);
    TfliteTensor x = c.input(0);
    if (end.length != begin.length || step.length != begin.length || begin.length > x.rank()) {
      throw new FormatException("as many begins, ends and steps expected");
    }
    int shrink = n.integer(4, 0);
    for (int a = 0; a < begin.length; a++) {
      boolean one = isSet(shrink, a);
      boolean batch = a == 0 && !one && begin[0] == 0 && step[0] == 1 && end[0] == x.extent(0);
      if (isSet(n.integer(0, 0), a) && !one) {
        begin[a] = step[a] < 0 ? Integer.MAX_VALUE : 0;
      }
      if ((isSet(n.integer(1, 0), a) && !one) || batch) {
        end[a] = step[a] < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
      }
      if (one) {
        step[a] = 1;
        end[a] = begin[a] == -1 ? Integer.MAX_VALUE : begin[a] + 1;
      }
    }
    int[] axes = Translation.range(begin.length);
    List<String> inputs =
        List.of(c.real(0), c.list(begin), c.list(end), c.list(axes), c.list(step));
    String y = c.onnx("Slice", inputs);
    int[] gone = java.util.Arrays.stream(axes).filter(a -> isSet(shrink, a)).toArray();
    c.define(0, gone.length == 0 ? y : c.onnx("Squeeze", List.of(y, c.list(gone))));
  }

  private static boolean isSet(int mask, int bit) {
    return (mask >> bit & 1) != 0;
  }

  private static void gather(TfliteCall c) {
    c.node().obeys(2);
    if (c.node().integer(1, 0) != 0) {
      throw new FormatException("places for each sample are not read");
    }
    Setting axis = Setting.of("axis", (long) c.node().integer(0, 0));
    c.define(0, c.onnx("Gather", List.of(c.real(0), c.real(1)), axis));
  }

  private static void reverse(TfliteCall c) {
    c.node().obeys(0);
    int[] axes = c.integers(1);
    int[] ones = axes.clone();
    java.util.Arrays.fill(ones, -1);
    int[] ends = axes.clone();
    java.util.Arrays.fill(ends, Integer.MIN_VALUE);
    List<String> inputs =
        List.of(c.real(0), c.list(ones), c.list(ends), c.list(axes), c.list(ones));
    c.define(0, c.onnx("Slice", inputs));
  }
}
