package dev.fovea.studio.state;

import dev.fovea.data.Augmentation;
import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.io.Text;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.augment.Augmentations;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How samples are changed anew in each epoch: a closed set of augmentations, each of its usual
 * strength.
 *
 * @param names which, in the order in which they are applied
 */
public record Changes(List<String> names) {
  /** Those that there are; none changes the size of a picture. */
  public static final List<String> KNOWN =
      List.of("shift", "rotate", "scale", "shear", "elastic", "flip", "noise", "cutout");

  /**
   * Copies the list.
   *
   * @throws FoveaException if a name is not known
   */
  public Changes {
    names = List.copyOf(names);
    for (String name : names) {
      if (!KNOWN.contains(name)) {
        throw new FoveaException(
            "changes: some of %s expected, got %s".formatted(KNOWN, Text.shown(name)));
      }
    }
  }

  /** Returns those that a page asks for in its member {@code changes}; none where it is missing. */
  public static Changes of(Fields f) {
    if (!f.has("changes")) {
      return new Changes(List.of());
    }
    return new Changes(f.list("changes", KNOWN.size()).stream().map(Object::toString).toList());
  }

  /** Returns whether samples stay as they are. */
  public boolean isNone() {
    return names.isEmpty();
  }

  private String text() {
    return isNone() ? "none" : String.join(",", names);
  }

  private Augmentation augmentation() {
    return Augmentations.parse(text(), 0);
  }

  /** Returns data whose samples to train on are changed. */
  DataSplit applied(DataSplit data) {
    return isNone() ? data : data.augmentTrain(augmentation());
  }

  /** Returns a sample as some epochs see it, pictures [H, W, C] with values 0 … 255. */
  public List<Tensor> views(Dataset data, int index, int epochs) {
    Augmentation change = augmentation();
    return IntStream.rangeClosed(1, epochs)
        .mapToObj(i -> change.apply(data.read(index, Seed.of(0)), Seed.of(i)).picture())
        .toList();
  }

  /** Returns the Java that changes a data set so, to be put behind it. */
  String java() {
    return isNone() ? "" : ".augmentTrain(Augmentations.parse(\"" + text() + "\", 0))";
  }
}
