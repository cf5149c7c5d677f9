package dev.fovea.vision;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * The placement of a picture in the input of a network: it is scaled, then moved. The point (x, y)
 * of the picture is at (x · scaleX + left, y · scaleY + top) in the input.
 *
 * <p>Coordinates are in pixels: pixel i covers [i, i + 1), and the centre of the first is (½, ½).
 *
 * @param picture the size of the picture
 * @param scaled its size after scaling, which may exceed the input
 * @param top the position of its upper edge in the input; negative if that is cut off
 * @param left the position of its left edge in the input; negative if that is cut off
 * @param input the size of the input
 */
public record Placement(Size picture, Size scaled, int top, int left, Size input) {
  /** A size in pixels. */
  public record Size(int height, int width) {
    private static final double ROUNDING = 1e-6;

    /**
     * Checks the arguments.
     *
     * @throws FoveaException if one is not positive
     */
    public Size {
      if (height < 1 || width < 1) {
        throw new FoveaException(
            "size " + height + "×" + width + " of a picture: 1 or more expected");
      }
    }

    /** Returns the size of a picture or map [H, W …]. */
    public static Size of(Shape shape) {
      return new Size(shape.dim(0), shape.dim(1));
    }

    private Size times(double factor) {
      return new Size(
          (int) Math.max(1, Math.round(height * factor)),
          (int) Math.max(1, Math.round(width * factor)));
    }

    /** Rounded down; what is a whole number but for the rounding of the factor is one. */
    private Size within(double factor) {
      return new Size(
          (int) Math.max(1, height * factor + ROUNDING),
          (int) Math.max(1, width * factor + ROUNDING));
    }

    /** One side becomes that of the input, the other is divided as whole numbers are. */
    private Size inWholeNumbers(Size input) {
      long across = (long) width * input.height;
      long down = (long) height * input.width;
      return down < across
          ? new Size((int) Math.max(1, down / width), input.width)
          : new Size(input.height, (int) Math.max(1, across / height));
    }

    private Size atLeast(Size least) {
      return new Size(Math.max(height, least.height), Math.max(width, least.width));
    }

    private Size atMost(Size most) {
      return new Size(Math.min(height, most.height), Math.min(width, most.width));
    }
  }

  /**
   * Returns the placement of a picture in an input. Of an odd rest the larger part is below. Sizes
   * are rounded to the nearest, with {@code CORNER} and {@code DARKNET} down, as those do who place
   * pictures so.
   */
  public static Placement of(Preprocessing.Resize way, Size picture, Size input) {
    double y = (double) input.height / picture.height;
    double x = (double) input.width / picture.width;
    Size scaled =
        switch (way) {
          case STRETCH -> input;
          case CROP -> picture.times(Math.max(y, x)).atLeast(input);
          case LETTERBOX -> picture.times(Math.min(y, x)).atMost(input);
          case CORNER -> picture.within(Math.min(y, x));
          case DARKNET -> picture.inWholeNumbers(input);
        };
    boolean corner = way == Preprocessing.Resize.CORNER;
    int top = corner ? 0 : (input.height - scaled.height) / 2;
    int left = corner ? 0 : (input.width - scaled.width) / 2;
    return new Placement(picture, scaled, top, left, input);
  }

  /** Returns the scale of widths. */
  public double scaleX() {
    return (double) scaled.width / picture.width;
  }

  /** Returns the scale of heights. */
  public double scaleY() {
    return (double) scaled.height / picture.height;
  }

  /**
   * Returns the input with a picture placed in it.
   *
   * @param fill the value of pixels that the picture does not cover
   * @throws FoveaException if the picture is of another size
   */
  public Tensor apply(Tensor image, float fill) {
    Images.requirePicture(image);
    return apply(PictureRows.of(image), fill);
  }

  Tensor apply(PictureRows rows, float fill) {
    if (!Size.of(rows.shape()).equals(picture)) {
      throw new FoveaException(
          "placement: of a picture of %s×%s pixels, got %s"
              .formatted(picture.height, picture.width, rows.shape()));
    }
    Tensor whole = Resampling.resize(rows, scaled.height, scaled.width);
    return scaled.equals(input) ? whole : moved(whole, fill);
  }

  private Tensor moved(Tensor whole, float fill) {
    int channels = whole.shape().dim(2);
    Tensor out = Tensor.zeros(Shape.of(input.height, input.width, channels));
    Arrays.fill(out.data(), fill);
    int columns = Math.min(scaled.width, input.width) * channels;
    for (int y = Math.max(0, top); y < Math.min(input.height, top + scaled.height); y++) {
      int from = ((y - top) * scaled.width + Math.max(0, -left)) * channels;
      int to = (y * input.width + Math.max(0, left)) * channels;
      System.arraycopy(whole.data(), from, out.data(), to, columns);
    }
    return out;
  }

  /** Converts an x coordinate of the picture to the input. */
  public double inputX(double pictureX) {
    return pictureX * scaled.width / picture.width + left;
  }

  /** Converts a y coordinate of the picture to the input. */
  public double inputY(double pictureY) {
    return pictureY * scaled.height / picture.height + top;
  }

  /**
   * Converts a point of the picture to the input; outside of it, it becomes {@link
   * KeyPoint.Visibility#ABSENT}.
   */
  public KeyPoint place(KeyPoint point) {
    double x = inputX(point.x());
    double y = inputY(point.y());
    boolean seen = x >= 0 && y >= 0 && x <= input.width && y <= input.height;
    KeyPoint placed = point.at(x, y);
    return seen ? placed : placed.with(KeyPoint.Visibility.ABSENT);
  }

  /**
   * Converts a box of the picture with its key points to the input, clipped at its edges; empty if
   * it lies outside.
   */
  public Optional<Box> place(Box box) {
    double l = Math.clamp(inputX(box.left()), 0, input.width);
    double t = Math.clamp(inputY(box.top()), 0, input.height);
    double r = Math.clamp(inputX(box.right()), 0, input.width);
    double b = Math.clamp(inputY(box.bottom()), 0, input.height);
    return r > l && b > t
        ? Optional.of(
            box.at(l, t, r, b).withPoints(box.points().stream().map(this::place).toList()))
        : Optional.empty();
  }

  /**
   * Returns numbers of the picture's pixels as numbers of the input's pixels [H, W]: each that of
   * the pixel where its middle comes from.
   *
   * @param map the numbers of the picture's pixels [h, w]
   * @param outside the number of what the picture does not cover
   */
  public Tensor place(Tensor map, float outside) {
    int[] columns = new int[input.width];
    Arrays.setAll(columns, x -> at(pictureX(x + 0.5), picture.width, picture.width));
    Tensor out = Tensor.zeros(Shape.of(input.height, input.width));
    for (int y = 0; y < input.height; y++) {
      int row = at(pictureY(y + 0.5), picture.height, picture.height);
      for (int x = 0; x < input.width; x++) {
        boolean covered = row >= 0 && columns[x] >= 0;
        out.data()[y * input.width + x] =
            covered ? map.data()[row * picture.width + columns[x]] : outside;
      }
    }
    return out;
  }

  /** Converts an x coordinate of the input to the picture. */
  public double pictureX(double inputX) {
    return (inputX - left) * picture.width / scaled.width;
  }

  /** Converts a y coordinate of the input to the picture. */
  public double pictureY(double inputY) {
    return (inputY - top) * picture.height / scaled.height;
  }

  /** Converts a point of the input to the picture, which it may lie outside of. */
  public KeyPoint back(KeyPoint point) {
    return point.at(pictureX(point.x()), pictureY(point.y()));
  }

  /**
   * Converts a box of the input with its key points to the picture, clipped at its edges; empty if
   * it lies outside.
   */
  public Optional<Box> back(Box box) {
    double l = Math.clamp(pictureX(box.left()), 0, picture.width);
    double t = Math.clamp(pictureY(box.top()), 0, picture.height);
    double r = Math.clamp(pictureX(box.right()), 0, picture.width);
    double b = Math.clamp(pictureY(box.bottom()), 0, picture.height);
    return r > l && b > t
        ? Optional.of(box.at(l, t, r, b).withPoints(box.points().stream().map(this::back).toList()))
        : Optional.empty();
  }

  /**
   * Returns the classes of the picture's pixels [H, W]: each that of the pixel of the map where its
   * middle lies, −1 where the input does not show it.
   *
   * @param map the classes of the input's pixels, of any resolution: [h, w]
   */
  public Tensor back(Tensor map) {
    int[] columns = columns(map.shape().dim(1));
    int[] rows = rows(map.shape().dim(0));
    Tensor out = Tensor.zeros(Shape.of(picture.height, picture.width));
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < columns.length; x++) {
        boolean seen = rows[y] >= 0 && columns[x] >= 0;
        out.data()[y * columns.length + x] =
            seen ? map.data()[rows[y] * map.shape().dim(1) + columns[x]] : Mark.PADDING;
      }
    }
    return out;
  }

  private int[] columns(int width) {
    int[] all = new int[picture.width];
    Arrays.setAll(all, x -> at((x + 0.5) * scaleX() + left, input.width, width));
    return all;
  }

  private int[] rows(int height) {
    int[] all = new int[picture.height];
    Arrays.setAll(all, y -> at((y + 0.5) * scaleY() + top, input.height, height));
    return all;
  }

  /** Returns the pixel of a map that a place of the input lies in, −1 if it lies outside. */
  private static int at(double place, int extent, int resolution) {
    boolean inside = place >= 0 && place < extent;
    return inside ? (int) (place * resolution / extent) : -1;
  }
}
