package dev.fovea.formats;

import dev.fovea.formats.onnx.OnnxReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The door to all formats: finds out what a file is and reads it. */
public final class Formats {
  /** How many bytes of a file are looked at to find its format. */
  public static final int HEAD = 512;

  /** The readers, the surest first. */
  private static final List<FormatReader> READERS = List.of(new OnnxReader());

  private Formats() {}

  /**
   * Reads a network with its weights.
   *
   * @throws FormatException if the format is not known, the file is broken, or it needs what is not
   *     supported
   */
  public static ImportedNetwork read(Path file) {
    return reader(file).read(file);
  }

  /**
   * Returns the format of a file.
   *
   * @throws FormatException if it is not known
   */
  public static Format format(Path file) {
    return reader(file).format();
  }

  private static FormatReader reader(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    byte[] head = head(file);
    return READERS.stream()
        .filter(r -> r.matches(name, head))
        .findFirst()
        .orElseThrow(() ->
            new FormatException("not a network of a known format; known: " + known()).in(file));
  }

  private static String known() {
    return String.join(", ", READERS.stream().map(r -> r.format().title()).toList());
  }

  private static byte[] head(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD);
    } catch (IOException e) {
      throw new FormatException("cannot be read: " + e, e).in(file);
    }
  }
}
