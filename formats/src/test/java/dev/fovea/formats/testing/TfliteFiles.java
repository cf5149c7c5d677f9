package dev.fovea.formats.testing;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Writes small files of TensorFlow Lite; fields have the numbers of its schema. */
public final class TfliteFiles {
  /** Element types. */
  public static final int FLOAT32 = 0;

  public static final int FLOAT16 = 1;
  public static final int INT32 = 2;
  public static final int UINT8 = 3;
  public static final int INT8 = 9;

  private final FlatBufferBuilder builder = new FlatBufferBuilder(1024);
  private final List<Integer> buffers = new ArrayList<>();
  private final List<Integer> tensors = new ArrayList<>();
  private final List<Integer> codes = new ArrayList<>();
  private final List<Integer> nodes = new ArrayList<>();
  private final List<Integer> parts = new ArrayList<>();

  /** Creates a file without tensors. */
  public TfliteFiles() {
    buffers.add(table(1, b -> {}));
  }

  /** Fills the fields of a table. */
  public interface Fields {
    /** Adds fields. */
    void add(FlatBufferBuilder builder);
  }

  private int table(int fields, Fields body) {
    builder.startTable(fields);
    body.add(builder);
    return builder.endTable();
  }

  /** Adds a tensor that is computed or given; returns its number. */
  public int tensor(int type, int... shape) {
    return tensor(type, 0, 0, 0, shape);
  }

  /** Adds a tensor of whole numbers with one scale and zero; a scale of 0 for none. */
  public int tensor(int type, double scale, long zero, int buffer, int... shape) {
    return tensor(
        type,
        scale == 0 ? new float[0] : new float[] {(float) scale},
        scale == 0 ? new long[0] : new long[] {zero},
        0,
        buffer,
        shape);
  }

  private int tensor(int type, float[] scales, long[] zeros, int axis, int buffer, int... shape) {
    int name = builder.createString("t" + tensors.size());
    int dims = list(shape.length, i -> shape[i]);
    int rounding = 0;
    if (scales.length > 0) {
      builder.startVector(Float.BYTES, scales.length, Float.BYTES);
      for (int i = scales.length - 1; i >= 0; i--) {
        builder.addFloat(scales[i]);
      }
      int s = builder.endVector();
      builder.startVector(Long.BYTES, zeros.length, Long.BYTES);
      for (int i = zeros.length - 1; i >= 0; i--) {
        builder.addLong(zeros[i]);
      }
      int z = builder.endVector();
      rounding =
          table(
              7,
              b -> {
                b.addOffset(2, s, 0);
                b.addOffset(3, z, 0);
                b.addInt(6, axis, 0);
              });
    }
    int q = rounding;
    tensors.add(
        table(
            8,
            b -> {
              b.addOffset(0, dims, 0);
              b.addByte(1, (byte) type, 0);
              b.addInt(2, buffer, 0);
              b.addOffset(3, name, 0);
              b.addOffset(4, q, 0);
            }));
    return tensors.size() - 1;
  }

  private int list(int n, IntUnaryOperator values) {
    builder.startVector(Integer.BYTES, n, Integer.BYTES);
    for (int i = n - 1; i >= 0; i--) {
      builder.addInt(values.applyAsInt(i));
    }
    return builder.endVector();
  }

  private int buffer(byte[] bytes) {
    int data = builder.createByteVector(bytes);
    buffers.add(table(1, b -> b.addOffset(0, data, 0)));
    return buffers.size() - 1;
  }

  /** Adds a constant of floats. */
  public int floats(float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return tensor(FLOAT32, 0, 0, buffer(bytes.array()), shape);
  }

  /** Adds a constant of floats of 16 bits. */
  public int halves(float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putShort(Float.floatToFloat16(v));
    }
    return tensor(FLOAT16, 0, 0, buffer(bytes.array()), shape);
  }

  /** Adds a constant of whole numbers of 32 bits, with a scale or 0. */
  public int integers(double scale, int[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : values) {
      bytes.putInt(v);
    }
    return tensor(INT32, scale, 0, buffer(bytes.array()), shape);
  }

  /** Adds a list of whole numbers. */
  public int list(int... values) {
    return integers(0, values, values.length);
  }

  /** Adds weights of 8 bits with a scale and zero for each place along an axis. */
  public int bytes(int type, byte[] values, float[] scales, long[] zeros, int axis, int... shape) {
    return tensor(type, scales, zeros, axis, buffer(values), shape);
  }

  /** Adds a use of an operator without settings. */
  public void node(int code, int[] inputs, int... outputs) {
    node(code, 0, b -> {}, inputs, outputs);
  }

  /** Adds a use of an operator. */
  public void node(int code, int settings, Fields options, int[] inputs, int... outputs) {
    add(code, "", settings == 0 ? 0 : table(settings, options), new byte[0], inputs, outputs);
  }

  /** Adds a use of an operator that the schema does not know. */
  public void custom(String name, byte[] settings, int[] inputs, int... outputs) {
    add(32, name, 0, settings, inputs, outputs);
  }

  private void add(
      int code, String custom, int options, byte[] settings, int[] inputs, int... outputs) {
    int name = custom.isEmpty() ? 0 : builder.createString(custom);
    codes.add(
        table(
            4,
            b -> {
              b.addByte(0, (byte) Math.min(code, 127), 0);
              b.addOffset(1, name, 0);
              b.addInt(3, code, 0);
            }));
    int in = list(inputs.length, i -> inputs[i]);
    int out = list(outputs.length, i -> outputs[i]);
    int bytes = settings.length == 0 ? 0 : builder.createByteVector(settings);
    int index = codes.size() - 1;
    nodes.add(
        table(
            9,
            b -> {
              b.addInt(0, index, 0);
              b.addOffset(1, in, 0);
              b.addOffset(2, out, 0);
              b.addOffset(4, options, 0);
              b.addOffset(5, bytes, 0);
            }));
  }

  /** Adds a part with a name, such as the file's metadata. */
  public void part(String name, byte[] content) {
    int text = builder.createString(name);
    int number = buffer(content);
    parts.add(
        table(
            2,
            b -> {
              b.addOffset(0, text, 0);
              b.addInt(1, number, 0);
            }));
  }

  /** Returns the whole file. */
  public byte[] bytes(int[] inputs, int... outputs) {
    int all = builder.createVectorOfTables(ints(tensors));
    int in = list(inputs.length, i -> inputs[i]);
    int out = list(outputs.length, i -> outputs[i]);
    int uses = builder.createVectorOfTables(ints(nodes));
    int graph =
        table(
            5,
            b -> {
              b.addOffset(0, all, 0);
              b.addOffset(1, in, 0);
              b.addOffset(2, out, 0);
              b.addOffset(3, uses, 0);
            });
    int operators = builder.createVectorOfTables(ints(codes));
    int graphs = builder.createVectorOfTables(new int[] {graph});
    int text = builder.createString("test");
    int data = builder.createVectorOfTables(ints(buffers));
    int named = builder.createVectorOfTables(ints(parts));
    int model =
        table(
            8,
            b -> {
              b.addInt(0, 3, 0);
              b.addOffset(1, operators, 0);
              b.addOffset(2, graphs, 0);
              b.addOffset(3, text, 0);
              b.addOffset(4, data, 0);
              b.addOffset(6, named, 0);
            });
    builder.finish(model, "TFL3");
    return builder.sizedByteArray();
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }
}
