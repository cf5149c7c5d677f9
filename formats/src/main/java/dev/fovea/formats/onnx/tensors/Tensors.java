package dev.fovea.formats.onnx.tensors;

import com.google.protobuf.ByteString;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.operators.IndexFunctions;
import dev.fovea.formats.onnx.proto.Onnx.SparseTensorProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a file; those that lie in files of their own must be in the model's folder.
 *
 * <p>Each is read once however often a graph is walked, and weights of 8 bits become one array of
 * bytes that all plans share.
 */
public final class Tensors {
  private final @Nullable Path folder;
  private final Map<TensorProto, HostTensor> read =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** By what the elements of each tensor read are read from: the forms made of it. */
  private final Map<Object, Map<Form, Value>> bytes =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** A form of a tensor's elements. */
  private record Form(DataType type, Shape shape, List<Integer> order) {}

  /**
   * Creates a reader.
   *
   * @param folder the model's folder; null if there is none and no tensor may lie outside
   */
  public Tensors(@Nullable Path folder) {
    this.folder = folder;
  }

  /** Returns a tensor over the bytes of the file, which are not copied. */
  public HostTensor read(TensorProto t) {
    HostTensor known = read.get(t);
    if (known == null) {
      known = parsed(t);
      read.put(t, known);
      bytes.put(known.source(), new ConcurrentHashMap<>());
    }
    return known;
  }

  /**
   * Returns a tensor of which the file holds the elements that are not 0, with their row-major
   * indices or their places along each axis.
   */
  public HostTensor read(SparseTensorProto t) {
    HostTensor values = read(t.getValues());
    HostTensor indices = read(t.getIndices());
    String name = "sparse tensor " + t.getValues().getName() + ": ";
    Shape shape = shape(t.getDimsList());
    int count = values.size();
    boolean places = indices.rank() == 2;
    if (indices.size() != (long) count * (places ? shape.rank() : 1)) {
      throw new FormatException(
          name + count + " elements of " + shape + " with indices " + indices.shape());
    }
    double[] all = new double[HostTensor.bounded(shape).elements()];
    int[] strides = shape.strides();
    for (int i = 0; i < count; i++) {
      double at = places ? 0 : indices.at(i);
      for (int a = 0; places && a < strides.length; a++) {
        at += IndexFunctions.inside(indices.at(i * strides.length + a), shape.dim(a)) * strides[a];
      }
      all[IndexFunctions.inside(at, all.length)] = values.at(i);
    }
    return HostTensor.of(values.type(), shape, all);
  }

  /**
   * Returns whole numbers of 8 bits with their axes in an order. Those that lie in the file are
   * kept for the next walk.
   */
  public Value bytes(HostTensor t, int[] order) {
    Map<Form, Value> kept = bytes.get(t.source());
    if (kept == null) {
      HostTensor.bounded(t.shape());
      return made(t, order);
    }
    List<Integer> axes = Arrays.stream(order).boxed().toList();
    return kept.computeIfAbsent(new Form(t.type(), t.shape(), axes), _ -> made(t, order));
  }

  private static Value made(HostTensor t, int[] order) {
    Shape shape = Shape.of(Arrays.stream(order).map(t.shape()::dim).toArray());
    byte[] data = new byte[t.size()];
    t.visit(order, (i, x) -> data[i] = (byte) (int) x);
    ElementType type = t.type().least() < 0 ? ElementType.INT8 : ElementType.UINT8;
    return Value.of(new Source.Bytes(shape, data, type)).to(ElementType.FLOAT32);
  }

  private HostTensor parsed(TensorProto t) {
    try {
      if (t.hasSegment()) {
        throw new FormatException("lies in parts, of which this file holds one");
      }
      DataType type = DataType.of(t.getDataType());
      Shape shape = shape(t.getDimsList());
      if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        return raw(type, shape, external(t, type.bytes(shape.elements())));
      }
      return t.hasRawData() ? raw(type, shape, buffer(t.getRawData())) : listed(t, type, shape);
    } catch (FormatException e) {
      throw new FormatException("tensor " + t.getName() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // Such as extents whose product does not fit.
      throw new FormatException("tensor " + t.getName() + ": broken: " + e, e);
    }
  }

  static Shape shape(List<Long> dims) {
    if (dims.size() > Shape.MAX_RANK) {
      throw new FormatException("has " + dims.size() + " axes, at most " + Shape.MAX_RANK);
    }
    for (long d : dims) {
      if (d < 0 || d > Integer.MAX_VALUE) {
        throw new FormatException("has an axis of " + d);
      }
    }
    return Shape.of(dims.stream().mapToInt(Long::intValue).toArray());
  }

  private static ByteBuffer buffer(ByteString bytes) {
    return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static HostTensor raw(DataType type, Shape shape, ByteBuffer b) {
    if (b.remaining() != type.bytes(shape.elements())) {
      throw new FormatException(
          shape
              + " of "
              + type
              + " needs "
              + type.bytes(shape.elements())
              + " bytes, got "
              + b.remaining());
    }
    int at = b.position();
    IntToDoubleFunction elements =
        switch (type) {
          case FLOAT -> i -> b.getFloat(at + 4 * i);
          case DOUBLE -> i -> b.getDouble(at + 8 * i);
          default ->
              switch (type.bits()) {
                case Long.SIZE -> i -> type.value(b.getLong(at + 8 * i));
                case Integer.SIZE -> i -> type.value(b.getInt(at + 4 * i) & 0xFFFF_FFFFL);
                case Short.SIZE -> i -> type.value(b.getShort(at + 2 * i) & 0xFFFF);
                case Byte.SIZE -> i -> type.value(b.get(at + i) & 0xFF);
                default -> i -> part(type, i, k -> b.get(at + k));
              };
        };
    return new HostTensor(type, shape, elements);
  }

  /** Returns an element of less than a byte; the first lies in the lowest bits. */
  private static double part(DataType type, int i, IntUnaryOperator bytes) {
    int each = Byte.SIZE / type.bits();
    int shifted = bytes.applyAsInt(i / each) >> (i % each * type.bits());
    return type.value(shifted & ((1 << type.bits()) - 1));
  }

  /** Reads elements where the parser has put them: they are not copied either. */
  private static HostTensor listed(TensorProto t, DataType type, Shape shape) {
    int count =
        switch (type) {
          case FLOAT -> t.getFloatDataCount();
          case DOUBLE -> t.getDoubleDataCount();
          case INT64 -> t.getInt64DataCount();
          case UINT32, UINT64 -> t.getUint64DataCount();
          default -> t.getInt32DataCount();
        };
    long needed = type.bits() < Byte.SIZE ? type.bytes(shape.elements()) : shape.elements();
    if (count != needed) {
      throw new FormatException(shape + " needs " + needed + " values, got " + count);
    }
    IntToDoubleFunction elements =
        switch (type) {
          case FLOAT -> t::getFloatData;
          case DOUBLE -> t::getDoubleData;
          case INT64 -> i -> (double) t.getInt64Data(i);
          case UINT32, UINT64 -> i -> type.value(t.getUint64Data(i));
          default ->
              type.bits() < Byte.SIZE
                  ? i -> part(type, i, t::getInt32Data)
                  : i -> type.value(t.getInt32Data(i) & ((1L << type.bits()) - 1));
        };
    return new HostTensor(type, shape, elements);
  }

  private ByteBuffer external(TensorProto t, long bytes) {
    Map<String, String> where = new HashMap<>();
    for (StringStringEntryProto e : t.getExternalDataList()) {
      where.put(e.getKey(), e.getValue());
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new FormatException("external data of " + bytes + " bytes, at most 2 GiB are read");
    }
    Path file = inside(where.getOrDefault("location", ""));
    long offset = number(where.getOrDefault("offset", "0"));
    long length = number(where.getOrDefault("length", Long.toString(bytes)));
    try (FileChannel channel = FileChannel.open(file)) {
      if (length != bytes || offset > channel.size() - length) {
        throw new FormatException(
            file.getFileName()
                + " holds "
                + channel.size()
                + " bytes, needs "
                + bytes
                + " from "
                + offset
                + " on");
      }
      return channel
          .map(FileChannel.MapMode.READ_ONLY, offset, length)
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new FormatException("external data " + file.getFileName() + ": " + e, e);
    }
  }

  private static long number(String text) {
    try {
      long n = Long.parseLong(text);
      if (n >= 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // The same complaint as below.
    }
    throw new FormatException("external data: needs a number of at least 0, got " + text);
  }

  /**
   * Returns the file of a name that must not lead out of the model's folder, not even by a link.
   */
  private Path inside(String location) {
    if (folder == null || location.isEmpty()) {
      throw new FormatException("external data lies in no file");
    }
    try {
      Path home = folder.toRealPath();
      Path file = home.resolve(location).normalize();
      if (file.startsWith(home)
          && Files.isRegularFile(file)
          && file.toRealPath().startsWith(home)) {
        return file;
      }
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw new FormatException("external data " + location + ": " + e, e);
    }
    throw new FormatException("external data " + location + " is not a file in the model's folder");
  }
}
