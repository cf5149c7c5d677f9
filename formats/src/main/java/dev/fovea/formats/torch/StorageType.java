package dev.fovea.formats.torch;

import dev.fovea.io.Dtype;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The types of PyTorch's storages. */
enum StorageType {
  FLOAT("Float", "float32", Dtype.F32),
  DOUBLE("Double", "float64", Dtype.F64),
  HALF("Half", "float16", Dtype.F16),
  BFLOAT16("BFloat16", "bfloat16", Dtype.BF16),
  LONG("Long", "int64", Dtype.I64),
  INT("Int", "int32", Dtype.I32),
  SHORT("Short", "int16", Dtype.I16),
  CHAR("Char", "int8", Dtype.I8),
  BYTE("Byte", "uint8", Dtype.U8),
  BOOL("Bool", "bool", Dtype.BOOL),
  UNTYPED("Untyped", "bytes", Dtype.U8),
  UINT16("UInt16", "uint16", Dtype.U16),
  UINT32("UInt32", "uint32", Dtype.U32),
  UINT64("UInt64", "uint64", Dtype.U64),
  FLOAT8_E4M3FN("Float8_e4m3fn", "float8_e4m3fn", Dtype.F8_E4M3),
  FLOAT8_E5M2("Float8_e5m2", "float8_e5m2", Dtype.F8_E5M2),
  FLOAT8_E4M3FNUZ("Float8_e4m3fnuz", "float8_e4m3fnuz", Dtype.F8_E4M3FNUZ),
  FLOAT8_E5M2FNUZ("Float8_e5m2fnuz", "float8_e5m2fnuz", Dtype.F8_E5M2FNUZ),
  FLOAT8_E8M0FNU("Float8_e8m0fnu", "float8_e8m0fnu", Dtype.F8_E8M0),
  COMPLEX_HALF("ComplexHalf", "complex32", 4),
  COMPLEX_FLOAT("ComplexFloat", "complex64", 8),
  COMPLEX_DOUBLE("ComplexDouble", "complex128", 16),
  QINT8("QInt8", "qint8", 1),
  QUINT8("QUInt8", "quint8", 1),
  QINT32("QInt32", "qint32", 4);

  private final String className;
  private final String dtype;
  private final @Nullable Dtype numbers;
  private final int bytes;

  StorageType(String className, String dtype, Dtype numbers) {
    this.className = className;
    this.dtype = dtype;
    this.numbers = numbers;
    this.bytes = numbers.bytes();
  }

  StorageType(String className, String dtype, int bytes) {
    this.className = className;
    this.dtype = dtype;
    this.numbers = null;
    this.bytes = bytes;
  }

  /** Returns how many bytes an element takes. */
  int bytes() {
    return bytes;
  }

  /** Returns how elements become floats; none where they are not read. */
  Optional<Dtype> numbers() {
    return Optional.ofNullable(numbers);
  }

  /** Returns what {@code torch} calls the type of the elements. */
  String dtype() {
    return dtype;
  }

  /** Returns the type of a class of storages, such as {@code FloatStorage}. */
  static Optional<StorageType> named(String name) {
    return Arrays.stream(values()).filter(t -> name.equals(t.className + "Storage")).findFirst();
  }

  /** Returns the type of elements that {@code torch} calls so, such as {@code float8_e5m2}. */
  static Optional<StorageType> ofElements(String dtype) {
    return Arrays.stream(values()).filter(t -> t.dtype.equals(dtype)).findFirst();
  }
}
