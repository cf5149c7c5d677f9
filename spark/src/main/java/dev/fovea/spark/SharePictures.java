package dev.fovea.spark;

import dev.fovea.data.LabelledPictures;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** The pictures of one worker, in memory. */
final class SharePictures extends LabelledPictures {
  private final List<LabelledPicture> pictures;

  SharePictures(PictureTable table, List<LabelledPicture> pictures) {
    super(
        table.preprocessing(),
        pictures.stream().mapToInt(LabelledPicture::label).toArray(),
        table.classes());
    this.pictures = pictures;
  }

  @Override
  public Tensor picture(int index) {
    byte[] pixels = pictures.get(index).picture();
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] & 0xFF;
    }
    return Tensor.of(inputShape(), values);
  }
}
