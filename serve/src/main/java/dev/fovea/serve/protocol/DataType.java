package dev.fovea.serve.protocol;

import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The element types of tensors in requests; networks compute with 32-bit floats. */
enum DataType {
  BOOL(1, "true, false, 0 or 1", 0, 1) {
    @Override
    float read(ByteBuffer from) {
      return Byte.toUnsignedInt(from.get());
    }
  },
  UINT8(1, 0, 0xFF) {
    @Override
    float read(ByteBuffer from) {
      return Byte.toUnsignedInt(from.get());
    }
  },
  UINT16(2, 0, 0xFFFF) {
    @Override
    float read(ByteBuffer from) {
      return Short.toUnsignedInt(from.getShort());
    }
  },
  UINT32(4, 0, 0xFFFF_FFFFL) {
    @Override
    float read(ByteBuffer from) {
      return Integer.toUnsignedLong(from.getInt());
    }
  },
  UINT64(8, "whole numbers from 0 to 18446744073709551615", 0, 0x1p64) {
    @Override
    float read(ByteBuffer from) {
      long bits = from.getLong();
      // Half of a large one, whose last bit still says which way to round.
      return bits >= 0 ? bits : 2 * (float) ((bits >>> 1) | (bits & 1));
    }
  },
  INT8(1, Byte.MIN_VALUE, Byte.MAX_VALUE) {
    @Override
    float read(ByteBuffer from) {
      return from.get();
    }
  },
  INT16(2, Short.MIN_VALUE, Short.MAX_VALUE) {
    @Override
    float read(ByteBuffer from) {
      return from.getShort();
    }
  },
  INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE) {
    @Override
    float read(ByteBuffer from) {
      return from.getInt();
    }
  },
  INT64(8, Long.MIN_VALUE, Long.MAX_VALUE) {
    @Override
    float read(ByteBuffer from) {
      return from.getLong();
    }
  },
  FP16(2, "65504", 65_520) {
    @Override
    float read(ByteBuffer from) {
      return Float.float16ToFloat(from.getShort());
    }
  },
  BF16(2, "3.3895314E38", 0x1.FFp127) {
    @Override
    float read(ByteBuffer from) {
      return Float.intBitsToFloat(from.getShort() << Short.SIZE); // the upper half of a float
    }
  },
  FP32(4, "3.4028235E38", 0x1.FFFFFFp127) {
    @Override
    float read(ByteBuffer from) {
      return from.getFloat();
    }
  },
  FP64(8, "3.4028235E38", 0x1.FFFFFFp127) { // the range of 32 bits, in which it is computed
    @Override
    float read(ByteBuffer from) {
      return (float) from.getDouble();
    }
  };

  private static final int SHOWN = 40;

  private final int size;
  private final String values;
  private final boolean whole;
  private final double least;
  private final double most;

  DataType(int size, String values, double least, double most) {
    this.size = size;
    this.values = values;
    this.whole = true;
    this.least = least;
    this.most = most;
  }

  /** A type of whole numbers. */
  DataType(int size, long least, long most) {
    this(size, "whole numbers from %s to %s".formatted(least, most), (double) least, (double) most);
  }

  /**
   * A type of floating-point numbers.
   *
   * @param most the largest
   * @param beyond the least number that is rounded to infinity
   */
  DataType(int size, String most, double beyond) {
    this.size = size;
    this.values = "numbers from -%s to %s".formatted(most, most);
    this.whole = false;
    this.least = Math.nextUp(-beyond);
    this.most = Math.nextDown(beyond);
  }

  /** Returns the number of bytes of an element. */
  int size() {
    return size;
  }

  /** Reads an element and rounds it to 32 bits. */
  abstract float read(ByteBuffer from);

  /** Returns whether this type has a number, which may have to be rounded. */
  boolean takes(double number) {
    return number >= least && number <= most && (!whole || number == Math.rint(number));
  }

  /**
   * Returns an error about a value that this type does not have.
   *
   * @param number which of the values it is, from 0 on
   */
  FoveaException wrong(String where, Object value, int number) {
    String got = Text.cut(Text.oneLine(Json.write(value)), SHOWN);
    return new FoveaException(
        "%s: %s takes %s, got %s (number %s)".formatted(where, this, values, got, number));
  }

  /**
   * Returns the type of a name.
   *
   * @throws FoveaException if there is none
   */
  static DataType of(String name, String where) {
    List<String> names = Arrays.stream(values()).map(Enum::name).toList();
    if (!names.contains(name)) {
      throw new FoveaException(
          "%s: there is no datatype \"%s\" of numbers%s"
              .formatted(where, Text.shown(name), Suggest.hint(name, names)));
    }
    return valueOf(name);
  }
}
