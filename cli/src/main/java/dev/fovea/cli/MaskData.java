package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Placement;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A data set in which the class of every pixel is known.
 *
 * @param name its name
 * @param files the labels of its pictures; none where the pictures are drawn
 */
record MaskData(String name, Optional<LabelSet> files) {
  /**
   * Opens a data set.
   *
   * @param reader reads labels of a form in a folder
   * @throws FoveaException if there is none of this name or its files cannot be read
   */
  static MaskData open(
      String name, @Nullable Path folder, BiFunction<String, Path, LabelSet> reader) {
    if (!LabelSets.names().contains(name)) {
      throw new FoveaException(
          "data set %s has classes of pictures; the network answers with classes of pixels, give"
                  .formatted(name)
              + " --data masks with --data-dir, or shapes");
    }
    boolean drawn = name.equals(LabelSets.SHAPES);
    if (drawn != (folder == null)) {
      throw new FoveaException(
          drawn
              ? "--data-dir: the data set shapes is embedded; name another with --data"
              : "data set " + name + " is read from files: give their folder with --data-dir");
    }
    return new MaskData(
        name, folder == null ? Optional.empty() : Optional.of(reader.apply(name, folder)));
  }

  /** Returns the shape of the pictures in colours, if they are all of one size. */
  Optional<Shape> shape() {
    if (files.isEmpty()) {
      return Optional.of(Shapes.usualInput().shape());
    }
    List<Placement.Size> sizes =
        files.get().pictures().stream().map(LabelledPicture::size).distinct().toList();
    return sizes.size() == 1
        ? Optional.of(Shape.of(sizes.get(0).height(), sizes.get(0).width(), 3))
        : Optional.empty();
  }

  /** Returns the samples in the form of a network's input. */
  LabelSplit split(Preprocessing rule) {
    LabelOptions options = LabelOptions.of(rule, Marking.MASK);
    return files.isPresent() ? files.get().split(options) : Shapes.load(options);
  }
}
