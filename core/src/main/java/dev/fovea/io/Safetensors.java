package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of a safetensors file: named tensors in order, and text metadata.
 *
 * <p>The file is a 64-bit little-endian header length, a JSON header (name to type, shape and byte
 * range) padded with spaces to a multiple of 8, and the little-endian numbers, without gaps. The
 * same content always gives the same bytes.
 *
 * <p>Tensors are written as F32. The types of {@link Dtype} are read. A tensor is skipped, and the
 * others are read, if it has another type, more axes or elements than a {@link
 * dev.fovea.tensor.Shape} allows, or an integer that a float cannot represent.
 *
 * @param tensors the tensors by name, in the order of the file
 * @param metadata free text by name, in the order of the file
 * @param unread the tensors that were skipped, with the reason for each; empty for content to write
 */
public record Safetensors(
    Map<String, Tensor> tensors, Map<String, String> metadata, Map<String, String> unread) {
  /** The maximal length of a header, in bytes: room for about 100,000 tensors. */
  public static final int MAX_HEADER = 10_000_000;

  /** Creates the content of a file; the maps are copied, the tensors are not. */
  public Safetensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    unread = Collections.unmodifiableMap(new LinkedHashMap<>(unread));
  }

  /** Creates the content of a file without skipped tensors. */
  public Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this(tensors, metadata, Map.of());
  }

  /**
   * Reads a file; {@link #unread} lists tensors that were skipped.
   *
   * @throws FoveaException if the file is missing, cut short, not in the format, or its tensors
   *     need more memory than {@link HeapBound} allows
   */
  public static Safetensors read(Path file) {
    return SafetensorsReader.read(file, file.toString());
  }

  /**
   * Reads a stream to its end through a temporary file, so that sizes can be checked before memory
   * is allocated. The stream stays open.
   *
   * @throws FoveaException if the stream cannot be read, is cut short or not in the format
   */
  public static Safetensors read(InputStream in) {
    try {
      Path file = Files.createTempFile("fovea", ".safetensors");
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        return SafetensorsReader.read(file, "stream");
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new FoveaException("stream: cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  /**
   * Reads the metadata of a file and no tensor.
   *
   * @throws FoveaException if the file is missing, cut short or not in the format
   */
  public static Map<String, String> readMetadata(Path file) {
    return SafetensorsReader.readMetadata(file);
  }

  /**
   * Reads a file all of whose tensors must be readable, such as one that Fovea wrote.
   *
   * @throws FoveaException as {@link #read(Path)}, and if a tensor cannot be read
   */
  public static Safetensors readWhole(Path file) {
    return read(file).whole(file.toString());
  }

  /**
   * Reads a stream all of whose tensors must be readable; see {@link #read(InputStream)}.
   *
   * @throws FoveaException as {@link #read(InputStream)}, and if a tensor cannot be read
   */
  public static Safetensors readWhole(InputStream in) {
    return read(in).whole("stream");
  }

  private Safetensors whole(String source) {
    unread.forEach((name, reason) -> {
      throw new FoveaException(source + ": tensor \"" + Text.shown(name) + "\" " + reason);
    });
    return this;
  }

  /**
   * Writes a file atomically.
   *
   * @throws FoveaException if the file cannot be written, or the metadata has {@code fovea.sparse}
   */
  public void write(Path file) {
    SafetensorsWriter.write(file, this);
  }

  /**
   * Writes a file atomically, in which of tensors that are mostly 0 only the other numbers lie: in
   * the place of a tensor NAME its numbers that are not 0, NAME.values, and a bit for each that
   * tells which, NAME.bitmap (U8, the lowest bit first). The metadata {@code fovea.sparse} lists
   * such tensors and their shapes. {@link #read(Path)} makes them whole; other tools see the two
   * parts. The sign of a 0 is lost. Tensors that would take more room so lie in it as ever.
   *
   * @throws FoveaException if the file cannot be written, or the metadata has {@code fovea.sparse}
   */
  public void writeSparse(Path file) {
    SafetensorsWriter.write(file, this, SparseTensors.worthwhile(tensors));
  }

  /**
   * Writes the content of a file to a stream, which stays open.
   *
   * @throws FoveaException if the stream cannot be written to
   */
  public void write(OutputStream out) {
    try {
      SafetensorsWriter.write(out, "stream", this);
      out.flush();
    } catch (IOException e) {
      throw new FoveaException("stream: cannot be written: " + AtomicFiles.reason(e), e);
    }
  }

  /**
   * Returns the tensor of this name.
   *
   * @throws FoveaException if there is none
   */
  public Tensor tensor(String name) {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw new FoveaException(
          "no tensor named \"" + name + "\"" + Suggest.hint(name, tensors.keySet()));
    }
    return t;
  }
}
