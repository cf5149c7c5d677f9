package dev.fovea.formats.onnx;

import com.google.protobuf.ByteString;
import dev.fovea.formats.onnx.export.ExportGraph;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorShapeProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small ONNX files made by tests. */
final class Protos {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final int opset;

  private Protos(int opset) {
    this.opset = opset;
  }

  static Protos opset(int opset) {
    return new Protos(opset);
  }

  Protos input(String name, DataType type, int... dims) {
    graph.addInput(info(name, type, dims));
    return this;
  }

  Protos output(String name) {
    graph.addOutput(ValueInfoProto.newBuilder().setName(name));
    return this;
  }

  Protos weight(String name, int[] dims, float... values) {
    graph.addInitializer(tensor(name, dims, values));
    return this;
  }

  Protos longs(String name, long... values) {
    TensorProto.Builder t =
        TensorProto.newBuilder().setName(name).setDataType(7).addDims(values.length);
    for (long v : values) {
      t.addInt64Data(v);
    }
    graph.addInitializer(t);
    return this;
  }

  Protos initializer(TensorProto.Builder tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  Protos node(String type, List<String> inputs, String output, AttributeProto... attributes) {
    return node("", type, inputs, output, attributes);
  }

  Protos node(
      String domain,
      String type,
      List<String> inputs,
      String output,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setName("the_" + type)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  /** Adds a node of several results. */
  Protos node(
      String type, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName("the_" + type)
            .setOpType(type)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  ModelProto build() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("a test")
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .build();
  }

  Path write(Path file) {
    return write(file, build().toByteArray());
  }

  static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TensorProto.Builder tensor(String name, int[] dims, float... values) {
    TensorProto.Builder t = TensorProto.newBuilder().setName(name).setDataType(1);
    for (int d : dims) {
      t.addDims(d);
    }
    for (float v : values) {
      t.addFloatData(v);
    }
    return t;
  }

  /** A dimension of −1 is written as free. */
  private static ValueInfoProto info(String name, DataType type, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d : dims) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(d < 0 ? dim.setDimParam("N") : dim.setDimValue(d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(shape)))
        .build();
  }

  static AttributeProto ints(String name, long... values) {
    return ExportGraph.ints(name, values);
  }

  static AttributeProto integer(String name, long value) {
    return ExportGraph.integer(name, value);
  }

  static AttributeProto number(String name, float value) {
    return ExportGraph.number(name, value);
  }

  static AttributeProto text(String name, String value) {
    return ExportGraph.text(name, value);
  }

  static ByteString bytes(int... values) {
    byte[] b = new byte[values.length];
    for (int i = 0; i < b.length; i++) {
      b[i] = (byte) values[i];
    }
    return ByteString.copyFrom(b);
  }
}
