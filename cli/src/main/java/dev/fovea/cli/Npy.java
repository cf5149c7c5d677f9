package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** NumPy's format for one array (version 1.0): a header of text and little-endian floats. */
final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /** Writes a tensor; the file appears whole or not at all. */
  static void write(Path file, Tensor t) {
    byte[] header = header(t.shape());
    AtomicFiles.write(
        file,
        out -> {
          out.write(header);
          ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
          int perChunk = chunk.capacity() / Float.BYTES;
          for (int from = 0; from < t.data().length; from += perChunk) {
            int n = Math.min(perChunk, t.data().length - from);
            chunk.clear().asFloatBuffer().put(t.data(), from, n);
            out.write(chunk.array(), 0, n * Float.BYTES);
          }
        });
  }

  /** The header's length is such that the numbers begin at a multiple of 64. */
  private static byte[] header(Shape shape) {
    String dims =
        Arrays.stream(shape.dims()).mapToObj(d -> d + ",").collect(Collectors.joining(" "));
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dims + "), }";
    int bare = MAGIC.length + Short.BYTES + text.length() + 1;
    String padded = text + " ".repeat(Math.floorMod(-bare, ALIGNMENT)) + "\n";
    return ByteBuffer.allocate(MAGIC.length + Short.BYTES + padded.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .array();
  }
}
