package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;
import org.jspecify.annotations.Nullable;

/** The types of elements in TensorFlow Lite's order, each with the same type of ONNX. */
enum ElementType {
  FLOAT32(DataType.FLOAT, Float.BYTES),
  FLOAT16(DataType.FLOAT16, Short.BYTES),
  INT32(DataType.INT32, Integer.BYTES),
  UINT8(DataType.UINT8, Byte.BYTES),
  INT64(DataType.INT64, Long.BYTES),
  STRING,
  BOOL(DataType.BOOL, Byte.BYTES),
  INT16(DataType.INT16, Short.BYTES),
  COMPLEX64,
  INT8(DataType.INT8, Byte.BYTES),
  FLOAT64(DataType.DOUBLE, Double.BYTES),
  COMPLEX128,
  UINT64(DataType.UINT64, Long.BYTES),
  RESOURCE,
  VARIANT,
  UINT32(DataType.UINT32, Integer.BYTES),
  UINT16(DataType.UINT16, Short.BYTES),
  INT4,
  BFLOAT16(DataType.BFLOAT16, Short.BYTES);

  private final @Nullable DataType onnx;
  private final int bytes;

  ElementType(@Nullable DataType onnx, int bytes) {
    this.onnx = onnx;
    this.bytes = bytes;
  }

  /** Creates a type that is not read. */
  ElementType() {
    this(null, 0);
  }

  /** Returns the type of a number of the schema. */
  static ElementType of(int code) {
    if (code < 0 || code >= values().length) {
      throw new FormatException("element type " + code + " is not known");
    }
    return values()[code];
  }

  /** Returns the type of ONNX. */
  DataType onnx() {
    if (onnx == null) {
      throw new FormatException("elements of the type " + this + " are not read");
    }
    return onnx;
  }

  /** Returns the bytes of an element. */
  int bytes() {
    onnx();
    return bytes;
  }

  /** Returns whether its numbers are often steps of real ones. */
  boolean isRounded() {
    return this == UINT8 || this == INT8 || this == INT16 || this == INT32 || this == INT64;
  }
}
