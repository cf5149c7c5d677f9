package dev.fovea.formats.onnx.export;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.ints;

import dev.fovea.formats.onnx.export.ExportGraph.Place;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a scan as one node, whose body is a graph that sees the tensors around it. */
final class ExportScan {
  private final ExportGraph graph;
  private final Scan scan;
  private final Value value;

  ExportScan(ExportGraph graph, Scan scan, Value value) {
    this.graph = graph;
    this.scan = scan;
    this.value = value;
  }

  /** Writes the node; its results are placed where they are taken apart. */
  @Nullable Place write() {
    if (scan.sequences() == 0) { // ONNX's takes one at least
      return null;
    }
    int taken = scan.carries() + scan.sequences();
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < taken; i++) {
      inputs.add(plain(graph, value.input(i)));
    }
    List<String> results = new ArrayList<>();
    for (int i = 0; i < scan.body().results().size(); i++) {
      results.add(graph.name("scanned"));
    }
    graph.scan(
        value,
        inputs,
        results,
        body(),
        integer("num_scan_inputs", scan.sequences()),
        repeated("scan_input_axes", scan.axis(), scan.sequences()),
        repeated("scan_output_axes", scan.axis(), scan.outputs()),
        repeated("scan_input_directions", scan.backwards() ? 1 : 0, scan.sequences()),
        repeated("scan_output_directions", scan.backwards() ? 1 : 0, scan.outputs()));
    return new Place(results.get(0), Index.range(1));
  }

  private static String plain(ExportGraph graph, Value v) {
    return graph.in(v, Index.range(v.shape().rank()));
  }

  private static AttributeProto repeated(String name, long number, int times) {
    long[] all = new long[times];
    Arrays.fill(all, number);
    return ints(name, all);
  }

  private AttributeProto body() {
    ExportGraph step = graph.step(value);
    GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name("step"));
    List<Value> read = scan.body().inputs();
    for (int i = 0; i < read.size(); i++) {
      int[] order = Index.range(read.get(i).shape().rank());
      boolean taken = i < scan.carries() + scan.sequences();
      String name = taken ? graph.name("part") : plain(graph, value.input(i));
      step.given(read.get(i), name, order);
      if (taken) {
        proto.addInput(info(name));
      }
    }
    step.emit();
    for (Value result : scan.body().results()) {
      String name = graph.name("next");
      step.named(result, Index.range(result.shape().rank()), name);
      proto.addOutput(info(name));
    }
    return AttributeProto.newBuilder()
        .setName("body")
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(proto.addAllNode(step.nodes()))
        .build();
  }

  private static ValueInfoProto info(String name) {
    TypeProto.Tensor floats =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(floats))
        .build();
  }
}
