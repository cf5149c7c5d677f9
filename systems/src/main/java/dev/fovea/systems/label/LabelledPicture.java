package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.PartName.Part;
import dev.fovea.vision.Placement;
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
 * @param numbers how files of its form number it and the classes, if they do
 */
public record LabelledPicture(
    Path file,
    Optional<Part> part,
    Size size,
    List<LabelledObject> objects,
    Optional<PixelLabels> pixels,
    List<String> texts,
    Optional<Numbers> numbers) {
  /**
   * How files of a form number pictures and classes, as COCO's ids do.
   *
   * @param picture the number of the picture
   * @param classes the number of each class, in the order of the classes
   */
  public record Numbers(long picture, List<Long> classes) {
    /** Copies the list. */
    public Numbers {
      classes = List.copyOf(classes);
    }
  }

  /** Creates a picture that no number stands for. */
  public LabelledPicture(
      Path file,
      Optional<Part> part,
      Size size,
      List<LabelledObject> objects,
      Optional<PixelLabels> pixels,
      List<String> texts) {
    this(file, part, size, objects, pixels, texts, Optional.empty());
  }

  /** Copies the lists. */
  public LabelledPicture {
    objects = List.copyOf(objects);
    texts = List.copyOf(texts);
  }

  /** Returns this picture with other objects. */
  public LabelledPicture withObjects(List<LabelledObject> others) {
    return new LabelledPicture(file, part, size, others, pixels, texts, numbers);
  }

  /**
   * Returns a new map of the class of each pixel as it is labelled, else that of the objects on a
   * background, the smaller ones in front. The picture's file is not read.
   *
   * @param names the classes of pixels and of objects
   */
  public Tensor classes(LabelNames names) {
    Preprocessing same = Preprocessing.scaled(Shape.of(size.height(), size.width(), 3));
    Marker marker = new Marker(LabelOptions.of(same, Marking.MASK), names, 1);
    Placement placement = Placement.of(Preprocessing.Resize.STRETCH, size, size);
    return ((Mark.Mask) marker.marks(this, placement, new Rng(0)).getFirst()).classes();
  }

  /** Returns the name of the file without folders and ending. */
  public String stem() {
    return FileIndex.stem(file);
  }
}
