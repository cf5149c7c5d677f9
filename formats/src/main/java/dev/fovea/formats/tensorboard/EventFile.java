package dev.fovea.formats.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.fovea.formats.FormatException;
import dev.fovea.io.FileBytes;
import dev.fovea.io.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.CRC32C;

/**
 * The numbers that an event file of TensorBoard tells over the steps of a training, as PyTorch's
 * {@code SummaryWriter}, TensorFlow (1 and 2) and {@code dev.fovea.train.TensorBoard} write them.
 *
 * <p>The file is a sequence of records: the length (8 bytes, little-endian), its masked CRC-32C, an
 * {@code Event} message of protocol buffers, its masked CRC-32C. A record that is not whole ends
 * it, since a training may be writing it. Pictures, histograms and texts are left out.
 *
 * @param scalars the numbers by their tag, in the order in which tags appear
 */
public record EventFile(Map<String, Series> scalars) {
  private static final long MAX_BYTES = 1 << 26;
  private static final int MAX_TAGS = 1_000;
  private static final int MAX_TAG = 1_000;

  /** So many numbers may one event tell: more than there may be tags makes no sense. */
  private static final int MAX_VALUES = 1_000;

  private static final int HEAD = 12;
  private static final int MASK = 0xa282ead8;

  /** Fields of the messages {@code Event}, {@code Summary.Value} and {@code TensorProto}. */
  private static final int STEP = 2;

  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int NUMBER = 2;
  private static final int TENSOR = 8;
  private static final int TYPE = 1;
  private static final int CONTENT = 4;
  private static final int FLOATS = 5;
  private static final int DOUBLES = 6;

  /** Element types of tensors. */
  private static final int FLOAT = 1;

  private static final int DOUBLE = 2;

  /** One number over the steps. */
  public static final class Series {
    private long[] steps = new long[16];
    private double[] values = new double[16];
    private int count;

    private Series() {}

    private void add(long step, double value) {
      if (count == steps.length) {
        steps = Arrays.copyOf(steps, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
      }
      steps[count] = step;
      values[count++] = value;
    }

    /** Returns the steps at which it was told, in the order of the file. */
    public long[] steps() {
      return Arrays.copyOf(steps, count);
    }

    /** Returns what it was at each of them. */
    public double[] values() {
      return Arrays.copyOf(values, count);
    }
  }

  /** Copies the map. */
  public EventFile {
    scalars = Collections.unmodifiableMap(new LinkedHashMap<>(scalars));
  }

  /**
   * Reads a file of at most 64 MiB.
   *
   * @throws dev.fovea.tensor.FoveaException if it cannot be read, is larger or is no event file
   */
  public static EventFile read(Path file) {
    try {
      return read(FileBytes.read(file, MAX_BYTES));
    } catch (FormatException e) {
      throw e.in(file);
    }
  }

  private static EventFile read(byte[] bytes) {
    Builder builder = new Builder();
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int number = 1; in.remaining() >= HEAD; number++) {
      int at = in.position();
      long length = in.getLong();
      if (in.getInt() != masked(bytes, at, Long.BYTES)) {
        throw new FormatException(
            "record %s: the checksum of its length is wrong; an event file of TensorBoard expected"
                .formatted(number));
      }
      if (length < 0 || length > in.remaining() - Integer.BYTES) {
        break;
      }
      int from = in.position();
      in.position(from + (int) length);
      if (in.getInt() != masked(bytes, from, (int) length)) {
        throw new FormatException("record %s: its checksum is wrong".formatted(number));
      }
      try {
        builder.event(CodedInputStream.newInstance(bytes, from, (int) length));
      } catch (IOException e) {
        throw new FormatException("record %s: no event: %s".formatted(number, e.getMessage()), e);
      }
    }
    return builder.build();
  }

  /** Returns the CRC of some bytes, turned and moved so that it is no CRC of a CRC. */
  private static int masked(byte[] data, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
  }

  /** The numbers that were read so far. */
  private static final class Builder {
    private final Map<String, Series> all = new LinkedHashMap<>();

    /** The step of an event may stand before or behind what it tells. */
    void event(CodedInputStream in) throws IOException {
      long step = 0;
      List<Value> told = new ArrayList<>();
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case STEP -> step = number(in, tag);
          case SUMMARY -> summary(message(in, tag), told);
          default -> in.skipField(tag);
        }
      }
      for (Value v : told) {
        if (!all.containsKey(v.tag) && all.size() >= MAX_TAGS) {
          throw new InvalidProtocolBufferException("more than " + MAX_TAGS + " tags");
        }
        all.computeIfAbsent(v.tag, t -> new Series()).add(step, v.number);
      }
    }

    EventFile build() {
      return new EventFile(all);
    }
  }

  private record Value(String tag, double number) {}

  private static void summary(CodedInputStream in, List<Value> to) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == VALUE) {
        value(message(in, tag), to);
      } else {
        in.skipField(tag);
      }
    }
  }

  /** Reads a number; what is none is left out. */
  private static void value(CodedInputStream in, List<Value> to) throws IOException {
    String name = "";
    OptionalDouble number = OptionalDouble.empty();
    int count = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case TAG -> name = name(in, tag);
        case NUMBER -> {
          require(tag, WireFormat.WIRETYPE_FIXED32);
          number = OptionalDouble.of(in.readFloat());
          count++;
        }
        case TENSOR -> {
          OptionalDouble told = scalar(message(in, tag));
          number = told.isPresent() ? told : number;
          count += told.isPresent() ? 1 : 0;
        }
        default -> in.skipField(tag);
      }
    }
    if (name.isEmpty() || count != 1) {
      return;
    }
    if (to.size() >= MAX_VALUES) {
      throw new InvalidProtocolBufferException("more than " + MAX_VALUES + " values in one event");
    }
    to.add(new Value(name, number.orElseThrow()));
  }

  /** Reads the only number of a tensor, which TensorFlow 2 writes one number as. */
  private static OptionalDouble scalar(CodedInputStream in) throws IOException {
    long type = 0;
    byte[] content = {};
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean bytes = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (field == TYPE) {
        type = number(in, tag);
      } else if (bytes && (field == CONTENT || field == FLOATS || field == DOUBLES)) {
        content = in.readByteArray();
      } else {
        in.skipField(tag);
      }
    }
    ByteBuffer number = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (type == FLOAT && content.length == Float.BYTES) {
      return OptionalDouble.of(number.getFloat());
    }
    return type == DOUBLE && content.length == Double.BYTES
        ? OptionalDouble.of(number.getDouble())
        : OptionalDouble.empty();
  }

  private static long number(CodedInputStream in, int tag) throws IOException {
    require(tag, WireFormat.WIRETYPE_VARINT);
    return in.readInt64();
  }

  /** Reads a whole tag: what is cut might be that of another number. */
  private static String name(CodedInputStream in, int tag) throws IOException {
    require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    String name = in.readString();
    if (name.length() > MAX_TAG) {
      throw new InvalidProtocolBufferException("a tag of more than " + MAX_TAG + " characters");
    }
    return Text.oneLine(name);
  }

  private static CodedInputStream message(CodedInputStream in, int tag) throws IOException {
    require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    return CodedInputStream.newInstance(in.readByteArray());
  }

  private static void require(int tag, int type) throws IOException {
    if (WireFormat.getTagWireType(tag) != type) {
      throw new InvalidProtocolBufferException(
          "field %s is not of the type that it should be"
              .formatted(WireFormat.getTagFieldNumber(tag)));
    }
  }
}
