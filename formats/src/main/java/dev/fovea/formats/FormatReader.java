package dev.fovea.formats;

import dev.fovea.formats.weights.NamedTensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A reader of one file format. */
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
   * @throws FormatException if the file is damaged or needs something that is not supported
   */
  ImportedNetwork read(Path file);

  /**
   * Reads a network, or weights of a network of the zoo.
   *
   * @param net the name of the network in the zoo; if empty, it is found by names and shapes of the
   *     weights
   * @throws FormatException if the file is damaged or needs something that is not supported, or if
   *     it holds a network of its own and another is named
   */
  default ImportedNetwork read(Path file, Optional<String> net) {
    if (net.isPresent()) {
      throw new FormatException("has a network of its own, so none of the zoo can be named")
          .in(file);
    }
    return read(file);
  }

  /**
   * Returns the tensors of a file of weights in the file's layout; none if the file contains a
   * network.
   *
   * @throws FormatException if the file is broken
   */
  default NamedTensors tensors(Path file) {
    return new NamedTensors(Map.of(), Map.of());
  }

  /**
   * Returns the information that a file has about its network, even if that cannot be read; empty
   * for formats without any.
   *
   * @throws FormatException if the file is broken
   */
  default Optional<Description> description(Path file) {
    return Optional.empty();
  }
}
