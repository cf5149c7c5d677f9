package dev.fovea.formats;

import java.nio.file.Path;

/** Reads networks of one format. */
public interface FormatReader {
  /** Returns the format. */
  Format format();

  /**
   * Returns whether a file looks like one of this format.
   *
   * @param name the file's name, in lower case
   * @param head the first bytes of the file, at most {@link Formats#HEAD}
   */
  boolean matches(String name, byte[] head);

  /**
   * Reads a network with its weights.
   *
   * @throws FormatException if the file is broken or needs what is not supported
   */
  ImportedNetwork read(Path file);
}
