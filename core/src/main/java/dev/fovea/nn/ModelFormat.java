package dev.fovea.nn;

import java.nio.file.Path;

/**
 * A kind of file that {@link Model#save} can write besides its own, found by {@link
 * java.util.ServiceLoader}.
 */
public interface ModelFormat {
  /** Returns the ending of its files' names, such as {@code .onnx}. */
  String ending();

  /**
   * Writes a model: network, parameters, metadata.
   *
   * @throws dev.fovea.tensor.FoveaException if the format cannot hold the model or the file cannot
   *     be written; a file that was there before is then untouched
   */
  void write(Model model, Path file);
}
