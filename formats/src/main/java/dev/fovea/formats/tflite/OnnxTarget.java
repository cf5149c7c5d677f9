package dev.fovea.formats.tflite;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorShapeProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The graph of ONNX as which a file is told. */
final class OnnxTarget {
  private static final int IR_VERSION = 10;
  private static final int OPSET = 21;

  private final ModelProto.Builder model = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> names = new HashSet<>();
  private final Map<String, NodeProto.Builder> makers = new HashMap<>();

  /** A setting of a node. */
  record Setting(AttributeProto attribute) {
    static Setting of(String name, long value) {
      return new Setting(named(name).setType(AttributeProto.AttributeType.INT).setI(value).build());
    }

    static Setting of(String name, float value) {
      return new Setting(
          named(name).setType(AttributeProto.AttributeType.FLOAT).setF(value).build());
    }

    static Setting of(String name, String value) {
      return new Setting(
          named(name)
              .setType(AttributeProto.AttributeType.STRING)
              .setS(ByteString.copyFromUtf8(value))
              .build());
    }

    static Setting of(String name, int... values) {
      AttributeProto.Builder a = named(name).setType(AttributeProto.AttributeType.INTS);
      for (int v : values) {
        a.addInts(v);
      }
      return new Setting(a.build());
    }

    private static AttributeProto.Builder named(String name) {
      return AttributeProto.newBuilder().setName(name);
    }
  }

  /** Returns a name that nothing has yet, the given one if possible. */
  String unique(String wanted) {
    String name = wanted.isEmpty() ? "tensor" : wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "#" + (names.size() + i);
    }
    return name;
  }

  /** Adds a node and returns the name of its result. */
  String node(String operator, List<String> inputs, Setting... settings) {
    return nodes(operator, 1, inputs, settings).get(0);
  }

  /** Adds a node with several results and returns their names. */
  List<String> nodes(String operator, int results, List<String> inputs, Setting... settings) {
    NodeProto.Builder node = graph.addNodeBuilder().setOpType(operator).addAllInput(inputs);
    for (Setting s : settings) {
      node.addAttribute(s.attribute);
    }
    for (int i = 0; i < results; i++) {
      String name = unique(operator + "/" + graph.getNodeCount());
      node.addOutput(name);
      makers.put(name, node);
    }
    return List.copyOf(node.getOutputList());
  }

  /** Gives the result of a node that nobody reads yet another name, and returns that. */
  String renamed(String result, String wanted) {
    NodeProto.Builder node = makers.remove(result);
    if (node == null) {
      String same = node("Identity", List.of(result));
      return renamed(same, wanted);
    }
    String name = unique(wanted);
    node.setOutput(node.getOutputList().indexOf(result), name);
    return name;
  }

  /** Adds a constant and returns its name. */
  String constant(String wanted, DataType type, int[] dims, ByteBuffer littleEndian) {
    String name = unique(wanted);
    TensorProto.Builder t =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(type.code())
            .setRawData(UnsafeByteOperations.unsafeWrap(littleEndian));
    for (int d : dims) {
      t.addDims(d);
    }
    return name;
  }

  /** Adds a list of whole numbers and returns its name. */
  String integers(String wanted, int... values) {
    ByteBuffer bytes = buffer(Long.BYTES * values.length);
    for (int v : values) {
      bytes.putLong(v);
    }
    return constant(wanted, DataType.INT64, new int[] {values.length}, bytes.flip());
  }

  /** Adds one number and returns its name. */
  String number(String wanted, float value) {
    return constant(wanted, DataType.FLOAT, new int[0], buffer(Float.BYTES).putFloat(value).flip());
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds an input; extents below 0 are free. */
  void input(String name, DataType type, int... dims) {
    names.add(name);
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d : dims) {
      TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
      if (d >= 0) {
        extent.setDimValue(d);
      }
    }
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(
                TypeProto.newBuilder()
                    .setTensorType(
                        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape))));
  }

  /** Adds an output. */
  void output(String name) {
    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
  }

  /** Returns how many inputs there are. */
  int inputs() {
    return graph.getInputCount();
  }

  /** Returns how many outputs there are. */
  int outputs() {
    return graph.getOutputCount();
  }

  /** Adds a text of the file. */
  void text(String key, String value) {
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
  }

  /** Returns the file. */
  ModelProto model(String producer) {
    return model
        .setIrVersion(IR_VERSION)
        .setProducerName(producer)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }
}
