package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON (RFC 8259), strictly and within limits of size.
 *
 * <p>An object is a {@code Map<String, Object>} in the order of the text, an array a {@code
 * List<Object>}, a {@link JsonNumbers} if it holds numbers alone, a string a {@link String}, a
 * number a {@link Long} if it has neither fraction nor exponent and fits, otherwise a {@link
 * Double}, and null is {@link Null#NULL}. Names that repeat, values nested deeper than {@value
 * #MAX_DEPTH}, numbers beyond the range of a double, unpaired surrogates and anything after the
 * value are errors.
 */
public final class Json {
  /** Whole numbers of this size and below a double tells exactly. */
  private static final double EXACT = 1L << 53;

  /** The most characters of a value that a message shows. */
  static final int SHOWN = 40;

  /** The maximal nesting depth of objects and arrays. */
  public static final int MAX_DEPTH = 64;

  /** The maximal length of a text, in characters. */
  public static final int MAX_LENGTH = 100_000_000;

  private Json() {}

  /** The JSON value null. */
  public enum Null {
    /** The only one. */
    NULL
  }

  /**
   * Returns the value of a JSON text.
   *
   * @param source where the text comes from, for messages
   * @throws FoveaException if the text is not strict JSON
   */
  public static Object parse(String text, String source) {
    return new JsonParser(text, source).parse();
  }

  /**
   * Returns the object that a JSON text holds.
   *
   * @throws FoveaException if the text is not strict JSON or its value is not an object
   */
  public static Map<String, Object> parseObject(String text, String source) {
    return object(parse(text, source), source);
  }

  /** Returns the compact text of a value made of the types named above; floats and ints too. */
  public static String write(Object value) {
    StringBuilder out = new StringBuilder();
    JsonWriter.append(value, out);
    return out.toString();
  }

  /**
   * Returns the value as an object.
   *
   * @throws FoveaException if it is something else
   */
  @SuppressWarnings("unchecked") // the parser makes no other maps
  public static Map<String, Object> object(Object value, String where) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw wrong(where, value, "an object");
  }

  /**
   * Returns the value as an array.
   *
   * @throws FoveaException if it is something else
   */
  @SuppressWarnings("unchecked") // the parser makes no other lists
  public static List<Object> array(Object value, String where) {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw wrong(where, value, "an array");
  }

  /**
   * Returns the member of an object.
   *
   * @throws FoveaException if it is missing
   */
  public static Object member(Map<String, Object> object, String name, String where) {
    Object value = object.get(name);
    if (value == null) {
      throw new FoveaException(where + ": \"" + name + "\" is missing");
    }
    return value;
  }

  /**
   * Returns the value as a string.
   *
   * @throws FoveaException if it is something else
   */
  public static String string(Object value, String where) {
    if (value instanceof String s) {
      return s;
    }
    throw wrong(where, value, "a string");
  }

  /** Returns a number without a fraction that was written with a point, such as 7.0, as a Long. */
  public static Object whole(Object value) {
    return value instanceof Double d && d == Math.rint(d) && Math.abs(d) <= EXACT
        ? Long.valueOf(d.longValue())
        : value;
  }

  /**
   * Returns the value as a whole number, which may be written as 7 or 7.0.
   *
   * @throws FoveaException if it is something else
   */
  public static long integer(Object value, String where) {
    if (whole(value) instanceof Long n) {
      return n;
    }
    throw wrong(where, value, "a whole number");
  }

  /**
   * Returns the value as a number.
   *
   * @throws FoveaException if it is something else
   */
  public static double number(Object value, String where) {
    if (value instanceof Number n) {
      return n.doubleValue();
    }
    throw wrong(where, value, "a number");
  }

  /**
   * Returns the value as true or false.
   *
   * @throws FoveaException if it is something else
   */
  public static boolean bool(Object value, String where) {
    if (value instanceof Boolean b) {
      return b;
    }
    throw wrong(where, value, "true or false");
  }

  private static FoveaException wrong(String where, Object value, String wanted) {
    String got = Text.cut(write(value), SHOWN);
    return new FoveaException(where + ": " + got + " is not " + wanted);
  }
}
