package dev.fovea.vision;

import dev.fovea.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStream;

/**
 * The beginning of a picture of Netpbm's binary forms, which ImageIO does not read: {@code P5} grey
 * (PGM) or {@code P6} red, green, blue (PPM), then width, height and the value of white in decimal
 * digits, with comments from {@code #} to the end of a line between them.
 *
 * @param channels 1 or 3
 * @param white the value of white; above 255 samples have two bytes, the higher first
 * @param begin where the samples begin
 */
record NetpbmPicture(int width, int height, int channels, int white, long begin) {
  private static final int GREY = 'P' << 8 | '5';
  private static final int COLOUR = 'P' << 8 | '6';
  private static final int MOST = 1 << 28;
  private static final int MOST_WHITE = 65_535;
  private static final float WHITE = 255;

  /** Returns whether a file that begins with these two bytes is such a picture. */
  static boolean begins(long first) {
    return first == GREY || first == COLOUR;
  }

  /**
   * Reads the beginning of a file.
   *
   * @throws IOException if the file ends or has something else there
   */
  static NetpbmPicture read(ImageInputStream in) throws IOException {
    in.seek(0);
    int channels = in.readUnsignedShort() == GREY ? 1 : 3;
    int width = number(in);
    int height = number(in);
    int white = number(in);
    if (white < 1 || white > MOST_WHITE) {
      throw new IOException("white is " + white + ", 1 to " + MOST_WHITE + " expected");
    }
    return new NetpbmPicture(width, height, channels, white, in.getStreamPosition());
  }

  /** Returns the next number; the one character behind it is read too. */
  private static int number(ImageInputStream in) throws IOException {
    int c = in.readUnsignedByte();
    while (c == '#' || Character.isWhitespace(c)) {
      while (c == '#' && in.readUnsignedByte() != '\n') {}
      c = in.readUnsignedByte();
    }
    long number = 0;
    do {
      if (c < '0' || c > '9') {
        throw new IOException("a number expected where a character " + c + " stands");
      }
      number = Math.min(MOST, 10 * number + c - '0');
      c = in.readUnsignedByte();
    } while (!Character.isWhitespace(c));
    return (int) number;
  }

  /** Returns the bytes of all samples. */
  long bytes() {
    return (long) width * height * channels * sampleBytes();
  }

  private int sampleBytes() {
    return white < 1 << Byte.SIZE ? 1 : 2;
  }

  /**
   * Reads the samples.
   *
   * @param numbers whether samples are wanted as they are stored, not as 0 … 255
   * @throws IOException if the file ends before, or a sample is above white
   */
  StoredPixels pixels(ImageInputStream in, boolean numbers) throws IOException {
    in.seek(begin);
    if (in.length() - begin < bytes()) {
      throw new EOFException();
    }
    byte[] samples = new byte[Math.toIntExact(bytes())];
    in.readFully(samples);
    for (int i = 0; i < samples.length / sampleBytes(); i++) {
      if (sample(samples, i) > white) {
        throw new IOException("a sample is " + sample(samples, i) + ", white is " + white);
      }
    }
    int row = width * channels;
    float most = numbers ? WHITE : white;
    return new StoredPixels() {
      @Override
      public Shape shape() {
        return Shape.of(height, width, channels);
      }

      @Override
      public void read(int x, int y, int columns, int rows, float[] values) {
        for (int i = 0; i < rows * columns * channels; i++) {
          int at = (y + i / (columns * channels)) * row + x * channels + i % (columns * channels);
          values[i] = sample(samples, at) * WHITE / most;
        }
      }
    };
  }

  private int sample(byte[] samples, int at) {
    return sampleBytes() == 1
        ? samples[at] & 0xFF
        : (samples[2 * at] & 0xFF) << Byte.SIZE | (samples[2 * at + 1] & 0xFF);
  }
}
