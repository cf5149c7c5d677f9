package dev.fovea.cli;

import dev.fovea.data.Box;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Where the objects of pictures are whose key points are looked for. */
@FunctionalInterface
interface BoxSource {
  /**
   * Returns the boxes in a picture.
   *
   * @param file the picture's file
   * @param picture the picture [H, W, C], its values 0 … 255
   */
  List<Box> in(Path file, Tensor picture);

  /**
   * Returns the source that a path names: labels, where it is a folder or a file of text, else a
   * detector.
   *
   * @param label the class of the objects that are asked for; all count where the source knows no
   *     such class
   */
  static BoxSource of(Path path, String label, Engine engine) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    boolean text = List.of(".json", ".xml", ".txt").stream().anyMatch(name::endsWith);
    return Files.isDirectory(path) || text ? labels(path, label) : detector(path, label, engine);
  }

  private static BoxSource labels(Path path, String label) {
    LabelSet set = MarkedPicture.read(path);
    int kind = set.names().things().indexOf(label);
    return (file, picture) ->
        MarkedPicture.labelled(set, file).objects().stream()
            .filter(o -> !o.crowd())
            .map(LabelledObject::box)
            .filter(b -> kind < 0 || b.label() == kind)
            .toList();
  }

  private static BoxSource detector(Path path, String label, Engine engine) {
    Model model = NetworkFile.read(path, new InputOptions(), engine).model();
    if (!Detector.isDetector(model)) {
      throw new FoveaException(
          "--boxes "
              + path
              + ": not a detector; convert --task writes into a published one how it is read");
    }
    Detector detector = Detector.of(model);
    boolean known = detector.labels().contains(label);
    return (file, picture) ->
        detector.detect(picture).stream()
            .filter(d -> !known || d.label().equals(label))
            .map(Detection::box)
            .toList();
  }
}
