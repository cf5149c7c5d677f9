package dev.fovea.studio.web;

import dev.fovea.insight.colour.ValueScale;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer of JSON with arrays of numbers behind it.
 *
 * <p>The bytes, little-endian: {@code FVB1}, the length of the JSON text, the text padded with
 * spaces to a multiple of 4, then the arrays one after the other, each padded to a multiple of 4.
 * The text is an object; its member {@code arrays} tells name, element type ({@code u8}, {@code
 * f32}), shape and place of each array. Bytes stand for {@code lo + (hi − lo)·q/255}.
 */
public final class Bundle {
  private static final byte[] MAGIC = "FVB1".getBytes(StandardCharsets.US_ASCII);
  private static final int ALIGNMENT = 4;

  private final Map<String, Object> head;
  private final List<Object> arrays = new ArrayList<>();
  private final List<byte[]> parts = new ArrayList<>();
  private int length;

  /** Begins a bundle with what else it says. */
  public Bundle(Map<String, Object> head) {
    this.head = new LinkedHashMap<>(head);
  }

  /** Adds an array of 32-bit numbers. */
  public Bundle add(String name, List<Integer> shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return add(name, "f32", shape, Map.of(), bytes.array());
  }

  /** Adds an array of bytes that mean what they are. */
  public Bundle add(String name, List<Integer> shape, byte[] values) {
    return add(name, "u8", shape, Map.of(), values);
  }

  /** Adds numbers as bytes of a scale; what lies beyond its ends is brought to them. */
  public Bundle add(String name, List<Integer> shape, ValueScale scale, float... values) {
    Map<String, Object> ends = Map.of("lo", scale.low(), "hi", scale.high());
    return add(name, "u8", shape, ends, scale.quantize(values));
  }

  private Bundle add(
      String name, String type, List<Integer> shape, Map<String, Object> more, byte[] bytes) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", name);
    entry.put("type", type);
    entry.put("shape", shape);
    entry.put("at", length);
    entry.putAll(more);
    arrays.add(entry);
    parts.add(bytes);
    length += padded(bytes.length);
    return this;
  }

  /** Returns numbers as a list, for JSON. */
  public static List<Float> list(float... values) {
    List<Float> all = new ArrayList<>(values.length);
    for (float v : values) {
      all.add(v);
    }
    return all;
  }

  private static int padded(int n) {
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Returns the bytes of the answer. */
  byte[] toBytes() {
    Map<String, Object> all = new LinkedHashMap<>(head);
    all.put("arrays", arrays);
    byte[] text = FiniteJson.write(all).getBytes(StandardCharsets.UTF_8);
    int begin = MAGIC.length + Integer.BYTES + padded(text.length);
    ByteBuffer out = ByteBuffer.allocate(begin + length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).putInt(padded(text.length)).put(text);
    while (out.position() < begin) {
      out.put((byte) ' ');
    }
    int at = begin;
    for (byte[] part : parts) {
      out.put(at, part);
      at += padded(part.length);
    }
    return out.array();
  }
}
