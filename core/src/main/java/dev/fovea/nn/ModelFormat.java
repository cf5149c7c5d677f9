package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** A further file format for {@link Model#save}, found by {@link java.util.ServiceLoader}. */
public interface ModelFormat {
  /** Returns the ending of the files, such as {@code .onnx}. */
  String ending();

  /**
   * Writes a model with its network, parameters and metadata.
   *
   * @throws dev.fovea.tensor.FoveaException if the format cannot hold the model or the file cannot
   *     be written; an existing file is untouched then
   */
  void write(Model model, Path file);

  /**
   * Returns the format with this file's ending.
   *
   * @throws FoveaException if there is none
   */
  static ModelFormat of(Path file) {
    List<String> endings = new ArrayList<>(List.of(".safetensors"));
    for (ModelFormat format :
        ServiceLoader.load(ModelFormat.class, ModelFormat.class.getClassLoader())) {
      if (file.toString().endsWith(format.ending())) {
        return format;
      }
      endings.add(format.ending());
    }
    throw new FoveaException(
        "save: cannot write %s; the name must end in %s%s"
            .formatted(
                file.getFileName(),
                String.join(" or ", endings),
                endings.size() > 1
                    ? ""
                    : "; others, such as .onnx, come with the jar fovea-formats and its"
                        + " META-INF/services"));
  }
}
