package dev.fovea.formats.torch;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The types of PyTorch's storages, and how their elements become floats. */
enum StorageType {
  FLOAT("FloatStorage", 4),
  DOUBLE("DoubleStorage", 8),
  HALF("HalfStorage", 2),
  BFLOAT16("BFloat16Storage", 2),
  LONG("LongStorage", 8),
  INT("IntStorage", 4),
  SHORT("ShortStorage", 2),
  CHAR("CharStorage", 1),
  BYTE("ByteStorage", 1),
  BOOL("BoolStorage", 1);

  private final String torchName;
  private final int bytes;

  StorageType(String torchName, int bytes) {
    this.torchName = torchName;
    this.bytes = bytes;
  }

  /** Returns how many bytes an element takes. */
  int bytes() {
    return bytes;
  }

  /** Returns the type of a class in the module torch. */
  static Optional<StorageType> named(String name) {
    for (StorageType t : values()) {
      if (t.torchName.equals(name)) {
        return Optional.of(t);
      }
    }
    return Optional.empty();
  }

  /** Returns element {@code i} of a little-endian buffer; large whole numbers are rounded. */
  float get(ByteBuffer data, int i) {
    int at = i * bytes;
    return switch (this) {
      case FLOAT -> data.getFloat(at);
      case DOUBLE -> (float) data.getDouble(at);
      case HALF -> Float.float16ToFloat(data.getShort(at));
      case BFLOAT16 -> Float.intBitsToFloat(data.getShort(at) << 16);
      case LONG -> data.getLong(at);
      case INT -> data.getInt(at);
      case SHORT -> data.getShort(at);
      case CHAR -> data.get(at);
      case BYTE -> Byte.toUnsignedInt(data.get(at));
      case BOOL -> data.get(at) == 0 ? 0 : 1;
    };
  }
}
