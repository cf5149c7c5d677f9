package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The mask of a picture in a file.
 *
 * @param file the file
 * @param size the size that it must have
 * @param meaning what its values stand for
 */
record MaskFile(Path file, Size size, Meaning meaning) implements PixelLabels {
  private static final int LEVELS = 256;

  /**
   * What the values of masks stand for.
   *
   * @param names the names of the classes
   * @param threshold from which value on a pixel is of class 1, else of class 0; 0 if values are
   *     numbers of classes
   */
  record Meaning(List<String> names, int threshold) {
    private static final int WHITE = 255;
    private static final int HALF = 128;

    /** Greys between black and white are so many levels at least where masks were scaled. */
    private static final int MANY = 32;

    /** And so many pixels at most. */
    private static final double MOST_GREY = 0.15;

    /**
     * Finds out what values stand for.
     *
     * @param counts how many pixels have each value
     * @param given the names of the classes; empty if they are not known
     * @param where the folder, for messages
     * @throws FoveaException if that cannot be told
     */
    static Meaning of(long[] counts, List<String> given, Path where) {
      List<Integer> values = IntStream.range(0, LEVELS).filter(v -> counts[v] > 0).boxed().toList();
      long all = values.stream().mapToLong(v -> counts[v]).sum();
      int highest = values.stream().mapToInt(v -> v).filter(v -> v < WHITE).max().orElse(0);
      boolean scaled = values.size() > MANY && all - counts[0] - counts[WHITE] < MOST_GREY * all;
      boolean binary = counts[WHITE] > 0 && (highest == 0 || scaled);
      if (binary && (given.isEmpty() || given.size() == 2)) {
        return new Meaning(
            given.isEmpty() ? List.of(LabelNames.BACKGROUND, "foreground") : given, HALF);
      }
      long numbers = values.stream().filter(v -> v < WHITE).count();
      if (given.isEmpty() ? 2 * numbers <= highest : highest >= given.size()) {
        throw new FoveaException(
            "%s: masks with the values %s: numbers of classes from 0 on%s, 255 for ignored pixels, or only 0 and 255 expected"
                .formatted(
                    where,
                    listed(values, counts),
                    given.isEmpty() ? "" : " to " + (given.size() - 1)));
      }
      return new Meaning(given.isEmpty() ? numbered(highest) : given, 0);
    }

    private static String listed(List<Integer> values, long[] counts) {
      List<String> some =
          values.stream().limit(12).map(v -> v + " (" + counts[v] + " pixels)").toList();
      int more = values.size() - some.size();
      return String.join(", ", some) + (more > 0 ? " and " + more + " more" : "");
    }

    private static List<String> numbered(int highest) {
      List<String> names = new ArrayList<>(List.of(LabelNames.BACKGROUND));
      for (int i = 1; i <= highest; i++) {
        names.add(String.format(Locale.ROOT, "class %d", i));
      }
      return names;
    }

    float classOf(float value) {
      return threshold > 0 ? (value >= threshold ? 1 : 0) : value;
    }
  }

  /**
   * Returns the values of a mask [H, W].
   *
   * @throws FoveaException if it is of another size, coloured, or has values above 255
   */
  static Tensor values(Path file, Size size) {
    Tensor stored = Images.readNumbers(file);
    Shape s = stored.shape();
    if (s.dim(0) != size.height() || s.dim(1) != size.width()) {
      throw new FoveaException(
          "%s: a mask of %s×%s pixels, the picture has %s×%s"
              .formatted(file, s.dim(1), s.dim(0), size.width(), size.height()));
    }
    float[] values = new float[size.height() * size.width()];
    int channels = s.dim(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = stored.data()[i * channels];
      boolean grey =
          channels == 1
              || (values[i] == stored.data()[i * channels + 1]
                  && values[i] == stored.data()[i * channels + 2]);
      if (!grey || values[i] >= LEVELS) {
        throw new FoveaException(
            file + ": a mask of colours or large numbers: a palette or grey of 8 bits expected");
      }
    }
    return Tensor.of(Shape.of(size.height(), size.width()), values);
  }

  @Override
  public Tensor classes() {
    Tensor values = values(file, size);
    for (int i = 0; i < values.data().length; i++) {
      values.data()[i] = meaning.classOf(values.data()[i]);
    }
    return values;
  }

  @Override
  public int outside() {
    return meaning.names.getFirst().equals(LabelNames.BACKGROUND) ? 0 : Mark.Mask.IGNORED;
  }
}
