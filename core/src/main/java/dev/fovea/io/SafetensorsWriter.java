package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
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

/** Writes safetensors files: F32, in the order given, byte for byte the same every time. */
final class SafetensorsWriter {
  private static final int CHUNK = 1 << 14;

  private SafetensorsWriter() {}

  static void write(Path file, Safetensors content) {
    header(file.toString(), content); // before a file is begun
    AtomicFiles.write(file, out -> write(out, file.toString(), content));
  }

  static void write(OutputStream out, String name, Safetensors content) throws IOException {
    byte[] header = header(name, content);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    byte[] chunk = new byte[4 * CHUNK];
    for (Tensor t : content.tensors().values()) {
      writeFloats(t.data(), chunk, out);
    }
  }

  private static byte[] header(String name, Safetensors content) {
    byte[] header = header(content);
    if (header.length > Safetensors.MAX_HEADER) {
      throw new FoveaException(
          "%s: not written: a header of %s bytes, at most %s are read back"
              .formatted(name, header.length, Safetensors.MAX_HEADER));
    }
    return header;
  }

  private static byte[] header(Safetensors content) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!content.metadata().isEmpty()) {
      header.put("__metadata__", content.metadata());
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> e : content.tensors().entrySet()) {
      if (e.getKey().equals("__metadata__")) {
        throw new IllegalArgumentException("__metadata__ is no name for a tensor");
      }
      long end = offset + 4L * e.getValue().data().length;
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", "F32");
      entry.put("shape", Arrays.stream(e.getValue().shape().dims()).boxed().toList());
      entry.put("data_offsets", List.of(offset, end));
      header.put(e.getKey(), entry);
      offset = end;
    }
    byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
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
