package dev.fovea.vision;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.stream.ImageInputStream;

/**
 * What stands before the pixels of a JPEG file, and how its colours are stored.
 *
 * <p>The colours are told as libjpeg tells them. Of three components, a JFIF mark means luminance
 * and two differences of colour (YCbCr); without it Adobe's mark decides, and without that the
 * numbers of the components: the letters R, G, B mean these colours, all others YCbCr. Of four
 * components, Adobe's mark decides between inks (CMYK) and their YCbCr form (YCCK).
 *
 * @param frame what the frame's segment says
 * @param colours how the colours are stored
 * @param orientation how the picture is seen
 * @param parts where the segments stand that the decoder needs, the last of them up to the end
 */
record JpegHeader(Frame frame, Colours colours, Orientation orientation, List<Part> parts) {
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int COMMENT = 0xFE;
  private static final int APPLICATION = 0xE0;

  /** More bytes that belong to no marker make the file no JPEG. */
  private static final int MOST_EXTRANEOUS = 1 << 16;

  /** How the values of a pixel make its colour. */
  enum Colours {
    GREY,
    RGB,
    YCC,
    CMYK,
    YCCK,
    /** Another number of values. */
    UNKNOWN
  }

  /** Bytes of the file. */
  record Part(long start, int length) {}

  /**
   * The segment of the frame.
   *
   * @param process the number of the coding, its marker: 0xC0 to 0xC2 are read
   * @param precision bits a value
   * @param height in pixels
   * @param width in pixels
   * @param identifiers a number for each component
   */
  record Frame(int process, int precision, int height, int width, List<Integer> identifiers) {
    static Frame read(int process, byte[] data) throws IOException {
      int components = data.length < 6 ? 0 : data[5] & 0xFF;
      if (components == 0 || data.length < 6 + 3 * components) {
        throw new IOException("a frame of " + data.length + " bytes");
      }
      List<Integer> identifiers = new ArrayList<>();
      for (int c = 0; c < components; c++) {
        identifiers.add(data[6 + 3 * c] & 0xFF);
      }
      int height = (data[1] & 0xFF) << Byte.SIZE | (data[2] & 0xFF);
      int width = (data[3] & 0xFF) << Byte.SIZE | (data[4] & 0xFF);
      return new Frame(process, data[0] & 0xFF, height, width, identifiers);
    }
  }

  /** Reads the markers before the first scan. */
  static JpegHeader read(ImageInputStream in) throws IOException {
    try {
      return new Markers(in).read();
    } catch (EOFException e) {
      throw new IOException("ends before the pixels", e);
    }
  }

  /**
   * Returns the file without profiles, comments and bytes that belong to no marker, at which the
   * decoder could fail, and with two bytes at its end for the mark of the end.
   */
  byte[] stripped(ImageInputStream in) throws IOException {
    byte[] file = new byte[Math.toIntExact(strippedLength())];
    int at = 0;
    for (Part part : parts) {
      in.seek(part.start);
      in.readFully(file, at, part.length);
      at += part.length;
    }
    file[at] = (byte) 0xFF;
    file[at + 1] = (byte) END;
    return file;
  }

  /** Returns the number of bytes of the stripped file. */
  long strippedLength() {
    return 2 + parts.stream().mapToLong(Part::length).sum();
  }

  /** Returns the number of values a pixel. */
  int components() {
    return frame.identifiers.size();
  }

  /** Collects what the markers say, up to the first scan. */
  private static final class Markers {
    private final ImageInputStream in;
    private final List<Part> parts = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private boolean jfif;
    private int adobe = -1;
    private Orientation orientation = Orientation.AS_STORED;

    Markers(ImageInputStream in) {
      this.in = in;
    }

    JpegHeader read() throws IOException {
      in.seek(2);
      parts.add(new Part(0, 2));
      for (int marker = next(); marker != SCAN; marker = next()) {
        boolean alone = marker == 0x01 || (marker >= 0xD0 && marker <= START);
        if (!alone) {
          segment(marker);
        }
      }
      if (frames.isEmpty()) {
        throw new IOException("has no size");
      }
      long scan = in.getStreamPosition() - 2;
      parts.add(new Part(scan, Math.toIntExact(in.length() - scan)));
      return new JpegHeader(frames.getFirst(), colours(frames.getFirst()), orientation, parts);
    }

    /** Moves past the next marker, over bytes that belong to none, and returns its number. */
    private int next() throws IOException {
      int last = 0;
      for (int i = 0; i < MOST_EXTRANEOUS; i++) {
        int value = in.readUnsignedByte();
        if (last == 0xFF && value != 0 && value != 0xFF) {
          if (value == END) {
            throw new IOException("ends before the pixels");
          }
          return value;
        }
        last = value;
      }
      throw new IOException("no marker where one is due");
    }

    private void segment(int marker) throws IOException {
      long start = in.getStreamPosition() - 2;
      int length = in.readUnsignedShort();
      long end = start + 2 + length;
      if (length < 2 || end > in.length()) {
        throw new IOException("ends before the pixels");
      }
      boolean application = marker >= APPLICATION && marker < APPLICATION + 16;
      if (application) {
        application(marker - APPLICATION, length - 2);
      } else if (marker != COMMENT) {
        parts.add(new Part(start, length + 2));
        boolean table = marker == 0xC4 || marker == 0xC8 || marker == 0xCC;
        if (marker >= 0xC0 && marker <= 0xCF && !table) {
          byte[] data = new byte[length - 2];
          in.readFully(data);
          frames.add(Frame.read(marker, data));
        }
      }
      in.seek(end);
    }

    private void application(int number, int length) throws IOException {
      long start = in.getStreamPosition();
      byte[] data = new byte[Math.min(12, length)];
      in.readFully(data);
      if (number == 0 && length >= 14 && begins(data, "JFIF\0")) {
        jfif = true;
      } else if (number == 14 && length >= 12 && begins(data, "Adobe")) {
        adobe = data[11] & 0xFF;
      } else if (number == 1
          && begins(data, "Exif\0")
          && orientation.equals(Orientation.AS_STORED)) {
        orientation = Orientation.read(in, start + 6);
      }
    }

    private static boolean begins(byte[] data, String text) {
      byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
      return data.length >= wanted.length
          && Arrays.equals(data, 0, wanted.length, wanted, 0, wanted.length);
    }

    private Colours colours(Frame frame) {
      return switch (frame.identifiers.size()) {
        case 1 -> Colours.GREY;
        case 3 -> isRgb(frame) ? Colours.RGB : Colours.YCC;
        case 4 -> adobe <= 0 ? Colours.CMYK : Colours.YCCK;
        default -> Colours.UNKNOWN;
      };
    }

    private boolean isRgb(Frame frame) {
      List<Integer> letters = List.of((int) 'R', (int) 'G', (int) 'B');
      return !jfif && (adobe >= 0 ? adobe == 0 : frame.identifiers.equals(letters));
    }
  }
}
