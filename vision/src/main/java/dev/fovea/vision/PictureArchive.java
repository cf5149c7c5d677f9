package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Pictures and texts in a zip file, which is not unpacked. */
public final class PictureArchive implements AutoCloseable {
  private static final long MOST_BYTES = 100_000_000;

  private final Path file;
  private final ZipFile zip;
  private final PictureReader reader = new PictureReader();

  private PictureArchive(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens a zip file.
   *
   * @throws FoveaException if there is none, or it is none
   */
  public static PictureArchive open(Path file) {
    return new PictureArchive(file, ZippedFiles.open(file, "a zip file of pictures"));
  }

  /** Returns the names of the files in it, in the order of the alphabet. */
  public List<String> names() {
    return zip.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).sorted().toList();
  }

  /**
   * Reads a picture; see {@link Images#read(Path)}.
   *
   * @throws FoveaException if there is none of this name, or it is damaged or too large
   */
  public Tensor picture(String name) {
    return reader.read(bytes(name), file + "/" + name, PictureRows::toTensor);
  }

  /**
   * Reads a text in UTF-8.
   *
   * @throws FoveaException if there is none of this name, or it is damaged or too large
   */
  public String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String name) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new FoveaException(file + ": has no file " + name);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new FoveaException(
            "%s: %s: at most %s bytes are read".formatted(file, name, MOST_BYTES));
      }
      return bytes;
    } catch (IOException e) {
      throw new FoveaException(file + ": " + name + ": damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    ZippedFiles.close(file, zip);
  }
}
