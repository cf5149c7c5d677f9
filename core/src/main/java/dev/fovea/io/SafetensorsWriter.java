package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes safetensors files, in the order given, byte for byte the same every time: F32, and U8 for
 * the bitmaps of sparse tensors.
 */
final class SafetensorsWriter {
  private static final int CHUNK = 1 << 14;

  private SafetensorsWriter() {}

  /** A tensor as it lies in the file. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private sealed interface Stored {
    /** Numbers of four bytes. */
    record Floats(List<Integer> shape, float[] data) implements Stored {}

    /** Numbers of one byte. */
    record Bytes(byte[] data) implements Stored {}

    default long bytes() {
      return switch (this) {
        case Floats f -> (long) Float.BYTES * f.data.length;
        case Bytes b -> b.data.length;
      };
    }
  }

  static void write(Path file, Safetensors content) {
    write(file, content, List.of());
  }

  /** Writes a file with these tensors in two parts. */
  static void write(Path file, Safetensors content, List<String> sparse) {
    requireKeyFree(file.toString(), content);
    Map<String, Stored> stored = stored(content, sparse);
    Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
    if (!sparse.isEmpty()) {
      metadata.put(SparseTensors.KEY, SparseTensors.listed(sparse, content.tensors()));
    }
    byte[] header = header(file.toString(), metadata, stored); // before a file is begun
    AtomicFiles.write(file, out -> write(out, header, stored));
  }

  static void write(OutputStream out, String name, Safetensors content) throws IOException {
    requireKeyFree(name, content);
    Map<String, Stored> stored = stored(content, List.of());
    write(out, header(name, content.metadata(), stored), stored);
  }

  /** Refuses texts that would be taken for the list of sparse tensors when they are read. */
  private static void requireKeyFree(String name, Safetensors content) {
    if (content.metadata().containsKey(SparseTensors.KEY)) {
      throw new FoveaException(
          "%s: not written: the metadata %s is the format's own list of sparse tensors"
              .formatted(name, SparseTensors.KEY));
    }
  }

  private static Map<String, Stored> stored(Safetensors content, List<String> sparse) {
    Map<String, Stored> stored = new LinkedHashMap<>();
    Set<String> inParts = Set.copyOf(sparse);
    content
        .tensors()
        .forEach((name, t) -> {
          if (name.equals("__metadata__")) {
            throw new IllegalArgumentException("__metadata__ is no name for a tensor");
          }
          if (inParts.contains(name)) {
            float[] values = SparseTensors.values(t.data());
            stored.put(
                name + SparseTensors.VALUES, new Stored.Floats(List.of(values.length), values));
            stored.put(
                name + SparseTensors.BITMAP, new Stored.Bytes(SparseTensors.bitmap(t.data())));
          } else {
            List<Integer> shape = Arrays.stream(t.shape().dims()).boxed().toList();
            stored.put(name, new Stored.Floats(shape, t.data()));
          }
        });
    return stored;
  }

  private static void write(OutputStream out, byte[] header, Map<String, Stored> stored)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    byte[] chunk = new byte[4 * CHUNK];
    for (Stored t : stored.values()) {
      switch (t) {
        case Stored.Floats f -> writeFloats(f.data, chunk, out);
        case Stored.Bytes b -> out.write(b.data);
      }
    }
  }

  private static byte[] header(
      String name, Map<String, String> metadata, Map<String, Stored> stored) {
    byte[] header = header(metadata, stored);
    if (header.length > Safetensors.MAX_HEADER) {
      throw new FoveaException(
          "%s: not written: a header of %s bytes, at most %s are read back"
              .formatted(name, header.length, Safetensors.MAX_HEADER));
    }
    return header;
  }

  private static byte[] header(Map<String, String> metadata, Map<String, Stored> stored) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put("__metadata__", metadata);
    }
    long offset = 0;
    for (Map.Entry<String, Stored> e : stored.entrySet()) {
      long end = offset + e.getValue().bytes();
      Map<String, Object> entry = new LinkedHashMap<>();
      switch (e.getValue()) {
        case Stored.Floats f -> put(entry, "F32", f.shape);
        case Stored.Bytes b -> put(entry, "U8", List.of(b.data.length));
      }
      entry.put("data_offsets", List.of(offset, end));
      header.put(e.getKey(), entry);
      offset = end;
    }
    byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void put(Map<String, Object> entry, String dtype, List<Integer> shape) {
    entry.put("dtype", dtype);
    entry.put("shape", shape);
  }

  private static void writeFloats(float[] data, byte[] chunk, OutputStream out) throws IOException {
    FloatBuffer floats = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    for (int from = 0; from < data.length; from += CHUNK) {
      int n = Math.min(CHUNK, data.length - from);
      floats.put(0, data, from, n);
      out.write(chunk, 0, 4 * n);
    }
  }
}
