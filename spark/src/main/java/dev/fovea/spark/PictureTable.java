package dev.fovea.spark;

import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Images;
import dev.fovea.vision.PictureDecoder;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * How the rows of a table become labelled pictures.
 *
 * @param picture the column of encoded pictures (PNG, JPEG, …), of binary type, as the source
 *     {@code binaryFile} gives it
 * @param label the column of classes: their numbers from 0, or their names
 * @param rule size and normalisation of a network's input as {@link Preprocessing#toText} writes
 *     them, which can be serialized
 * @param classes the names of the classes
 */
record PictureTable(String picture, String label, String rule, List<String> classes)
    implements Serializable {
  PictureTable {
    classes = List.copyOf(classes);
  }

  Preprocessing preprocessing() {
    return Preprocessing.parse(rule, "pictures");
  }

  /**
   * Requires the columns.
   *
   * @param labelled whether the label is needed too
   * @throws FoveaException if one is missing or of another type
   */
  void require(StructType schema, boolean labelled) {
    require(schema, picture, "encoded pictures, of type binary", t -> t instanceof BinaryType);
    if (labelled) {
      require(
          schema,
          label,
          "classes, a whole number or a string",
          t -> t instanceof IntegralType || t instanceof StringType);
    }
  }

  private interface TypeTest {
    boolean suits(DataType type);
  }

  private static void require(StructType schema, String column, String what, TypeTest test) {
    List<String> names = List.of(schema.fieldNames());
    String found =
        names.contains(column)
            ? "is of type " + schema.apply(column).dataType().simpleString()
            : "is missing, there are " + String.join(", ", names);
    if (!names.contains(column) || !test.suits(schema.apply(column).dataType())) {
      throw new FoveaException("table: column " + column + " " + found + "; expected " + what);
    }
  }

  /**
   * Returns the encoded picture of a row.
   *
   * @throws FoveaException if it has none
   */
  byte[] content(Row row, int column) {
    if (row.isNullAt(column)) {
      throw new FoveaException(
          "table: a row has null in column " + picture + "; expected an encoded picture");
    }
    return row.getAs(column);
  }

  /**
   * Returns the class of a row.
   *
   * @throws FoveaException if it is none of the classes
   */
  int label(Row row, int column) {
    Object value = row.isNullAt(column) ? null : row.get(column);
    int found =
        value instanceof Number n
            ? (n.longValue() == n.intValue() ? n.intValue() : -1)
            : classes.indexOf(String.valueOf(value));
    if (found < 0 || found >= classes.size()) {
      throw new FoveaException(
          "table: label %s in column %s; expected %s"
              .formatted(
                  value,
                  label,
                  value instanceof Number
                      ? "0 to " + (classes.size() - 1)
                      : "one of " + String.join(", ", classes)));
    }
    return found;
  }

  /**
   * Returns a picture of the input's size, in whole numbers of 8 bits.
   *
   * @param name what it is called in messages
   * @throws FoveaException if it is not a picture, or a damaged one
   */
  static byte[] pixels(byte[] content, String name, Preprocessing rule) {
    float[] values =
        new PictureDecoder(Images.MAX_PIXELS).place(content, name, rule).input().data();
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) Math.round(values[i]);
    }
    return pixels;
  }
}
