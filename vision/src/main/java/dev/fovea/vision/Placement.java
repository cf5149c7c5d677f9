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
 * How a picture is placed in the input of a network: scaled, then moved. The point (x, y) of the
 * picture comes to (x · scaleX + left, y · scaleY + top).
 *
 * <p>Points are in pixels: pixel i covers [i, i + 1), the middle of the first is (½, ½).
 *
 * @param picture the size of the picture
 * @param scaled its size after scaling, of which the input may show a part
 * @param top where its upper edge comes to lie in the input; negative where that is cut off
 * @param left where its left edge comes to lie in the input; negative where that is cut off
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

    private Size atLeast(Size least) {
      return new Size(Math.max(height, least.height), Math.max(width, least.width));
    }

    private Size atMost(Size most) {
      return new Size(Math.min(height, most.height), Math.min(width, most.width));
    }
  }

  /**
   * Returns the placement of a picture in an input. Of an odd rest the larger part is below. Sizes
   * are rounded to the nearest, with {@code CORNER} down, as those do who place pictures so.
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
        };
    boolean corner = way == Preprocessing.Resize.CORNER;
    int top = corner ? 0 : (input.height - scaled.height) / 2;
    int left = corner ? 0 : (input.width - scaled.width) / 2;
    return new Placement(picture, scaled, top, left, input);
  }

  /** Returns by what widths are multiplied. */
  public double scaleX() {
    return (double) scaled.width / picture.width;
  }

  /** Returns by what heights are multiplied. */
  public double scaleY() {
    return (double) scaled.height / picture.height;
  }

  /**
   * Returns the input that shows a picture.
   *
   * @param fill the value of what the picture does not cover
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

  /** Returns where a point of the picture comes to lie in the input, its place in a row. */
  public double inputX(double pictureX) {
    return pictureX * scaled.width / picture.width + left;
  }

  /** Returns where a point of the picture comes to lie in the input, its place in a column. */
  public double inputY(double pictureY) {
    return pictureY * scaled.height / picture.height + top;
  }

  /**
   * Returns a point of the picture as a point of the input; {@link KeyPoint.Visibility#ABSENT}
   * where that does not show it.
   */
  public KeyPoint place(KeyPoint point) {
    double x = inputX(point.x());
    double y = inputY(point.y());
    boolean seen = x >= 0 && y >= 0 && x <= input.width && y <= input.height;
    KeyPoint placed = point.at(x, y);
    return seen ? placed : placed.with(KeyPoint.Visibility.ABSENT);
  }

  /**
   * Returns a box of the picture as a box of the input, cut off at its edges; empty if the input
   * does not show it. Its key points come along.
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

  /** Returns where a point of the input lies in the picture, its place in a row. */
  public double pictureX(double inputX) {
    return (inputX - left) * picture.width / scaled.width;
  }

  /** Returns where a point of the input lies in the picture, its place in a column. */
  public double pictureY(double inputY) {
    return (inputY - top) * picture.height / scaled.height;
  }

  /** Returns a point of the input as a point of the picture, which it may lie outside of. */
  public KeyPoint back(KeyPoint point) {
    return point.at(pictureX(point.x()), pictureY(point.y()));
  }

  /**
   * Returns a box of the input as a box of the picture, cut off at its edges; empty if it lies
   * outside. Its key points come along.
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
