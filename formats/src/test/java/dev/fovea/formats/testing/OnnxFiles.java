package dev.fovea.formats.testing;

import com.google.protobuf.ByteString;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorShapeProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** A small network of ONNX. */
public final class OnnxFiles {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private OnnxFiles() {}

  /** Returns a network whose reshape is computed from its input's shape, as exporters write it. */
  public static byte[] model() {
    GraphProto.Builder g = GraphProto.newBuilder().setName("small");
    g.addInput(value("x", -1, 2, 8, 6)).addOutput(value("y", -1, 3));
    g.addInitializer(floats("w", RandomTensors.random(1, 4, 2, 3, 3)));
    g.addInitializer(floats("b", RandomTensors.random(2, 4)));
    g.addInitializer(floats("scale", RandomTensors.positive(3, 4)));
    g.addInitializer(floats("shift", RandomTensors.random(4, 4)));
    g.addInitializer(floats("mean", RandomTensors.random(5, 4)));
    g.addInitializer(floats("var", RandomTensors.positive(6, 4)));
    g.addInitializer(floats("fc", RandomTensors.random(7, 3, 4 * 4 * 3)));
    g.addInitializer(longs("first", 0));
    g.addInitializer(longs("rest", -1));
    g.addInitializer(longs("axes", 0));
    g.addNode(
        node("Conv", "c", "x", "w", "b")
            .addAttribute(ints("kernel_shape", 3, 3))
            .addAttribute(ints("pads", 1, 1, 1, 1)));
    g.addNode(node("BatchNormalization", "n", "c", "scale", "shift", "mean", "var"));
    g.addNode(node("Relu", "r", "n"));
    g.addNode(
        node("MaxPool", "p", "r")
            .addAttribute(ints("kernel_shape", 2, 2))
            .addAttribute(ints("strides", 2, 2)));
    g.addNode(node("Shape", "s", "p"));
    g.addNode(node("Gather", "batch", "s", "first"));
    g.addNode(node("Concat", "to", "batch", "rest").addAttribute(integer("axis", 0)));
    g.addNode(node("Reshape", "flat", "p", "to"));
    g.addNode(node("Gemm", "z", "flat", "fc").addAttribute(integer("transB", 1)));
    g.addNode(node("Softmax", "y", "z").addAttribute(integer("axis", 1)));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(g)
        .build()
        .toByteArray();
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    for (long v : values) {
      a.addInts(v);
    }
    return a.setType(AttributeProto.AttributeType.INTS).build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setI(value)
        .setType(AttributeProto.AttributeType.INT)
        .build();
  }

  private static TensorProto floats(String name, Tensor t) {
    TensorProto.Builder b = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    for (int d : t.shape().dims()) {
      b.addDims(d);
    }
    return b.setRawData(ByteString.copyFrom(RandomTensors.bytes(t.data()))).build();
  }

  private static TensorProto longs(String name, long value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(INT64)
        .addDims(1)
        .addInt64Data(value)
        .build();
  }

  private static ValueInfoProto value(String name, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int d : dims) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(d < 0 ? dim.setDimParam("N") : dim.setDimValue(d));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }
}
