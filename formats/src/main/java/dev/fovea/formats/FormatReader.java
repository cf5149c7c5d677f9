package dev.fovea.formats;

import dev.fovea.formats.weights.NamedTensors;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

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

  /**
   * Reads a network, or weights alone that belong to a network of the zoo.
   *
   * @param net the name of that network; where it is empty, it is found by names and shapes
   * @throws FormatException if the file is broken or needs what is not supported, or if it holds a
   *     network of its own and another is named
   */
  default ImportedNetwork read(Path file, Optional<String> net) {
    if (net.isPresent()) {
      throw new FormatException("has a network of its own, so none of the zoo can be named")
          .in(file);
    }
    return read(file);
  }

  /**
   * Returns the tensors of a file of weights alone, as they lie in it; none where the file has a
   * network.
   *
   * @throws FormatException if the file is broken
   */
  default NamedTensors tensors(Path file) {
    return new NamedTensors(Map.of(), Map.of());
  }

  /**
   * Returns what a file says about its network even where that cannot be read; none in formats
   * whose files say nothing by themselves.
   *
   * @throws FormatException if the file is broken
   */
  default Optional<Description> description(Path file) {
    return Optional.empty();
  }
}
