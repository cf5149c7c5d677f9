package dev.fovea.formats.onnx;

import dev.fovea.formats.onnx.tensors.DataType;
import java.util.List;

/** A small ONNX file for tests of other packages. */
public final class ShapedGraph {
  private ShapedGraph() {}

  /** Returns a network whose shapes are computed by it, with windows, slices and borders. */
  public static byte[] bytes() {
    return Protos.opset(13)
        .input("x", DataType.FLOAT, 1, 2, 6, 6)
        .weight("w", new int[] {4, 1, 3, 3}, new float[36])
        .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
        .longs("one", 1)
        .longs("starts", 0)
        .longs("ends", 5)
        .longs("axes", 2)
        .longs("repeats", 1, 1, 2, 1)
        .longs("sizes", 1, 4, 7, 5)
        .weight("none", new int[] {0})
        .node("Pad", List.of("x", "pads"), "p", Protos.text("mode", "reflect"))
        .node(
            "Conv",
            List.of("p", "w"),
            "c",
            Protos.integer("group", 2),
            Protos.ints("strides", 2, 1),
            Protos.text("auto_pad", "SAME_UPPER"))
        .node("Shape", List.of("c"), "s")
        .node("Gather", List.of("s", "one"), "channels")
        .node("ConstantOfShape", List.of("channels"), "zeros")
        .node("Slice", List.of("c", "starts", "ends", "axes"), "part")
        .node("Tile", List.of("part", "repeats"), "tiled")
        .node(
            "Resize", List.of("tiled", "none", "none", "sizes"), "r", Protos.text("mode", "cubic"))
        .node("AveragePool", List.of("r"), "a", Protos.ints("kernel_shape", 2, 2))
        .node(
            "ReduceMean",
            List.of("a"),
            "m",
            Protos.ints("axes", 2, 3),
            Protos.integer("keepdims", 0))
        .node("Add", List.of("m", "zeros"), "y")
        .output("y")
        .build()
        .toByteArray();
  }
}
