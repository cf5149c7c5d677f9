package dev.fovea.vision;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Reads, writes and converts pictures as tensors [H, W, C] with values 0 … 255, where C is 1 for
 * grey and 3 for red, green, blue.
 *
 * <p>Transparent pictures are drawn on white. 16-bit values keep their fraction. Colour profiles
 * are not applied: values are those that PIL, OpenCV and torchvision give. The Exif orientation (in
 * JPEG, PNG and TIFF files) is applied, except by {@link #readAsStored}. Of several pictures in a
 * file the first is read; that of a GIF file is drawn on the file's logical screen.
 */
public final class Images {
  /** The largest picture that is decoded, in pixels. */
  public static final long MAX_PIXELS = 100_000_000;

  private Images() {}

  /**
   * Reads a picture (PNG, JPEG, GIF, BMP, TIFF, PGM, PPM and any other format for which ImageIO
   * finds a reader) with its Exif orientation applied.
   *
   * <p>A damaged JPEG file is read if libjpeg would read it; a truncated one is not.
   *
   * @return [H, W, 1] for a grey picture, [H, W, 3] for any other
   * @throws FoveaException if the file is missing, is not a picture, is damaged or too large
   */
  public static Tensor read(Path file) {
    return new PictureReader().readWhole(file, true);
  }

  /**
   * Reads a picture without applying its Exif orientation.
   *
   * @return [H, W, 1] for a grey picture, [H, W, 3] for any other
   * @throws FoveaException as {@link #read(Path)}
   */
  public static Tensor readAsStored(Path file) {
    return new PictureReader().readWhole(file, false);
  }

  /**
   * Reads the stored pixel values of a file, such as class indices: for a palette the indices, for
   * grey and colours the values up to 255 or 65535.
   *
   * @return [H, W, 1] for a palette or grey, [H, W, 3] for colours
   * @throws FoveaException as {@link #read(Path)}
   */
  public static Tensor readNumbers(Path file) {
    return new PictureReader().readNumbers(file);
  }

  /**
   * Reads the size and orientation of a picture without its pixels.
   *
   * @throws FoveaException if the file is missing, is not a picture, is damaged at its beginning or
   *     too large
   */
  public static PictureHeader header(Path file) {
    return new PictureReader().header(file);
  }

  /**
   * Reads a picture in the size and with the channels of a rule, with values 0 … 255. The result
   * equals {@link #fit} of the whole picture and takes a fifth of the memory.
   *
   * @return [H, W, C] as the rule says
   * @throws FoveaException as {@link #read(Path)}, or if the rule wants channels that a picture
   *     does not have
   */
  public static Tensor read(Path file, Preprocessing rule) {
    return place(file, rule).input();
  }

  /**
   * Reads a picture as {@link #read(Path, Preprocessing)} does, with its placement in the input.
   *
   * @throws FoveaException as {@link #read(Path, Preprocessing)}
   */
  public static Placed place(Path file, Preprocessing rule) {
    return place(file, List.of(rule)).get(0);
  }

  /**
   * Reads a picture once and brings it into the inputs of several rules, such as sizes.
   *
   * @throws FoveaException as {@link #read(Path, Preprocessing)}
   */
  public static List<Placed> place(Path file, List<Preprocessing> rules) {
    return new PictureReader().read(file, rows -> rules.stream().map(r -> place(r, rows)).toList());
  }

  /** Returns the picture of an image. */
  public static Tensor of(BufferedImage image) {
    return PicturePixels.of(image, "image").rows().toTensor();
  }

  /**
   * Returns a resized picture: bilinear, with averaging where it shrinks.
   *
   * @throws FoveaException if a size is not positive
   */
  public static Tensor resize(Tensor image, int height, int width) {
    requirePicture(image);
    Placement.Size size = new Placement.Size(height, width);
    return Resampling.resize(PictureRows.of(image), size.height(), size.width());
  }

  /**
   * Returns a picture whose longer side has at most so many pixels: the picture itself, or a {@link
   * #resize resized} one, its values rounded.
   *
   * @throws FoveaException if the number is not positive
   */
  public static Tensor within(Tensor image, int most) {
    requirePicture(image);
    int h = image.shape().dim(0);
    int w = image.shape().dim(1);
    int longer = Math.max(h, w);
    if (most < 1) {
      throw new FoveaException("a picture within %s pixels, expected is 1 or more".formatted(most));
    }
    if (longer <= most) {
      return image;
    }
    Tensor small =
        resize(
            image,
            Math.max(1, Math.round((float) h * most / longer)),
            Math.max(1, Math.round((float) w * most / longer)));
    for (int i = 0; i < small.data().length; i++) {
      small.data()[i] = Math.round(small.data()[i]);
    }
    return small;
  }

  /**
   * Returns a resized picture: bicubic, with averaging where it shrinks, as in PIL. Values may
   * overshoot beside edges.
   *
   * @throws FoveaException if a size is not positive
   */
  public static Tensor resizeCubic(Tensor image, int height, int width) {
    requirePicture(image);
    Placement.Size size = new Placement.Size(height, width);
    return Resampling.resize(
        PictureRows.of(image), size.height(), size.width(), Resampling.Filter.CUBIC);
  }

  /**
   * Returns the centre of a picture; of an odd difference, the larger part is cut off at the bottom
   * and right.
   *
   * @throws FoveaException if the picture is smaller
   */
  public static Tensor centreCrop(Tensor image, int height, int width) {
    requirePicture(image);
    int top = image.shape().dim(0) - height;
    int left = image.shape().dim(1) - width;
    if (top < 0 || left < 0 || height < 1 || width < 1) {
      throw new FoveaException(
          "no crop of %s×%s from a picture of %s×%s"
              .formatted(height, width, image.shape().dim(0), image.shape().dim(1)));
    }
    return part(image, top / 2, left / 2, height, width);
  }

  /**
   * Returns the part of a picture [H, W, C] that begins at a row and a column.
   *
   * @throws FoveaException if it does not lie within the picture
   */
  public static Tensor part(Tensor image, int top, int left, int height, int width) {
    requirePicture(image);
    int channels = image.shape().dim(2);
    boolean within = top >= 0 && top + height <= image.shape().dim(0);
    if (!within || left < 0 || left + width > image.shape().dim(1) || height < 1 || width < 1) {
      throw new FoveaException(
          "no part of %s×%s at row %s and column %s of a picture of %s×%s"
              .formatted(height, width, top, left, image.shape().dim(0), image.shape().dim(1)));
    }
    Tensor out = Tensor.zeros(Shape.of(height, width, channels));
    for (int y = 0; y < height; y++) {
      int from = ((top + y) * image.shape().dim(1) + left) * channels;
      System.arraycopy(image.data(), from, out.data(), y * width * channels, width * channels);
    }
    return out;
  }

  /**
   * Returns the cells of a sheet, row by row: parts of one size without gaps, such as sprites.
   *
   * @throws FoveaException if the sheet is no whole number of cells high or wide
   */
  public static List<Tensor> cells(Tensor sheet, int height, int width) {
    requirePicture(sheet);
    Shape s = sheet.shape();
    if (height < 1 || width < 1 || s.dim(0) % height != 0 || s.dim(1) % width != 0) {
      throw new FoveaException(
          "a sheet of %s×%s pixels does not divide into cells of %s×%s"
              .formatted(s.dim(0), s.dim(1), height, width));
    }
    int columns = s.dim(1) / width;
    return IntStream.range(0, s.dim(0) / height * columns)
        .mapToObj(i -> part(sheet, i / columns * height, i % columns * width, height, width))
        .toList();
  }

  /** Returns the grey picture [H, W, 1] by Rec. 601: 0.299 R + 0.587 G + 0.114 B. */
  public static Tensor toGrey(Tensor image) {
    requirePicture(image);
    return image.shape().dim(2) == 1 ? image : PictureRows.of(image).toGrey().toTensor();
  }

  /** Returns the picture with three channels; a grey channel is repeated. */
  public static Tensor toRgb(Tensor image) {
    requirePicture(image);
    return image.shape().dim(2) == 3 ? image : PictureRows.of(image).toRgb().toTensor();
  }

  /**
   * Returns the network's input for a picture of any size: resized, with the right channels,
   * normalised.
   *
   * @return [H, W, C] as the rule says
   * @throws FoveaException if the rule wants channels that a picture does not have
   */
  public static Tensor apply(Preprocessing rule, Tensor image) {
    Tensor input = fit(rule, image);
    rule.normalize(input.data(), 0, input.data().length);
    return input;
  }

  /** Returns the picture in the size and with the channels of a rule, with values 0 … 255. */
  public static Tensor fit(Preprocessing rule, Tensor image) {
    requirePicture(image);
    return place(rule, PictureRows.of(image)).input();
  }

  static Placed place(Preprocessing rule, PictureRows image) {
    PictureRows coloured =
        switch (rule.channels()) {
          case 1 -> image.toGrey();
          case 3 -> image.toRgb();
          default ->
              throw new FoveaException(
                  "an input of %s channels cannot be made from a picture, expected 1 or 3"
                      .formatted(rule.channels()));
        };
    Placement.Size input = new Placement.Size(rule.height(), rule.width());
    Placement placement = Placement.of(rule.resize(), Placement.Size.of(image.shape()), input);
    return new Placed(placement.apply(coloured, rule.fill()), placement);
  }

  /** Returns the picture for a network's input, for display: the inverse of normalisation. */
  public static Tensor restore(Preprocessing rule, Tensor input) {
    requirePicture(input);
    Tensor image = input.copy();
    int channels = input.shape().dim(2);
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = rule.denormalize(image.data()[i], i % channels);
    }
    return image;
  }

  /** Returns the image of a picture, with values rounded and clipped to 0 … 255. */
  public static BufferedImage toBufferedImage(Tensor image) {
    requirePicture(image);
    return PicturePixels.toImage(image);
  }

  /**
   * Writes a picture as a PNG file, atomically.
   *
   * @throws FoveaException if the file cannot be written
   */
  public static void writePng(Path file, Tensor image) {
    writePng(file, toBufferedImage(image));
  }

  /**
   * Writes an image as a PNG file, atomically.
   *
   * @throws FoveaException if the file cannot be written
   */
  public static void writePng(Path file, BufferedImage image) {
    write(file, image, "PNG");
  }

  /**
   * Writes an image without transparency as a JPEG file of quality 0.75, atomically. Photographs
   * take less room so than as PNG.
   *
   * @throws FoveaException if the file cannot be written or the image is transparent
   */
  public static void writeJpeg(Path file, BufferedImage image) {
    write(file, image, "JPEG");
  }

  private static void write(Path file, BufferedImage image, String format) {
    AtomicFiles.write(
        file,
        out -> {
          // Not ImageIO's own stream, which would put a file into the temporary folder.
          try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            if (!ImageIO.write(image, format, stream)) {
              throw new IOException("no " + format + " form of this kind of image");
            }
          }
        });
  }

  static void requirePicture(Tensor t) {
    Shape s = t.shape();
    if (s.rank() != 3 || (s.dim(2) != 1 && s.dim(2) != 3) || s.elements() == 0) {
      throw new FoveaException("a tensor " + s + " is no picture, expected [H, W, 1] or [H, W, 3]");
    }
  }
}
