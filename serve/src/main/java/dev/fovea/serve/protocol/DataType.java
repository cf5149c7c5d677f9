package dev.fovea.serve.protocol;

import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The element types of tensors in requests; networks compute with 32-bit floats. */
enum DataType {
  BOOL(1) {
    @Override
    float read(ByteBuffer from) {
      return from.get() == 0 ? 0 : 1;
    }
  },
  UINT8(1) {
    @Override
    float read(ByteBuffer from) {
      return Byte.toUnsignedInt(from.get());
    }
  },
  INT8(1) {
    @Override
    float read(ByteBuffer from) {
      return from.get();
    }
  },
  UINT16(2) {
    @Override
    float read(ByteBuffer from) {
      return Short.toUnsignedInt(from.getShort());
    }
  },
  INT16(2) {
    @Override
    float read(ByteBuffer from) {
      return from.getShort();
    }
  },
  INT32(4) {
    @Override
    float read(ByteBuffer from) {
      return from.getInt();
    }
  },
  INT64(8) {
    @Override
    float read(ByteBuffer from) {
      return from.getLong();
    }
  },
  FP16(2) {
    @Override
    float read(ByteBuffer from) {
      return Float.float16ToFloat(from.getShort());
    }
  },
  BF16(2) {
    @Override
    float read(ByteBuffer from) {
      return Float.intBitsToFloat(from.getShort() << Short.SIZE); // the upper half of a float
    }
  },
  FP32(4) {
    @Override
    float read(ByteBuffer from) {
      return from.getFloat();
    }
  },
  FP64(8) {
    @Override
    float read(ByteBuffer from) {
      return (float) from.getDouble();
    }
  };

  private final int size;

  DataType(int size) {
    this.size = size;
  }

  /** Returns the number of bytes of an element. */
  int size() {
    return size;
  }

  /** Reads an element and rounds it to 32 bits. */
  abstract float read(ByteBuffer from);

  /**
   * Returns the type of a name.
   *
   * @throws FoveaException if there is none
   */
  static DataType of(String name, String where) {
    List<String> names = Arrays.stream(values()).map(Enum::name).toList();
    if (!names.contains(name)) {
      throw new FoveaException(
          "%s: datatype \"%s\" is none of numbers%s"
              .formatted(where, Text.shown(name), Suggest.hint(name, names)));
    }
    return valueOf(name);
  }
}
