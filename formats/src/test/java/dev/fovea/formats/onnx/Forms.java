package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.engine.Engine;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.GraphRunner;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Operators in forms of theirs, each compared with ONNX Runtime on random tensors. */
final class Forms {
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-5;

  /** Stands for an operand that is left out. */
  static final HostTensor NONE = list();

  /**
   * One operator in one form.
   *
   * @param inputs the operands, all inputs of the graph
   * @param outputs how many results are compared
   */
  private record Form(
      String name,
      int opset,
      String type,
      List<HostTensor> inputs,
      int outputs,
      List<AttributeProto> attributes) {}

  private final List<Form> forms = new ArrayList<>();
  private int seed;

  void add(int opset, String type, List<HostTensor> inputs, AttributeProto... attributes) {
    add(1, opset, type, inputs, attributes);
  }

  void add(
      int outputs, int opset, String type, List<HostTensor> inputs, AttributeProto... attributes) {
    StringBuilder name = new StringBuilder(type + "-" + opset);
    inputs.forEach(t -> name.append(' ').append(t.rank() == 1 ? listed(t) : t.shape()));
    for (AttributeProto a : attributes) {
      name.append(' ').append(a.getName()).append('=');
      switch (a.getType()) {
        case INT -> name.append(a.getI());
        case FLOAT -> name.append(a.getF());
        case STRING -> name.append(a.getS().toStringUtf8());
        default -> name.append(a.getIntsList());
      }
    }
    forms.add(new Form(name.toString(), opset, type, inputs, outputs, Arrays.asList(attributes)));
  }

  private static String listed(HostTensor t) {
    return Arrays.stream(t.doubles()).mapToObj(x -> (float) x).toList().toString();
  }

  HostTensor floats(int... dims) {
    return random(DataType.FLOAT, -2, 2, dims);
  }

  HostTensor random(DataType type, double low, double high, int... dims) {
    Rng rng = Seed.of(seed++).rng();
    double[] d = new double[Shape.of(dims).elements()];
    for (int i = 0; i < d.length; i++) {
      double x = low + (high - low) * rng.nextDouble();
      d[i] = type.hold(type.isFloat() ? x : Math.floor(x));
    }
    return HostTensor.of(type, Shape.of(dims), d);
  }

  static HostTensor longs(long... values) {
    return HostTensor.longs(values);
  }

  static HostTensor list(double... values) {
    return HostTensor.of(DataType.FLOAT, Shape.of(values.length), values);
  }

  static HostTensor scalar(double value) {
    return HostTensor.scalar(DataType.FLOAT, value);
  }

  /** Returns one test per form. */
  Stream<DynamicTest> tests(Path folder) {
    return forms.stream().map(f -> dynamicTest(f.name, () -> check(f, folder)));
  }

  private static void check(Form f, Path folder) throws OrtException {
    Protos p = Protos.opset(f.opset);
    List<String> names = new ArrayList<>();
    List<String> results = new ArrayList<>();
    List<HostTensor> given = f.inputs.stream().filter(t -> t != NONE).toList();
    for (int i = 0; i < f.inputs.size(); i++) {
      HostTensor t = f.inputs.get(i);
      names.add(t == NONE ? "" : "x" + i);
      if (t != NONE) {
        p.input("x" + i, t.type(), t.shape().dims());
      }
    }
    for (int i = 0; i < f.outputs; i++) {
      results.add("y" + i);
      p.output("y" + i);
    }
    p.node(f.type, names, results, f.attributes.toArray(AttributeProto[]::new));
    Path file = p.write(folder.resolve("m.onnx"));
    List<HostTensor> own = new GraphRunner(OnnxModel.read(file), Engine.shared()).run(given);
    List<HostTensor> other = elsewhere(file, f.inputs);
    for (int i = 0; i < f.outputs; i++) {
      assertThat(own.get(i).shape()).as("shape of result %d", i).isEqualTo(other.get(i).shape());
      double[] a = own.get(i).doubles();
      double[] b = other.get(i).doubles();
      for (int k = 0; k < a.length; k++) {
        boolean same = a[k] == b[k] || (Double.isNaN(a[k]) && Double.isNaN(b[k]));
        boolean close = Math.abs(a[k] - b[k]) <= ABSOLUTE + RELATIVE * Math.abs(b[k]);
        assertThat(same || close)
            .as("%s: element %d of result %d: %s, expected %s", f.name, k, i, a[k], b[k])
            .isTrue();
      }
    }
  }

  private static List<HostTensor> elsewhere(Path file, List<HostTensor> inputs)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    try (OrtSession session = environment.createSession(file.toString())) {
      for (int i = 0; i < inputs.size(); i++) {
        if (inputs.get(i) != NONE) {
          given.put("x" + i, tensor(environment, inputs.get(i)));
        }
      }
      try (OrtSession.Result results = session.run(given)) {
        List<HostTensor> all = new ArrayList<>();
        results.forEach(e -> all.add(host((OnnxTensor) e.getValue())));
        return all;
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, HostTensor t) throws OrtException {
    ByteBuffer b =
        ByteBuffer.allocateDirect(Math.max(1, (int) t.type().bytes(t.size())))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < t.size(); i++) {
      switch (t.type()) {
        case FLOAT -> b.putFloat((float) t.at(i));
        case INT64 -> b.putLong((long) t.at(i));
        case INT32 -> b.putInt((int) t.at(i));
        default -> b.put((byte) t.at(i));
      }
    }
    long[] dims = Arrays.stream(t.shape().dims()).asLongStream().toArray();
    OnnxJavaType type =
        switch (t.type()) {
          case FLOAT -> OnnxJavaType.FLOAT;
          case INT64 -> OnnxJavaType.INT64;
          case INT32 -> OnnxJavaType.INT32;
          case BOOL -> OnnxJavaType.BOOL;
          case INT8 -> OnnxJavaType.INT8;
          default -> OnnxJavaType.UINT8;
        };
    return OnnxTensor.createTensor(environment, b.flip(), dims, type);
  }

  private static HostTensor host(OnnxTensor t) {
    int[] dims = Arrays.stream(t.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    Shape shape = Shape.of(dims);
    ByteBuffer b = t.getByteBuffer().order(ByteOrder.nativeOrder());
    double[] d = new double[shape.elements()];
    for (int i = 0; i < d.length; i++) {
      d[i] =
          switch (t.getInfo().type) {
            case FLOAT -> b.getFloat();
            case INT64 -> b.getLong();
            case INT32 -> b.getInt();
            case UINT8 -> b.get() & 0xFF;
            default -> b.get();
          };
    }
    return HostTensor.of(DataType.DOUBLE, shape, d);
  }
}
