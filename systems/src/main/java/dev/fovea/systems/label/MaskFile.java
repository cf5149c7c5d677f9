package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;

/**
 * The mask of a picture in a file.
 *
 * @param file the file
 * @param size the size that it must have
 * @param meaning what its values stand for
 */
record MaskFile(Path file, Size size, MaskMeaning meaning) implements PixelLabels {
  private static final int LEVELS = 256;
  private static final int COLOURS = 3;

  /**
   * Returns the codes of a mask's values, see {@link MaskValues#code}, row by row.
   *
   * @throws FoveaException if it is of another size or has values above 255
   */
  static int[] codes(Path file, Size size) {
    Tensor stored = Images.readNumbers(file);
    Shape s = stored.shape();
    if (s.dim(0) != size.height() || s.dim(1) != size.width()) {
      throw new FoveaException(
          "%s: a mask of %s×%s pixels, the picture has %s×%s"
              .formatted(file, s.dim(1), s.dim(0), size.width(), size.height()));
    }
    int[] codes = new int[size.height() * size.width()];
    int channels = s.dim(2);
    float[] v = stored.data();
    for (int i = 0; i < codes.length; i++) {
      int at = i * channels;
      boolean colour = channels >= COLOURS;
      if (v[at] >= LEVELS || (colour && (v[at + 1] >= LEVELS || v[at + 2] >= LEVELS))) {
        throw new FoveaException(
            file + ": a mask of large numbers: a palette, grey or colours of 8 bits expected");
      }
      codes[i] =
          colour ? MaskValues.code((int) v[at], (int) v[at + 1], (int) v[at + 2]) : (int) v[at];
    }
    return codes;
  }

  @Override
  public Tensor classes() {
    int[] codes = codes(file, size);
    float[] classes = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      classes[i] = meaning.classOf(codes[i]);
    }
    return Tensor.of(Shape.of(size.height(), size.width()), classes);
  }

  @Override
  public int outside() {
    return meaning.names().getFirst().equals(LabelNames.BACKGROUND) ? 0 : Mark.Mask.IGNORED;
  }
}
