package dev.fovea.vision;

import dev.fovea.data.DataSplit;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * CIFAR-10 from PNG sprites: {@code cifar10_batch_K.png} and {@code cifar10_labels.js}.
 *
 * <p>Row r of sprite K is picture 1000 K + r, its 1,024 RGB pixels being the 32×32 picture row by
 * row. Sprites 0 to 49 are the training pictures, 50 to 59 the test pictures; any of them may be
 * missing. The labels are the numbers in the text of the label file, by picture.
 */
public final class Cifar10Sprites {
  private static final int AREA = 32 * 32;
  private static final int ROWS = 1000;
  private static final int TEST_FROM = 50;
  private static final int SPRITES = 60;
  private static final int MAX_LABELS_BYTES = 1 << 22;
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private Cifar10Sprites() {}

  /** Returns whether the folder has a label file of sprites. */
  public static boolean isIn(Path folder) {
    return Files.isRegularFile(folder.resolve("cifar10_labels.js"));
  }

  /**
   * Returns the pictures of a folder.
   *
   * @throws FoveaException if there are no training or test sprites or a file is damaged
   */
  public static DataSplit load(Path folder) {
    int[] labels = labels(folder.resolve("cifar10_labels.js"));
    return new DataSplit(
        part(folder, labels, "training", 0, TEST_FROM),
        part(folder, labels, "test", TEST_FROM, SPRITES));
  }

  private static int[] labels(Path file) {
    Matcher numbers = NUMBER.matcher(TextFile.read(file, MAX_LABELS_BYTES));
    List<Integer> labels = new ArrayList<>();
    while (numbers.find()) {
      if (numbers.group().length() != 1) {
        throw new FoveaException(
            "%s: label %.20s of picture %s, expected 0 to 9"
                .formatted(file, numbers.group(), labels.size()));
      }
      labels.add(Integer.parseInt(numbers.group()));
    }
    return labels.stream().mapToInt(i -> i).toArray();
  }

  private static InMemoryImages part(Path folder, int[] labels, String what, int from, int to) {
    List<Integer> numbers =
        IntStream.range(from, to)
            .filter(k -> Files.isRegularFile(sprite(folder, k)))
            .boxed()
            .toList();
    if (numbers.isEmpty()) {
      throw new FoveaException(
          "%s: no %s pictures: expected cifar10_batch_%s.png … cifar10_batch_%s.png"
              .formatted(folder, what, from, to - 1));
    }
    List<Tensor> sprites =
        numbers.parallelStream().map(k -> readSprite(sprite(folder, k))).toList();
    int count = sprites.stream().mapToInt(s -> s.shape().dim(0)).sum();
    byte[] pixels = new byte[count * 3 * AREA];
    int[] chosen = new int[count];
    int at = 0;
    for (int s = 0; s < sprites.size(); s++) {
      float[] data = sprites.get(s).data();
      int rows = sprites.get(s).shape().dim(0);
      int first = numbers.get(s) * ROWS;
      if (first + rows > labels.length) {
        throw new FoveaException(
            "%s: %s labels, but %s has the pictures %s to %s"
                .formatted(
                    folder.resolve("cifar10_labels.js"),
                    labels.length,
                    sprite(folder, numbers.get(s)).getFileName(),
                    first,
                    first + rows - 1));
      }
      for (int i = 0; i < data.length; i++) {
        pixels[at * 3 * AREA + i] = (byte) PicturePixels.toByte(data[i]);
      }
      System.arraycopy(labels, first, chosen, at, rows);
      at += rows;
    }
    return new InMemoryImages(Preprocessing.cifar10(), pixels, chosen, Cifar10.classes());
  }

  private static Path sprite(Path folder, int number) {
    return folder.resolve("cifar10_batch_" + number + ".png");
  }

  private static Tensor readSprite(Path file) {
    Tensor sprite = Images.read(file);
    Shape s = sprite.shape();
    if (s.dim(1) != AREA || s.dim(2) != 3 || s.dim(0) > ROWS) {
      throw new FoveaException(
          file
              + ": a picture of %s×%s with %s channels, expected RGB 1024 wide, at most 1000 high"
                  .formatted(s.dim(1), s.dim(0), s.dim(2)));
    }
    return sprite;
  }
}
