package dev.fovea.formats.testing;

import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes what {@code torch.save} writes for a dictionary of tensors. */
public final class TorchFiles {
  private TorchFiles() {}

  /** Returns a zip file with a pickle and one entry per storage. */
  public static byte[] zip(Map<String, Tensor> tensors) {
    return zip(dictionary(tensors), tensors);
  }

  /** Returns a zip file with this pickle. */
  public static byte[] zip(byte[] pickle, Map<String, Tensor> tensors) {
    return zip(pickle, tensors.values().stream().map(t -> RandomTensors.bytes(t.data())).toList());
  }

  /** Returns a zip file with this pickle and the bytes of its storages. */
  public static byte[] zip(byte[] pickle, List<byte[]> storages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, "archive/data.pkl", pickle);
      int key = 0;
      for (byte[] s : storages) {
        entry(zip, "archive/data/" + key++, s);
      }
      entry(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
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

  /** Returns the stream of before version 1.6: five pickles, then the storages. */
  public static byte[] legacy(Map<String, Tensor> tensors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // The magic number 0x1950a86a20f9469cfc6c, low byte first.
    bytes(out, 0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.');
    bytes(out, 0x80, 2, 'M', 0xe9, 0x03, '.');
    bytes(out, 0x80, 2, '}', 'q', 0, '.');
    out.writeBytes(dictionary(tensors));
    bytes(out, 0x80, 2, ']', 'q', 0, '(');
    for (int key = 0; key < tensors.size(); key++) {
      text(out, Integer.toString(key));
    }
    bytes(out, 'e', '.');
    for (Tensor t : tensors.values()) {
      ByteBuffer count = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(count.putLong(t.data().length).array());
      out.writeBytes(RandomTensors.bytes(t.data()));
    }
    return out.toByteArray();
  }

  /** Returns the pickle {@code {"epoch": 3, "state_dict": OrderedDict(…)}}. */
  public static byte[] dictionary(Map<String, Tensor> tensors) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0x80, 2, '}', 'q', 0, '(');
    text(out, "epoch");
    bytes(out, 'K', 3);
    text(out, "state_dict");
    global(out, "collections", "OrderedDict");
    bytes(out, ')', 'R', 'q', 1, '(');
    int key = 0;
    for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
      text(out, e.getKey());
      tensor(out, key++, e.getValue());
    }
    bytes(out, 'u', 'u', '.');
    return out.toByteArray();
  }

  /** Writes a tensor of 32-bit floats in the storage of this key. */
  public static void tensor(ByteArrayOutputStream out, int key, Tensor t) {
    view(out, "Float", key, t.data().length, t.shape().dims(), t.shape().strides());
  }

  /** Writes a tensor as a view of a storage, such as {@code Long}, of so many elements. */
  public static void view(
      ByteArrayOutputStream out, String type, int key, int elements, int[] dims, int[] strides) {
    global(out, "torch._utils", "_rebuild_tensor_v2");
    bytes(out, '(');
    storage(out, "torch", type + "Storage", key, elements);
    bytes(out, 'K', 0);
    tuple(out, dims);
    tuple(out, strides);
    bytes(out, 0x89);
    global(out, "collections", "OrderedDict");
    bytes(out, ')', 'R', 't', 'R');
  }

  /** Writes a vector of a type without storages of its own, such as {@code float8_e5m2}. */
  public static void typed(ByteArrayOutputStream out, String dtype, int key, int bytes) {
    global(out, "torch._utils", "_rebuild_tensor_v3");
    bytes(out, '(');
    storage(out, "torch.storage", "UntypedStorage", key, bytes);
    bytes(out, 'K', 0);
    tuple(out, bytes);
    tuple(out, 1);
    bytes(out, 0x89);
    global(out, "collections", "OrderedDict");
    bytes(out, ')', 'R');
    global(out, "torch", dtype);
    bytes(out, 't', 'R');
  }

  private static void storage(
      ByteArrayOutputStream out, String module, String type, int key, int elements) {
    bytes(out, '(');
    text(out, "storage");
    global(out, module, type);
    text(out, Integer.toString(key));
    text(out, "cpu");
    integer(out, elements);
    bytes(out, 't', 'Q');
  }

  /** Returns a pickle that calls a function with one text. */
  public static byte[] call(String module, String function, String argument) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0x80, 2);
    global(out, module, function);
    text(out, argument);
    bytes(out, 0x85, 'R', '.');
    return out.toByteArray();
  }

  private static void tuple(ByteArrayOutputStream out, int... values) {
    bytes(out, '(');
    for (int v : values) {
      integer(out, v);
    }
    bytes(out, 't');
  }

  private static void integer(ByteArrayOutputStream out, int n) {
    bytes(out, 'J', n, n >> 8, n >> 16, n >> 24);
  }

  /** Writes a text. */
  public static void text(ByteArrayOutputStream out, String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    int n = utf8.length;
    bytes(out, 'X', n, n >> 8, n >> 16, n >> 24);
    out.writeBytes(utf8);
  }

  /** Writes the name of a class or function. */
  public static void global(ByteArrayOutputStream out, String module, String name) {
    out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes instructions. */
  public static void bytes(ByteArrayOutputStream out, int... values) {
    for (int v : values) {
      out.write(v);
    }
  }
}
