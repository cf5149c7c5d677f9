package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the first picture of a GIF file lies on the screen that the file describes, and its
 * colours.
 *
 * <p>Around the picture the screen is transparent if a colour of the picture is, else it has the
 * palette's first colour.
 *
 * @param width of the screen in pixels; the screen reaches as far as the picture
 * @param height of the screen
 * @param left where the picture begins
 * @param top where the picture begins
 * @param transparent the index of the colour that is not seen, or −1
 * @param palette red, green and blue of each colour; null where the indices are greys
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record GifFrame(
    int width, int height, int left, int top, int transparent, byte @Nullable [] palette) {
  private static final int EXTENSION = '!';
  private static final int PICTURE = ',';
  private static final int CONTROL = 0xF9;
  private static final int WHITE = 255;
  private static final int COLOURS = 256;

  /** Reads the descriptions before the first picture. */
  static GifFrame read(ImageInputStream in) throws IOException {
    in.seek(6);
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    int width = in.readUnsignedShort();
    int height = in.readUnsignedShort();
    int flags = in.readUnsignedByte();
    in.skipBytes(2);
    byte[] shared = palette(in, flags);
    int transparent = -1;
    int block = in.readUnsignedByte();
    while (block == EXTENSION) {
      boolean control = in.readUnsignedByte() == CONTROL;
      for (int size = in.readUnsignedByte(); size > 0; size = in.readUnsignedByte()) {
        byte[] data = new byte[size];
        in.readFully(data);
        if (control && size >= 4) {
          transparent = (data[0] & 1) == 1 ? data[3] & 0xFF : transparent;
        }
      }
      block = in.readUnsignedByte();
    }
    if (block != PICTURE) {
      throw new IOException("no picture in the file");
    }
    int left = in.readUnsignedShort();
    int top = in.readUnsignedShort();
    int right = left + in.readUnsignedShort();
    int bottom = top + in.readUnsignedShort();
    byte[] own = palette(in, in.readUnsignedByte());
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    return new GifFrame(
        Math.max(width, right),
        Math.max(height, bottom),
        left,
        top,
        transparent,
        own == null ? shared : own);
  }

  private static byte @Nullable [] palette(ImageInputStream in, int flags) throws IOException {
    if ((flags & 0x80) == 0) {
      return null;
    }
    byte[] colours = new byte[3 * COLOURS];
    in.readFully(colours, 0, 3 << ((flags & 7) + 1));
    return colours;
  }

  private int colour(int index, int channel) {
    return index == transparent
        ? WHITE
        : palette == null ? index : palette[3 * index + channel] & 0xFF;
  }

  private boolean isGrey() {
    if (palette != null) {
      for (int i = 0; i < COLOURS; i++) {
        if (colour(i, 0) != colour(i, 1) || colour(i, 0) != colour(i, 2)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the screen with the picture, grey where the whole palette is. */
  StoredPixels pixels(BufferedImage picture) {
    Shape shape = Shape.of(height, width, isGrey() ? 1 : 3);
    return new StoredPixels() {
      @Override
      public Shape shape() {
        return shape;
      }

      @Override
      public void read(int x, int y, int columns, int rows, float[] values) {
        fill(picture.getRaster(), x, y, columns, rows, shape.dim(2), values);
      }
    };
  }

  private void fill(
      Raster indices, int x, int y, int columns, int rows, int channels, float[] values) {
    int around = Math.max(0, transparent);
    int[] row = new int[indices.getWidth()];
    int to = 0;
    for (int v = y - top; v < y - top + rows; v++) {
      boolean inside = v >= 0 && v < indices.getHeight();
      if (inside) {
        indices.getSamples(0, v, row.length, 1, 0, row);
      }
      for (int u = x - left; u < x - left + columns; u++) {
        int index = inside && u >= 0 && u < row.length ? row[u] : around;
        for (int c = 0; c < channels; c++) {
          values[to++] = colour(index, c);
        }
      }
    }
  }
}
