package dev.fovea.vision;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;

/**
 * The Exif orientation of a picture: how the stored picture must be turned for display.
 *
 * @param transposed whether rows and columns are exchanged, before the mirroring
 * @param rightToLeft whether each row is mirrored
 * @param upwards whether the last row comes first
 * @see <a href="https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf">Exif 2.3, Orientation</a>
 */
public record Orientation(boolean transposed, boolean rightToLeft, boolean upwards) {
  /** The orientation of a picture that is displayed as stored. */
  public static final Orientation AS_STORED = new Orientation(false, false, false);

  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int ENTRY = 12;
  private static final long UINT = 0xFFFFFFFFL;

  /** So many columns are read at a time: a column alone would touch all memory for few values. */
  private static final int COLUMNS = 16;

  /** Returns the orientation of an Exif number; numbers other than 1 to 8 are ignored. */
  public static Orientation of(int number) {
    return switch (number) {
      case 2 -> new Orientation(false, true, false);
      case 3 -> new Orientation(false, true, true);
      case 4 -> new Orientation(false, false, true);
      case 5 -> new Orientation(true, false, false);
      case 6 -> new Orientation(true, true, false);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, false, true);
      default -> AS_STORED;
    };
  }

  /**
   * Reads the mark from the first directory of a TIFF structure, which is what Exif data are. What
   * is damaged says nothing: the picture itself may be whole.
   *
   * @param start where the structure begins, from where its own offsets count
   */
  static Orientation read(ImageInputStream in, long start) {
    try {
      in.seek(start);
      int order = in.readUnsignedShort();
      if (order != 0x4949 && order != 0x4D4D) {
        return AS_STORED;
      }
      in.setByteOrder(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
      in.skipBytes(2);
      long directory = start + (in.readInt() & UINT);
      in.seek(directory);
      int entries = in.readUnsignedShort();
      for (int i = 0; i < entries; i++) {
        in.seek(directory + 2 + (long) i * ENTRY);
        if (in.readUnsignedShort() == TAG) {
          int type = in.readUnsignedShort();
          in.skipBytes(4);
          return of(type == SHORT ? in.readUnsignedShort() : type == LONG ? in.readInt() : 0);
        }
      }
      return AS_STORED;
    } catch (IOException | IndexOutOfBoundsException e) {
      return AS_STORED;
    } finally {
      in.setByteOrder(ByteOrder.BIG_ENDIAN);
    }
  }

  /** Returns the size of the picture as displayed. */
  public Placement.Size seen(Placement.Size stored) {
    return transposed
        ? new Placement.Size(/* height= */ stored.width(), /* width= */ stored.height())
        : stored;
  }

  /**
   * Converts a box of the stored picture to the displayed picture.
   *
   * @param stored the size of the picture as it is stored
   */
  public Box seen(Box box, Placement.Size stored) {
    Placement.Size size = seen(stored);
    double l = transposed ? box.top() : box.left();
    double t = transposed ? box.left() : box.top();
    double r = transposed ? box.bottom() : box.right();
    double b = transposed ? box.right() : box.bottom();
    return box.at(
        rightToLeft ? size.width() - r : l,
        upwards ? size.height() - b : t,
        rightToLeft ? size.width() - l : r,
        upwards ? size.height() - t : b);
  }

  /**
   * Converts a point of the stored picture to the displayed picture.
   *
   * @param stored the size of the picture as it is stored
   */
  public KeyPoint seen(KeyPoint point, Placement.Size stored) {
    Placement.Size size = seen(stored);
    double x = transposed ? point.y() : point.x();
    double y = transposed ? point.x() : point.y();
    return point.at(rightToLeft ? size.width() - x : x, upwards ? size.height() - y : y);
  }

  /** Returns the rows of a picture as it is seen. */
  PictureRows rows(StoredPixels stored) {
    if (equals(AS_STORED)) {
      return stored.rows();
    }
    Shape shape = stored.shape();
    Shape seen =
        Shape.of(shape.dim(transposed ? 1 : 0), shape.dim(transposed ? 0 : 1), shape.dim(2));
    PictureRows lines = transposed ? PictureRows.of(seen, columns(stored)) : stored.rows();
    return PictureRows.of(
        seen,
        (y, row) -> {
          lines.read(upwards ? seen.dim(0) - 1 - y : y, row);
          if (rightToLeft) {
            mirror(row, seen.dim(1), seen.dim(2));
          }
        });
  }

  private static PictureRows.RowReader columns(StoredPixels stored) {
    int height = stored.shape().dim(0);
    int width = stored.shape().dim(1);
    int channels = stored.shape().dim(2);
    float[] block = new float[COLUMNS * height * channels];
    int[] held = {-1};
    return (x, column) -> {
      int from = x - x % COLUMNS;
      int columns = Math.min(COLUMNS, width - from);
      if (held[0] != from) {
        stored.read(from, 0, columns, height, block);
        held[0] = from;
      }
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            block, (y * columns + x - from) * channels, column, y * channels, channels);
      }
    };
  }

  private static void mirror(float[] row, int width, int channels) {
    for (int left = 0; left < width / 2; left++) {
      int right = width - 1 - left;
      for (int c = 0; c < channels; c++) {
        float value = row[left * channels + c];
        row[left * channels + c] = row[right * channels + c];
        row[right * channels + c] = value;
      }
    }
  }
}
