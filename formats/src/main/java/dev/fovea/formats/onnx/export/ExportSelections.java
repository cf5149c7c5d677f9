package dev.fovea.formats.onnx.export;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;

import dev.fovea.formats.onnx.export.ExportGraph.Place;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Selection;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;

/** Writes choices of numbers and boxes. */
final class ExportSelections {
  private final ExportGraph graph;

  ExportSelections(ExportGraph graph) {
    this.graph = graph;
  }

  Place write(Selection op, Value v) {
    int[] order = Index.range(v.shape().rank());
    String chosen =
        switch (op) {
          case Selection.Largest l -> {
            List<String> inputs = List.of(graph.in(v.input(0), order), graph.longs(l.count()));
            yield graph.node(
                "Cast",
                List.of(graph.second("TopK", inputs, integer("axis", -1))),
                integer("to", DataType.FLOAT.code()));
          }
          case Selection.Suppress s -> suppress(s, v, order);
          case Selection.Take _ -> take(v);
        };
    return new Place(chosen, order);
  }

  private String take(Value v) {
    String numbers =
        graph.node(
            "Cast", List.of(graph.in(v.input(1), 0, 1)), integer("to", DataType.INT64.code()));
    String each = graph.node("Unsqueeze", List.of(numbers, graph.longs(2)));
    return graph.node(
        "GatherND", List.of(graph.in(v.input(0), 0, 1, 2), each), integer("batch_dims", 1));
  }

  /** The boxes that stay are a list of sample, class and box: the places of ones among zeros. */
  private String suppress(Selection.Suppress s, Value v, int[] order) {
    String boxes = graph.in(v.input(0), order);
    String scores = graph.in(v.input(1), order);
    String chosen =
        graph.node(
            "NonMaxSuppression",
            List.of(
                boxes,
                scores,
                graph.longs(s.most()),
                graph.floats(Shape.of(1), s.overlap()),
                graph.floats(Shape.of(1), s.score())));
    String zeros = graph.node("ConstantOfShape", List.of(graph.node("Shape", List.of(scores))));
    String count = graph.node("Shape", List.of(chosen), integer("start", 0), integer("end", 1));
    String ones = graph.node("Expand", List.of(graph.floats(Shape.of(1), 1), count));
    return graph.node("ScatterND", List.of(zeros, chosen, ones));
  }
}
