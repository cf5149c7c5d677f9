package dev.fovea.cli;

import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes what {@code torch.save} writes for a dictionary of tensors. */
final class TorchFixture {
  private TorchFixture() {}

  static void write(Path file, Map<String, Tensor> tensors) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    bytes(pickle, 0x80, 2, '}', '(');
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      int key = 0;
      for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
        text(pickle, e.getKey());
        tensor(pickle, key, e.getValue());
        ByteBuffer floats =
            ByteBuffer.allocate(4 * e.getValue().data().length).order(ByteOrder.LITTLE_ENDIAN);
        floats.asFloatBuffer().put(e.getValue().data());
        entry(zip, "archive/data/" + key++, floats.array());
      }
      bytes(pickle, 'u', '.');
      entry(zip, "archive/data.pkl", pickle.toByteArray());
      entry(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry e = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    e.setMethod(ZipEntry.STORED);
    e.setSize(content.length);
    e.setCrc(crc.getValue());
    zip.putNextEntry(e);
    zip.write(content);
    zip.closeEntry();
  }

  private static void tensor(ByteArrayOutputStream out, int key, Tensor t) {
    global(out, "torch._utils", "_rebuild_tensor_v2");
    bytes(out, '(', '(');
    text(out, "storage");
    global(out, "torch", "FloatStorage");
    text(out, Integer.toString(key));
    text(out, "cpu");
    integers(out, t.data().length);
    bytes(out, 't', 'Q', 'K', 0, '(');
    integers(out, t.shape().dims());
    bytes(out, 't', '(');
    integers(out, t.shape().strides());
    bytes(out, 't', 0x89);
    global(out, "collections", "OrderedDict");
    bytes(out, ')', 'R', 't', 'R');
  }

  private static void integers(ByteArrayOutputStream out, int... numbers) {
    for (int n : numbers) {
      bytes(out, 'J', n, n >> 8, n >> 16, n >> 24);
    }
  }

  private static void text(ByteArrayOutputStream out, String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    bytes(out, 'X');
    bytes(out, utf8.length, utf8.length >> 8, utf8.length >> 16, utf8.length >> 24);
    out.writeBytes(utf8);
  }

  private static void global(ByteArrayOutputStream out, String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, int... values) {
    for (int v : values) {
      out.write(v);
    }
  }
}
