package dev.fovea.vision;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** The segments of a JPEG file, to be taken apart and put together anew. */
final class JpegBytes {
  private final List<byte[]> segments;
  private final byte[] scan;

  private JpegBytes(List<byte[]> segments, byte[] scan) {
    this.segments = segments;
    this.scan = scan;
  }

  /** Returns a picture as a JPEG of the best quality, without marks of applications. */
  static JpegBytes of(BufferedImage image, boolean progressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam p = writer.getDefaultWriteParam();
    p.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    p.setCompressionQuality(1);
    p.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    IIOMetadata usual = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), p);
    return written(writer, new IIOImage(image, null, usual), p);
  }

  /** Returns a raster of components as they are. */
  static JpegBytes of(Raster raster) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam p = writer.getDefaultWriteParam();
    p.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    p.setCompressionQuality(1);
    return written(writer, new IIOImage(raster, null, null), p);
  }

  private static JpegBytes written(ImageWriter writer, IIOImage image, ImageWriteParam p)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, p);
    } finally {
      writer.dispose();
    }
    return parse(bytes.toByteArray());
  }

  private static JpegBytes parse(byte[] file) {
    List<byte[]> segments = new ArrayList<>();
    int at = 2;
    while (file[at + 1] != (byte) 0xDA) {
      int length = 2 + Short.toUnsignedInt(ByteBuffer.wrap(file).getShort(at + 2));
      boolean application = (file[at + 1] & 0xF0) == 0xE0;
      if (!application) {
        segments.add(Arrays.copyOfRange(file, at, at + length));
      }
      at += length;
    }
    return new JpegBytes(segments, Arrays.copyOfRange(file, at, file.length));
  }

  /** Returns the file with a segment of an application in front. */
  JpegBytes with(int marker, byte[] data) {
    byte[] segment =
        ByteBuffer.allocate(4 + data.length)
            .putShort((short) (0xFF00 | marker))
            .putShort((short) (2 + data.length))
            .put(data)
            .array();
    List<byte[]> all = new ArrayList<>(List.of(segment));
    all.addAll(segments);
    return new JpegBytes(all, scan);
  }

  JpegBytes withJfif() {
    return with(0xE0, text("JFIF\0", new byte[] {1, 1, 0, 0, 1, 0, 1, 0, 0}));
  }

  JpegBytes withAdobe(int transform) {
    return with(0xEE, text("Adobe", new byte[] {0, 100, 0, 0, 0, 0, (byte) transform}));
  }

  static byte[] text(String text, byte[] data) {
    byte[] name = text.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(name.length + data.length).put(name).put(data).array();
  }

  /** Returns the file with other numbers of its components. */
  JpegBytes withIdentifiers(int... numbers) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] segment : segments) {
      byte[] own = segment.clone();
      if (isFrame(own)) {
        for (int c = 0; c < numbers.length; c++) {
          own[10 + 3 * c] = (byte) numbers[c];
        }
      }
      all.add(own);
    }
    byte[] renamed = scan.clone();
    for (int c = 0; c < numbers.length; c++) {
      renamed[5 + 2 * c] = (byte) numbers[c];
    }
    return new JpegBytes(all, renamed);
  }

  private static boolean isFrame(byte[] segment) {
    return segment[1] >= (byte) 0xC0 && segment[1] <= (byte) 0xC2;
  }

  /** Returns the file with a byte of its frame changed: 1 is the coding, 4 the precision. */
  JpegBytes withFrame(int index, int value) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] segment : segments) {
      byte[] own = segment.clone();
      if (isFrame(own)) {
        own[index] = (byte) value;
      }
      all.add(own);
    }
    return new JpegBytes(all, scan);
  }

  /** Returns the file with bytes that belong to no marker before one of its segments. */
  JpegBytes withBytesBefore(int segment, byte... bytes) {
    List<byte[]> all = new ArrayList<>(segments);
    all.add(segment, bytes);
    return new JpegBytes(all, scan);
  }

  int segments() {
    return segments.size();
  }

  byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD8});
    segments.forEach(all::writeBytes);
    all.writeBytes(scan);
    return all.toByteArray();
  }
}
