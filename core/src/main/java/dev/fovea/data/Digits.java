package dev.fovea.data;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The embedded data set: 28×28 greyscale pictures of the digits 0 to 9, drawn like handwriting.
 *
 * <p>Each digit has several templates of pen strokes. A sample picks one, moves its points a
 * little, bends, rotates, shears and stretches it, draws it with a pen of random width and
 * pressure, and adds noise. A picture depends on the seed and the sample's number alone and is the
 * same on every machine: no fonts and no files are used.
 */
public final class Digits {
  /** The height and width of a picture in pixels. */
  public static final int SIZE = 28;

  /** The usual number of samples to train on. */
  public static final int TRAIN = 10_000;

  /** The usual number of samples to test with. */
  public static final int TEST = 2_000;

  private static final int AREA = SIZE * SIZE;
  private static final List<String> CLASSES =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private Digits() {}

  /** Returns the usual data set: 10,000 samples to train on and 2,000 to test with. */
  public static DataSplit load() {
    return load(Seed.of(0), TRAIN, TEST);
  }

  /**
   * Returns a data set of this many samples, normalised by the training samples' mean and standard
   * deviation.
   *
   * @throws FoveaException if a number of samples is not positive
   */
  public static DataSplit load(Seed seed, int train, int test) {
    if (train < 1 || test < 1) {
      throw new FoveaException(
          "digits: %s samples to train on and %s to test with, 1 or more expected"
              .formatted(train, test));
    }
    InMemoryImages trainImages = images(seed.split("train"), train).withOwnStatistics();
    InMemoryImages testImages = images(seed.split("test"), test);
    return new DataSplit(trainImages, testImages.withPreprocessing(trainImages.preprocessing()));
  }

  private static InMemoryImages images(Seed seed, int count) {
    byte[] pixels = new byte[Math.multiplyExact(count, AREA)];
    int[] labels = new int[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> {
          labels[i] = label(seed, i);
          byte[] picture = draw(labels[i], seed.split(i));
          System.arraycopy(picture, 0, pixels, i * AREA, AREA);
        });
    Preprocessing scaled = Preprocessing.scaled(Shape.of(SIZE, SIZE, 1));
    return new InMemoryImages(scaled, pixels, labels, CLASSES);
  }

  /** Returns the digit of a sample: each ten in a row are the ten digits in random order. */
  static int label(Seed seed, int index) {
    return seed.split("labels").split(index / 10).rng().permutation(10)[index % 10];
  }

  /**
   * Draws one picture of a digit: 28×28 grey values, 0 is paper and 255 is ink.
   *
   * @param digit 0 to 9
   * @param seed the seed of all random choices
   */
  public static byte[] draw(int digit, Seed seed) {
    Rng rng = seed.rng();
    DigitPen pen = new DigitPen(SIZE);
    DigitWarp warp = DigitWarp.random(rng);
    double radius = rng.nextFloat(0.7f, 1.7f);
    double pressure = rng.nextFloat(0.75f, 1.25f);
    double softness = rng.nextFloat(0.9f, 1.8f);
    int form = rng.nextInt(DigitStrokes.forms(digit));
    for (double[] stroke : DigitStrokes.strokes(digit, form)) {
      pen.stroke(warp.apply(stroke, rng), radius, radius * pressure, softness);
    }
    return expose(pen.ink(), rng);
  }

  /** Turns ink into grey values with some contrast and grain. */
  private static byte[] expose(float[] ink, Rng rng) {
    float contrast = rng.nextFloat(0.5f, 1f);
    float grain = rng.nextFloat(0f, 0.24f);
    byte[] grey = new byte[ink.length];
    for (int i = 0; i < grey.length; i++) {
      float noise = rng.nextFloat() + rng.nextFloat() - 1;
      float value = contrast * ink[i] + grain * noise;
      grey[i] = (byte) Math.clamp((long) (value * 255 + 0.5f), 0, 255);
    }
    return grey;
  }
}
