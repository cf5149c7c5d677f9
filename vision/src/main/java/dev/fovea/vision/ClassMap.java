package dev.fovea.vision;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A segmentation: the class of each pixel of a picture, −1 where it is unknown. */
public final class ClassMap {
  /** The value of pixels with unknown class in images. */
  public static final int UNKNOWN = 255;

  private final Tensor numbers;
  private final long[] counts;
  private final long known;

  /**
   * Creates a map.
   *
   * @param numbers the class indices [H, W]; not copied
   * @param classes the number of classes
   */
  public ClassMap(Tensor numbers, int classes) {
    this.numbers = numbers;
    this.counts = new long[classes];
    for (float number : numbers.data()) {
      if (number >= 0) {
        counts[(int) number]++;
      }
    }
    this.known = IntStream.range(0, classes).mapToLong(c -> counts[c]).sum();
  }

  /** Returns the class indices [H, W]. */
  public Tensor numbers() {
    return numbers;
  }

  /** Returns the number of classes. */
  public int classes() {
    return counts.length;
  }

  /** Returns the share of a class among the pixels with known class. */
  public double share(int c) {
    return known == 0 ? 0 : (double) counts[c] / known;
  }

  /** Returns the share of pixels with known class. */
  public double knownShare() {
    return (double) known / numbers.data().length;
  }

  /** Returns the classes that occur, the most frequent first. */
  public List<Integer> byShare() {
    return IntStream.range(0, counts.length)
        .boxed()
        .filter(c -> counts[c] > 0)
        .sorted(Comparator.comparingLong((Integer c) -> -counts[c]))
        .toList();
  }

  /**
   * Returns an indexed image whose pixel values are the class indices, with the palette of Pascal
   * VOC (Everingham et al., 2010); {@link #UNKNOWN} for unknown classes.
   *
   * @throws FoveaException if there are more classes than an indexed image can have
   */
  public BufferedImage toImage() {
    if (counts.length > UNKNOWN) {
      throw new FoveaException(
          "class map: %s classes, an image has numbers for %s".formatted(counts.length, UNKNOWN));
    }
    Shape s = numbers.shape();
    BufferedImage image =
        new BufferedImage(s.dim(1), s.dim(0), BufferedImage.TYPE_BYTE_INDEXED, palette());
    for (int i = 0; i < numbers.data().length; i++) {
      int number = (int) numbers.data()[i];
      image.getRaster().setSample(i % s.dim(1), i / s.dim(1), 0, number < 0 ? UNKNOWN : number);
    }
    return image;
  }

  /** Bits 0, 3, 6 of a number are the highest of its red, bits 1, 4, 7 of its green, and so on. */
  private static IndexColorModel palette() {
    byte[][] colours = new byte[3][UNKNOWN + 1];
    for (int number = 0; number <= UNKNOWN; number++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        colours[bit % 3][number] |= (byte) ((number >> bit & 1) << (7 - bit / 3));
      }
    }
    return new IndexColorModel(Byte.SIZE, UNKNOWN + 1, colours[0], colours[1], colours[2]);
  }
}
