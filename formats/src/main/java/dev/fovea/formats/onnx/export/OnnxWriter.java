package dev.fovea.formats.onnx.export;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorShapeProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Turns a model as it is in inference into an ONNX file. */
public final class OnnxWriter {
  /** What files of ours say about who wrote them. */
  private static final int IR_VERSION = 8;

  private final Model model;

  public OnnxWriter(Model model) {
    this.model = model;
  }

  private static List<Value> trimmed(Traced t) {
    return Compiler.trimmed(Graph.of(t.inputs(), t.outputs(), t.paths())).results();
  }

  public ModelProto write() {
    // Two walks with different batches tell which extents are made of the batch.
    Traced traced = model.trace(ExportGraph.BATCH, false);
    Traced other = model.trace(ExportGraph.OTHER_BATCH, false);
    List<Value> results = trimmed(traced);
    ExportGraph graph = new ExportGraph(model, results, trimmed(other));
    GraphProto.Builder proto = GraphProto.newBuilder().setName("fovea");
    // The names that others see are given first, so that no weight takes them.
    List<String> inputs = names("input", traced.inputs().size(), graph);
    List<String> outputs = names("output", traced.outputs().size(), graph);
    for (int i = 0; i < inputs.size(); i++) {
      Value v = traced.inputs().get(i);
      int[] order = border("input" + i, v.shape());
      graph.given(v, inputs.get(i), order);
      proto.addInput(info(inputs.get(i), v.shape(), order));
    }
    graph.emit();
    for (int i = 0; i < outputs.size(); i++) {
      Value v = results.get(i);
      int[] order = border("output" + i, v.shape());
      graph.named(v, order, outputs.get(i));
      proto.addOutput(info(outputs.get(i), v.shape(), order));
    }
    proto.addAllNode(graph.nodes()).addAllInitializer(graph.initializers());
    return finished(proto);
  }

  private ModelProto finished(GraphProto.Builder graph) {
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName(OnnxModel.FOVEA)
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(ExportGraph.OPSET));
    model
        .metadata()
        .forEach((key, value) -> {
          // The graph itself says what its inputs and outputs are called.
          if (!key.startsWith(ImportedNetwork.NAME)) {
            proto.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
          }
        });
    return proto.build();
  }

  /** Returns the names of the inputs or outputs: those of the file that the network comes from. */
  private List<String> names(String kind, int count, ExportGraph graph) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String usual = count == 1 ? kind : kind + i;
      String told = model.metadata().getOrDefault(ImportedNetwork.NAME + kind + i, "");
      names.add(graph.name(told.isEmpty() ? usual : told));
    }
    return names;
  }

  /**
   * Returns the order of axes that others expect: images channels first, unless the network was
   * imported with axes that are none of an image's.
   */
  private int[] border(String port, Shape shape) {
    boolean plain = model.metadata().containsKey(ImportedNetwork.PLAIN + port);
    return shape.rank() == 4 && !plain ? new int[] {0, 3, 1, 2} : Index.range(shape.rank());
  }

  private static ValueInfoProto info(String name, Shape shape, int[] order) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    List<TensorShapeProto.Dimension> all = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      TensorShapeProto.Dimension.Builder d = TensorShapeProto.Dimension.newBuilder();
      all.add(
          order[i] == 0 ? d.setDimParam("N").build() : d.setDimValue(shape.dim(order[i])).build());
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT_VALUE)
            .setShape(dims.addAllDim(all))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
