package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.nn.Model;
import dev.fovea.systems.published.Mtcnn;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The three networks of {@link Mtcnn} in files beside each other. */
final class MtcnnFiles {
  private static final List<String> ENDINGS = List.of(".prototxt", ".caffemodel", ".onnx");

  private MtcnnFiles() {}

  /**
   * Reads the cascade.
   *
   * @param path the folder of det1, det2 and det3, or the file of one of them
   */
  static Mtcnn read(Path path, Engine engine) {
    Path folder =
        Files.isDirectory(path)
            ? path
            : Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
    ImportedNetwork first = InputOptions.tellingUnread(path, Formats.read(file(folder, "det1")));
    Model windows =
        Model.build(
            first.network(), List.of(Shape.of(Mtcnn.WINDOW, Mtcnn.WINDOW, 3)), Seed.of(0), engine);
    if (!first.weights().isEmpty()) {
      windows.parameters().load(first.format().title(), first.weights());
    }
    return new Mtcnn(
        windows,
        Formats.read(file(folder, "det2")).model(engine),
        Formats.read(file(folder, "det3")).model(engine));
  }

  /** Returns whether a folder holds all three. */
  static boolean isComplete(Path folder) {
    return Stream.of("det1", "det2", "det3").allMatch(name -> found(folder, name).isPresent());
  }

  private static Optional<Path> found(Path folder, String name) {
    return ENDINGS.stream()
        .map(ending -> folder.resolve(name + ending))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Path file(Path folder, String name) {
    return found(folder, name)
        .orElseThrow(() ->
            new FoveaException(
                "--task mtcnn: %s has no %s.prototxt; det1, det2 and det3 beside each other expected"
                    .formatted(folder, name)));
  }
}
