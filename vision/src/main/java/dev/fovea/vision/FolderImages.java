package dev.fovea.vision;

import dev.fovea.data.LabelledPictures;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;

/** Labelled picture files that are decoded each time they are read. */
final class FolderImages extends LabelledPictures {
  private final List<Path> files;
  private final PictureReader reader;

  FolderImages(
      Preprocessing rule,
      List<Path> files,
      int[] labels,
      List<String> classes,
      PictureReader reader) {
    super(rule, labels, classes);
    this.files = List.copyOf(files);
    this.reader = reader;
  }

  @Override
  public Tensor picture(int index) {
    Tensor picture = Tensor.zeros(inputShape());
    byte[] bytes = FolderPart.bytes(files.get(index), preprocessing(), reader);
    for (int i = 0; i < bytes.length; i++) {
      picture.data()[i] = bytes[i] & 0xFF;
    }
    return picture;
  }
}
