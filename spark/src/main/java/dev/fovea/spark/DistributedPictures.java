package dev.fovea.spark;

import dev.fovea.data.LabelledPictures;
import dev.fovea.tensor.Tensor;

/** The form of the samples that lie with the workers; here they cannot be read. */
final class DistributedPictures extends LabelledPictures {
  /** Creates the description of some samples of a table. */
  DistributedPictures(PictureTable table, int size) {
    super(table.preprocessing(), new int[size], table.classes());
  }

  @Override
  public Tensor picture(int index) {
    throw new UnsupportedOperationException("the pictures lie with the workers");
  }
}
