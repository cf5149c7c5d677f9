package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first picture of a GIF file lies on its screen; PNG and TIFF files are turned as marked. */
final class GifAndPngTest {
  private static final int[] COLOURS = {10, 20, 30, 200, 0, 0, 0, 220, 5, 250, 250, 10};

  @TempDir private Path dir;

  /**
   * Returns a GIF of four colours whose picture is 2 × 2: indices 0 1 / 2 3, at (1, 2) of the
   * screen. The codes of 3 bits are 4 (clear) 0 1 4 2 3 5 (end), the lowest bits first.
   */
  private static byte[] gif(int width, int height, int transparent, boolean palette) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[] {(byte) width, 0, (byte) height, 0});
    out.writeBytes(new byte[] {(byte) (palette ? 0x81 : 0x01), 2, 0});
    for (int i = 0; palette && i < COLOURS.length; i++) {
      out.write(COLOURS[i]);
    }
    if (transparent >= 0) {
      out.writeBytes(new byte[] {'!', (byte) 0xF9, 4, 1, 0, 0, (byte) transparent, 0});
    }
    out.writeBytes(new byte[] {',', 1, 0, 2, 0, 2, 0, 2, 0, 0, 2});
    long bits = 0;
    int[] codes = {4, 0, 1, 4, 2, 3, 5};
    for (int i = 0; i < codes.length; i++) {
      bits |= (long) codes[i] << (3 * i);
    }
    out.writeBytes(new byte[] {3, (byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), 0, ';'});
    return out.toByteArray();
  }

  /** As PIL's first frame: around it the first colour, or nothing if a colour is transparent. */
  @ParameterizedTest
  @CsvSource({"5, 6, -1, 5, 6", "5, 6, 1, 5, 6", "1, 1, -1, 3, 4"})
  void gifLiesOnItsScreen(int width, int height, int transparent, int seenWidth, int seenHeight)
      throws IOException {
    Tensor t =
        Images.read(Files.write(dir.resolve("p.gif"), gif(width, height, transparent, true)));
    assertThat(t.shape()).isEqualTo(Shape.of(seenHeight, seenWidth, 3));
    for (int i = 0; i < t.data().length; i++) {
      int x = i / 3 % seenWidth - 1;
      int y = i / 3 / seenWidth - 2;
      boolean inside = x >= 0 && x < 2 && y >= 0 && y < 2;
      int index = inside ? 2 * y + x : Math.max(transparent, 0);
      int expected = index == transparent ? 255 : COLOURS[3 * index + i % 3];
      assertThat(t.data()[i]).as("value " + i).isEqualTo(expected);
    }
  }

  @Test
  void gifWithoutColoursIsGrey() throws IOException {
    Tensor t = Images.read(Files.write(dir.resolve("p.gif"), gif(3, 4, -1, false)));
    assertThat(t.shape()).isEqualTo(Shape.of(4, 3, 1));
    assertThat(t.data()).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 3);
  }

  /** Returns a PNG with a chunk of Exif before its end. */
  private Path marked(Tensor picture, int orientation) throws IOException {
    Path file = dir.resolve("p.png");
    Images.writePng(file, picture);
    byte[] whole = Files.readAllBytes(file);
    byte[] exif = JpegTest.exif(ByteOrder.BIG_ENDIAN, orientation);
    byte[] named = JpegBytes.text("eXIf", exif);
    CRC32 crc = new CRC32();
    crc.update(named);
    ByteBuffer all = ByteBuffer.allocate(whole.length + named.length + 8);
    all.put(whole, 0, whole.length - 12).putInt(exif.length).put(named);
    all.putInt((int) crc.getValue()).put(whole, whole.length - 12, 12);
    return Files.write(file, all.array());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void pngIsTurnedAsMarked(int orientation) throws IOException {
    Tensor stored = Pictures.pattern(5, 37, 3, 4);
    Path file = marked(stored, orientation);
    Tensor seen = JpegTest.seen(stored, orientation);
    assertThat(Images.read(file).shape()).isEqualTo(seen.shape());
    assertThat(Images.read(file).data()).isEqualTo(seen.data());
    assertThat(Images.readAsStored(file).data()).isEqualTo(stored.data());
  }

  /** A grey TIFF of 3 × 2 without compression: eight entries of its directory, then six bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6, 8})
  void tiffIsTurnedAsMarked(int orientation) throws IOException {
    int[][] entries = {
      {256, 3},
      {257, 2},
      {258, 8},
      {259, 1},
      {262, 1},
      {273, 122},
      {274, orientation},
      {278, 2},
      {279, 6}
    };
    ByteBuffer tiff = ByteBuffer.allocate(8 + 2 + 12 * entries.length + 4 + 6);
    tiff.putShort((short) 0x4D4D).putShort((short) 42).putInt(8).putShort((short) entries.length);
    for (int[] e : entries) {
      tiff.putShort((short) e[0]).putShort((short) 3).putInt(1).putInt(e[1] << 16);
    }
    tiff.putInt(0).put(new byte[] {1, 2, 3, 4, 5, 6});
    Path file = Files.write(dir.resolve("p.tif"), tiff.array());
    Tensor stored = Tensor.of(Shape.of(2, 3, 1), 1, 2, 3, 4, 5, 6);
    assertThat(Images.read(file).data()).isEqualTo(JpegTest.seen(stored, orientation).data());
  }
}
