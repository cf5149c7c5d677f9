package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.HeapBound;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JPEG files mean what they mean to libjpeg, and so to PIL, OpenCV and torchvision: with 54 files
 * made by PIL 12.3 in these ways, all values were equal to PIL's.
 */
final class JpegTest {
  @TempDir private Path dir;

  private Tensor read(JpegBytes jpeg) throws IOException {
    return read(jpeg.bytes());
  }

  private Tensor read(byte[] bytes) throws IOException {
    return Images.read(Files.write(dir.resolve("p.jpg"), bytes));
  }

  /** Smooth colours, which JPEG of the best quality keeps to a few levels. */
  private static Tensor smooth() {
    Tensor t = Tensor.zeros(Shape.of(40, 56, 3));
    for (int i = 0; i < t.data().length; i++) {
      int x = i / 3 % 56;
      int y = i / 3 / 56;
      t.data()[i] = new float[] {250 - 4 * x, 20 + 5 * y, 30 + 2 * x + y}[i % 3];
    }
    return t;
  }

  private static JpegBytes jpeg() throws IOException {
    return JpegBytes.of(Images.toBufferedImage(smooth()), false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void coloursSurvive(boolean progressive) throws IOException {
    Tensor t = read(JpegBytes.of(Images.toBufferedImage(smooth()), progressive).withJfif());
    for (int i = 0; i < t.data().length; i++) {
      assertThat(t.data()[i]).isCloseTo(smooth().data()[i], within(9f));
    }
  }

  /**
   * Without a mark three components are YCbCr, whatever their numbers are, except the letters RGB.
   * What the components themselves are shows the file whose Adobe mark says RGB.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 2, none, YCC",
    "1, 2, 3, none, YCC",
    "34, 35, 36, none, YCC",
    "82, 71, 66, none, RGB",
    "82, 71, 66, jfif, YCC",
    "82, 71, 66, adobe1, YCC",
    "0, 1, 2, adobe0, RGB",
    "1, 2, 3, adobe0, RGB",
    "1, 2, 3, adobe2, YCC",
    "1, 2, 3, both0, YCC"
  })
  void coloursAreToldAsLibjpegTellsThem(int a, int b, int c, String mark, String colours)
      throws IOException {
    JpegBytes plain = jpeg();
    float[] ycc = read(plain.withJfif()).data();
    float[] components = read(plain.withAdobe(0)).data();
    JpegBytes file = plain.withIdentifiers(a, b, c);
    JpegBytes marked =
        switch (mark) {
          case "jfif" -> file.withJfif();
          case "adobe0" -> file.withAdobe(0);
          case "adobe1" -> file.withAdobe(1);
          case "adobe2" -> file.withAdobe(2);
          case "both0" -> file.withAdobe(0).withJfif();
          default -> file;
        };
    assertThat(read(marked).data()).isEqualTo(colours.equals("YCC") ? ycc : components);
    for (int i = 0; i < ycc.length; i += 3) {
      float y = components[i];
      float cb = components[i + 1] - 128;
      float cr = components[i + 2] - 128;
      assertThat(ycc[i]).isCloseTo(Math.clamp(y + 1.402f * cr, 0, 255), within(0.51f));
      float green = Math.clamp(y - 0.34414f * cb - 0.71414f * cr, 0, 255);
      assertThat(ycc[i + 1]).isCloseTo(green, within(0.52f));
      assertThat(ycc[i + 2]).isCloseTo(Math.clamp(y + 1.772f * cb, 0, 255), within(0.51f));
    }
  }

  /** Profiles of another space, of greys, in a wrong order, cut off and of no sense at all. */
  @Test
  void profilesChangeNothing() throws IOException {
    float[] plain = read(jpeg().withJfif()).data();
    byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] grey = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
    byte[] noise = new byte[3000];
    Arrays.fill(noise, (byte) 77);
    for (byte[] profile : new byte[][] {linear, grey, noise, Arrays.copyOf(linear, 50), {}}) {
      for (byte[] part : new byte[][] {{1, 1}, {9, 1}, {0, 0}}) {
        byte[] data = JpegBytes.text("ICC_PROFILE\0", JpegBytes.text("", part));
        byte[] all = ByteBuffer.allocate(14 + profile.length).put(data).put(profile).array();
        assertThat(read(jpeg().with(0xE2, all).withJfif()).data()).isEqualTo(plain);
      }
    }
  }

  @Test
  void bytesBeforeMarkersAreHarmless() throws IOException {
    JpegBytes jpeg = jpeg().withJfif();
    float[] plain = read(jpeg).data();
    for (int segment = 0; segment <= jpeg.segments(); segment++) {
      byte[] bytes = {1, 2, 3, 0, (byte) 0xFF, 0, 7};
      assertThat(read(jpeg.withBytesBefore(segment, bytes)).data()).isEqualTo(plain);
    }
    byte[] whole = jpeg.bytes();
    byte[] longer = Arrays.copyOf(whole, whole.length + 4);
    System.arraycopy(whole, whole.length - 2, longer, whole.length + 2, 2);
    Arrays.fill(longer, whole.length - 2, whole.length + 2, (byte) 0);
    assertThat(read(longer).data()).as("before the end").isEqualTo(plain);
    assertThat(read(Arrays.copyOf(whole, whole.length + 9)).data()).as("after").isEqualTo(plain);
    assertThat(read(Arrays.copyOf(whole, whole.length - 2)).data()).as("no end").isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void filesThatEndEarlyAreDamaged(boolean progressive) throws IOException {
    byte[] whole = JpegBytes.of(Images.toBufferedImage(smooth()), progressive).bytes();
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, whole.length * 3 / 4)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir.resolve("p.jpg") + ": a damaged picture: ends within the pixels");
    assertThatThrownBy(() -> read(Arrays.copyOf(whole, 30)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(dir.resolve("p.jpg") + ": a damaged picture: ends before the pixels");
  }

  /**
   * Inks are stored inverted. PIL: nk = 255 − K, R = nk − (C nk + 128 + ((C nk + 128) >> 8) >> 8) =
   * for the stored (200, 100, 50, 180) of each pixel 141, 71, 35.
   */
  @ParameterizedTest
  @CsvSource({"-1", "0"})
  void inksBecomeColours(int adobe) throws IOException {
    JpegBytes inks = JpegBytes.of(constant(200, 100, 50, 180));
    float[] v = read(adobe < 0 ? inks : inks.withAdobe(adobe)).data();
    for (int i = 0; i < v.length; i += 3) {
      assertThat(v[i]).isCloseTo(141, within(1f));
      assertThat(v[i + 1]).isCloseTo(71, within(1f));
      assertThat(v[i + 2]).isCloseTo(35, within(1f));
    }
  }

  /**
   * The complements of the inks are coded as YCbCr: (180, 110, 140) is the colour (197, 178, 148),
   * so the inks are stored as (58, 77, 107) and with 200 for black the colour is (45, 60, 84).
   */
  @Test
  void inksMayBeCodedAsYcc() throws IOException {
    float[] v = read(JpegBytes.of(constant(180, 110, 140, 200)).withAdobe(2)).data();
    assertThat(v[0]).isCloseTo(45, within(1f));
    assertThat(v[1]).isCloseTo(60, within(1f));
    assertThat(v[2]).isCloseTo(84, within(1f));
  }

  private static Raster constant(int... values) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, values.length, null);
    for (int i = 0; i < 256; i++) {
      raster.setPixel(i % 16, i / 16, values);
    }
    return raster;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0xC9, arithmetic coding",
    "1, 0xC3, lossless coding",
    "1, 0xC5, a coding of number 197",
    "4, 12, 12 bits a value"
  })
  void otherCodingsAreNamed(int index, String value, String what) throws IOException {
    JpegBytes other = jpeg().withFrame(index, Integer.decode(value));
    assertThatThrownBy(() -> read(other))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir.resolve("p.jpg")
                + ": a JPEG file with "
                + what
                + " is not read; save it as baseline JPEG or PNG");
  }

  /** Exif of one entry: a TIFF structure with the tag 0x0112, type 3. */
  static byte[] exif(ByteOrder order, int orientation) {
    return ByteBuffer.allocate(26)
        .order(order)
        .putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4D4D : 0x4949))
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  /** Returns the picture as seen, pixel by pixel, by the table of the Exif standard. */
  static Tensor seen(Tensor stored, int orientation) {
    int h = stored.shape().dim(0);
    int w = stored.shape().dim(1);
    boolean turned = orientation >= 5 && orientation <= 8;
    Tensor out = Tensor.zeros(Shape.of(turned ? w : h, turned ? h : w, stored.shape().dim(2)));
    for (int i = 0; i < out.data().length; i++) {
      int c = i % out.shape().dim(2);
      int x = i / out.shape().dim(2) % out.shape().dim(1);
      int y = i / out.shape().dim(2) / out.shape().dim(1);
      int[] from =
          switch (orientation) {
            case 2 -> new int[] {y, w - 1 - x};
            case 3 -> new int[] {h - 1 - y, w - 1 - x};
            case 4 -> new int[] {h - 1 - y, x};
            case 5 -> new int[] {x, y};
            case 6 -> new int[] {h - 1 - x, y};
            case 7 -> new int[] {h - 1 - x, w - 1 - y};
            case 8 -> new int[] {x, w - 1 - y};
            default -> new int[] {y, x};
          };
      out.data()[i] = stored.data()[(from[0] * w + from[1]) * out.shape().dim(2) + c];
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 0, 9})
  void orientationOfTheCameraIsApplied(int orientation) throws IOException {
    Tensor stored = read(jpeg());
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      byte[] mark = JpegBytes.text("Exif\0\0", exif(order, orientation));
      Tensor seen = read(jpeg().with(0xE1, mark));
      assertThat(seen.shape()).isEqualTo(seen(stored, orientation).shape());
      assertThat(seen.data()).isEqualTo(seen(stored, orientation).data());
      Tensor again = Images.readAsStored(dir.resolve("p.jpg"));
      assertThat(again.data()).isEqualTo(stored.data());
      Preprocessing rule = Preprocessing.scaled(Shape.of(11, 13, 1));
      assertThat(Images.read(dir.resolve("p.jpg"), rule).data())
          .isEqualTo(Images.fit(rule, seen).data());
    }
  }

  @Test
  void damagedMarksSayNothing() throws IOException {
    float[] stored = read(jpeg()).data();
    byte[] mark = JpegBytes.text("Exif\0\0", exif(ByteOrder.LITTLE_ENDIAN, 6));
    for (int length = 6; length < 18; length++) {
      assertThat(read(jpeg().with(0xE1, Arrays.copyOf(mark, length))).data()).isEqualTo(stored);
    }
    mark[10] = (byte) 0xF0;
    mark[13] = (byte) 0xF0;
    assertThat(read(jpeg().with(0xE1, mark)).data()).isEqualTo(stored);
  }

  /** The stripped file and three bytes a pixel; four bytes more a value for the whole picture. */
  @Test
  void reducedPicturesTakeThreeBytesAPixel() throws IOException {
    byte[] file = jpeg().bytes();
    Path path = Files.write(dir.resolve("p.jpg"), file);
    long decoded = file.length + 2L + 40 * 56 * 3;
    PictureReader enough = new PictureReader(new HeapBound(decoded));
    assertThat(enough.read(path, PictureRows::shape)).isEqualTo(Shape.of(40, 56, 3));
    assertThatThrownBy(() -> enough.readWhole(path, true)).hasMessageContaining(" of memory");
    PictureReader whole = new PictureReader(new HeapBound(decoded + 40 * 56 * 3 * 4));
    assertThat(whole.readWhole(path, true).shape()).isEqualTo(Shape.of(40, 56, 3));
    assertThatThrownBy(
            () -> new PictureReader(new HeapBound(decoded - 1)).read(path, PictureRows::shape))
        .hasMessageContaining("a picture of 56×40 pixels needs 1 MiB of memory, allowed are 0");
  }

  /** Eight threads with memory for one picture wait for each other. */
  @Test
  void threadsShareTheMemoryOfAReader() throws IOException {
    byte[] file = jpeg().bytes();
    Path path = Files.write(dir.resolve("p.jpg"), file);
    PictureReader one = new PictureReader(new HeapBound(file.length + 2L + 40 * 56 * 3));
    AtomicInteger now = new AtomicInteger();
    int most =
        IntStream.range(0, 64)
            .parallel()
            .map(i ->
                one.read(
                    path,
                    rows -> {
                      int open = now.incrementAndGet();
                      float[] first = new float[rows.rowLength()];
                      rows.read(0, first);
                      now.decrementAndGet();
                      return open;
                    }))
            .max()
            .orElseThrow();
    assertThat(most).isEqualTo(1);
  }
}
