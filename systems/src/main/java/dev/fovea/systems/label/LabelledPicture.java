package dev.fovea.systems.label;

import dev.fovea.vision.PartName.Part;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A picture with what is marked in it.
 *
 * @param file where the picture lies; of a drawn one, its name
 * @param part what its data set uses it for, if that is said
 * @param size its size as it is seen
 * @param objects the objects in it, in the order of the label file
 * @param pixels the class of each pixel, if that is known
 * @param texts what is said or written about it, such as captions
 */
public record LabelledPicture(
    Path file,
    Optional<Part> part,
    Size size,
    List<LabelledObject> objects,
    Optional<PixelLabels> pixels,
    List<String> texts) {
  /** Copies the lists. */
  public LabelledPicture {
    objects = List.copyOf(objects);
    texts = List.copyOf(texts);
  }

  /** Returns this picture with other objects. */
  public LabelledPicture withObjects(List<LabelledObject> others) {
    return new LabelledPicture(file, part, size, others, pixels, texts);
  }

  /** Returns the name of the file without folders and ending. */
  public String stem() {
    return FileIndex.stem(file);
  }
}
