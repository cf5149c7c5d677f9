package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.Marking;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A picture with what its labels mark in it.
 *
 * @param sample the picture and its marks
 * @param names what they are called; empty without labels
 */
record MarkedPicture(Sample sample, Optional<LabelNames> names) {
  /**
   * Reads a picture.
   *
   * @param labels the folder of its labels or a file in it; none if null
   */
  static MarkedPicture of(Path picture, @Nullable Path labels) {
    if (labels == null) {
      return new MarkedPicture(Sample.of(Images.read(picture)), Optional.empty());
    }
    LabelSet set = read(labels);
    LabelledPicture own = labelled(set, picture);
    // The same picture to train on and to test with: a set of one cannot be divided.
    LabelSet one = new LabelSet(set.format(), set.names(), List.of(own, own), List.of());
    Shape size = Shape.of(own.size().height(), own.size().width(), 3);
    LabelSplit split =
        one.split(
            LabelOptions.of(Preprocessing.scaled(size), markings(own).toArray(Marking[]::new)));
    return new MarkedPicture(split.train().read(0, Seed.of(0)), Optional.of(set.names()));
  }

  /** Reads the labels of a folder, or of the folder that a file of labels is in. */
  static LabelSet read(Path labels) {
    Path folder = folder(labels);
    return LabelSets.read(LabelSets.recognise(folder), folder, List.of());
  }

  /** Returns what labels mark in a picture. */
  static LabelledPicture labelled(LabelSet set, Path picture) {
    return set.pictures().stream()
        .filter(p -> isSame(p.file(), picture))
        .findFirst()
        .orElseThrow(() ->
            new FoveaException(
                "%s: not among the %s pictures that the %s labels are of"
                    .formatted(picture, set.pictures().size(), set.format())));
  }

  /** A label file is one of the folder above those of labels, such as Annotations. */
  private static Path folder(Path labels) {
    if (Files.isDirectory(labels)) {
      return labels;
    }
    Path parent = Optional.ofNullable(labels.toAbsolutePath().getParent()).orElseThrow();
    boolean whole = LabelSets.guess(parent).isPresent();
    return whole ? parent : Optional.ofNullable(parent.getParent()).orElse(parent);
  }

  private static boolean isSame(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Marking> markings(LabelledPicture p) {
    List<Marking> markings = new ArrayList<>();
    boolean regions = p.objects().stream().anyMatch(o -> o.region().isPresent());
    if (!p.objects().isEmpty()) {
      markings.add(Marking.BOXES);
    }
    if (regions) {
      markings.add(Marking.INSTANCES);
    } else if (p.pixels().isPresent()) {
      markings.add(Marking.MASK);
    }
    if (markings.isEmpty()) {
      throw new FoveaException(p.file() + ": its labels mark nothing in it");
    }
    return markings;
  }

  /** Returns a sample with its marks drawn on it. */
  Tensor drawn(Sample changed) {
    return names
        .map(n -> Images.of(Drawing.of(changed, n.things(), n.classes(), n.skeleton()).image()))
        .orElse(changed.picture());
  }
}
