package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that change extents or the order of axes. */
final class ShapeOperators {
  private static final int REFLECT = 0;

  private ShapeOperators() {}

  static void register(Map<String, TfliteOperator> to) {
    to.put("RESHAPE", ShapeOperators::reshape);
    to.put("SQUEEZE", ShapeOperators::squeeze);
    to.put("EXPAND_DIMS", c -> plain(c, c.onnx("Unsqueeze", List.of(c.real(0), axes(c, 1)))));
    to.put("TRANSPOSE", ShapeOperators::transpose);
    to.put("PAD", ShapeOperators::pad);
    to.put("PADV2", ShapeOperators::pad);
    to.put("MIRROR_PAD", ShapeOperators::mirror);
    to.put("SHAPE", ShapeOperators::shape);
    to.put("TILE", c -> plain(c, c.onnx("Tile", List.of(c.real(0), whole(c, 1)))));
    to.put("BROADCAST_TO", c -> plain(c, c.onnx("Expand", List.of(c.real(0), whole(c, 1)))));
    to.put("FILL", c -> plain(c, c.onnx("Expand", List.of(c.real(1), whole(c, 0)))));
    to.put("RESIZE_BILINEAR", c -> resize(c, "linear", 2));
    to.put("RESIZE_NEAREST_NEIGHBOR", c -> resize(c, "nearest", 0));
    to.put("DEPTH_TO_SPACE", c -> blocks(c, "DepthToSpace"));
    to.put("SPACE_TO_DEPTH", c -> blocks(c, "SpaceToDepth"));
  }

  private static void plain(TfliteCall c, String result) {
    c.node().obeys(0);
    c.define(0, result);
  }

  private static String axes(TfliteCall c, int input) {
    return c.list(c.integers(input));
  }

  /** Returns whole numbers in the type that ONNX wants of extents. */
  private static String whole(TfliteCall c, int input) {
    return c.isConstant(input)
        ? axes(c, input)
        : c.onnx("Cast", List.of(c.real(input)), Setting.of("to", (long) DataType.INT64.code()));
  }

  /** The wanted extents come as an input or as a setting. */
  private static void reshape(TfliteCall c) {
    c.node().obeys(1);
    if (c.has(1) && !c.isConstant(1)) {
      c.define(0, c.onnx("Reshape", List.of(c.real(0), whole(c, 1))));
      return;
    }
    int[] setting = c.node().options().map(o -> o.integers(0)).orElse(new int[0]);
    int[] wanted = c.has(1) ? c.integers(1) : setting;
    c.define(0, reshaped(c, wanted));
  }

  /** The batch, which is 1 in the file, stays first or becomes part of what is first. */
  private static String reshaped(TfliteCall c, int[] wanted) {
    int[] from = c.input(0).shape();
    int[] to = wanted.clone();
    if (from.length > 0 && to.length > 0) {
      if (to[0] == from[0]) {
        to[0] = 0;
      } else if (Arrays.stream(to).noneMatch(n -> n < 0)) {
        to[0] = -1;
      }
    }
    return c.onnx("Reshape", List.of(c.real(0), c.list(to)));
  }

  private static void squeeze(TfliteCall c) {
    c.node().obeys(1);
    int[] axes = c.node().options().map(o -> o.integers(0)).orElse(new int[0]);
    c.define(
        0,
        axes.length == 0
            ? reshaped(c, c.output(0).shape())
            : c.onnx("Squeeze", List.of(c.real(0), c.list(axes))));
  }

  private static void transpose(TfliteCall c) {
    plain(c, c.onnx("Transpose", List.of(c.real(0)), Setting.of("perm", c.integers(1))));
  }

  private static void pad(TfliteCall c) {
    List<String> inputs = new ArrayList<>(List.of(c.real(0), widths(c)));
    if (c.has(2)) {
      inputs.add(c.real(2));
    }
    plain(c, c.onnx("Pad", inputs));
  }

  /** Pairs of before and after become all before, then all after. */
  private static String widths(TfliteCall c) {
    int[] pairs = c.integers(1);
    int n = pairs.length / 2;
    int[] widths = new int[2 * n];
    for (int a = 0; a < n; a++) {
      widths[a] = pairs[2 * a];
      widths[n + a] = pairs[2 * a + 1];
    }
    return c.list(widths);
  }

  private static void mirror(TfliteCall c) {
    c.node().obeys(1);
    if (c.node().small(0, REFLECT) != REFLECT) {
      throw new FormatException("mirroring of the border itself is not read");
    }
    c.define(0, c.onnx("Pad", List.of(c.real(0), widths(c)), Setting.of("mode", "reflect")));
  }

  private static void shape(TfliteCall c) {
    c.node().obeys(1);
    String shape = c.onnx("Shape", List.of(c.real(0)));
    long type = c.output(0).type().onnx().code();
    c.define(0, c.onnx("Cast", List.of(shape), Setting.of("to", type)));
  }

  /** Two settings say where pixels lie: at their corners, or at their middles. */
  private static void resize(TfliteCall c, String mode, int settings) {
    TfliteNode n = c.node();
    n.obeys(settings + 2);
    c.ranked(0, 4);
    boolean corners = n.flag(settings);
    boolean middles = n.flag(settings + 1);
    String where = corners ? "align_corners" : middles ? "half_pixel" : "asymmetric";
    boolean up = corners || middles;
    c.define(
        0,
        c.onnx(
            "Resize",
            List.of(c.real(0), "", "", whole(c, 1)),
            Setting.of("mode", mode),
            Setting.of("axes", 1, 2),
            Setting.of("coordinate_transformation_mode", where),
            Setting.of("nearest_mode", up ? "round_prefer_ceil" : "floor")));
  }

  private static void blocks(TfliteCall c, String operator) {
    c.node().obeys(1);
    c.ranked(0, 4);
    Setting size = Setting.of("blocksize", (long) c.node().integer(0, 0));
    c.define(0, c.channelsLast(c.onnx(operator, List.of(c.channelsFirst(c.real(0))), size)));
  }
}
