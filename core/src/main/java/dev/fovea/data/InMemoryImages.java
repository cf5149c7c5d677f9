package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.List;

/** A data set of labelled 8-bit pictures of one size, held in memory with one byte per value. */
public final class InMemoryImages extends LabelledPictures {
  private static final int MOST = 255;

  private final byte[] pixels;

  /**
   * Creates a data set.
   *
   * @param preprocessing the pictures' size and normalisation
   * @param pixels the pictures one after another, row by row, channels interleaved; not copied
   * @param labels the class of each picture; not copied
   * @param classes the names of the classes
   * @throws FoveaException if the numbers of pixels and labels do not agree or a label is no class
   */
  public InMemoryImages(
      Preprocessing preprocessing, byte[] pixels, int[] labels, List<String> classes) {
    super(preprocessing, labels, classes);
    this.pixels = pixels;
    long expected = (long) labels.length * preprocessing.shape().elements();
    if (pixels.length != expected) {
      throw new FoveaException(
          "%s labels need %s pixel values of pictures %s, got %s"
              .formatted(labels.length, expected, preprocessing.shape().times(), pixels.length));
    }
  }

  /**
   * Returns a data set of these pictures, whose values are rounded and cut off to 0 … 255.
   *
   * @param preprocessing the pictures' size and normalisation
   * @param pictures [H, W, C] each, values 0 … 255
   * @param labels the class of each picture; not copied
   * @param classes the names of the classes
   * @throws FoveaException if a picture has another size, there are not as many pictures as labels,
   *     or a label is no class
   */
  public static InMemoryImages of(
      Preprocessing preprocessing, List<Tensor> pictures, int[] labels, List<String> classes) {
    int size = preprocessing.shape().elements();
    byte[] pixels = new byte[Math.multiplyExact(pictures.size(), size)];
    for (int i = 0; i < pictures.size(); i++) {
      Tensor picture = pictures.get(i);
      if (!picture.shape().equals(preprocessing.shape())) {
        throw new FoveaException(
            "picture %s of shape %s: %s expected"
                .formatted(i, picture.shape(), preprocessing.shape()));
      }
      for (int k = 0; k < size; k++) {
        pixels[i * size + k] = (byte) Math.clamp(Math.round(picture.data()[k]), 0, MOST);
      }
    }
    return new InMemoryImages(preprocessing, pixels, labels, classes);
  }

  /** Returns these pictures with another normalisation for the same size. */
  public InMemoryImages withPreprocessing(Preprocessing other) {
    return new InMemoryImages(other, pixels, labels(), classes());
  }

  /** Returns these pictures normalised by their own mean and standard deviation. */
  public InMemoryImages withOwnStatistics() {
    ChannelStatistics statistics = new ChannelStatistics(preprocessing().channels());
    statistics.add(pixels);
    return withPreprocessing(statistics.applyTo(preprocessing()));
  }

  @Override
  public Tensor picture(int index) {
    Tensor picture = Tensor.zeros(inputShape());
    float[] values = picture.data();
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[index * values.length + i] & 0xFF;
    }
    return picture;
  }
}
