package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.DataType;

/** The types of elements in TensorFlow Lite's order, each with the same type of ONNX. */
enum ElementType {
  FLOAT32(DataType.FLOAT, Float.BYTES),
  FLOAT16(DataType.FLOAT16, Short.BYTES),
  INT32(DataType.INT32, Integer.BYTES),
  UINT8(DataType.UINT8, Byte.BYTES),
  INT64(DataType.INT64, Long.BYTES),
  STRING(null, 0),
  BOOL(DataType.BOOL, Byte.BYTES),
  INT16(DataType.INT16, Short.BYTES),
  COMPLEX64(null, 0),
  INT8(DataType.INT8, Byte.BYTES),
  FLOAT64(DataType.DOUBLE, Double.BYTES),
  COMPLEX128(null, 0),
  UINT64(DataType.UINT64, Long.BYTES),
  RESOURCE(null, 0),
  VARIANT(null, 0),
  UINT32(DataType.UINT32, Integer.BYTES),
  UINT16(DataType.UINT16, Short.BYTES),
  INT4(null, 0),
  BFLOAT16(DataType.BFLOAT16, Short.BYTES);

  private final DataType onnx;
  private final int bytes;

  ElementType(DataType onnx, int bytes) {
    this.onnx = onnx;
    this.bytes = bytes;
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
