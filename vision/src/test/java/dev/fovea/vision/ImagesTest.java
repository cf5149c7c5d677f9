package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.SharedData;
import dev.fovea.io.HeapBound;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImagesTest {
  @TempDir private Path dir;

  private Path image(String name, String format, BufferedImage image) throws IOException {
    Path file = dir.resolve(name);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
    return file;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void pngReadsBackExactly(int channels) {
    Path file = dir.resolve("a/p.png");
    Tensor p = Pictures.pattern(5, 7, channels, 1);
    Images.writePng(file, p);
    Tensor back = Images.read(file);
    assertThat(back.shape()).isEqualTo(p.shape());
    assertThat(back.data()).isEqualTo(p.data());
    assertThat(Images.of(Images.toBufferedImage(p)).data()).isEqualTo(p.data());
  }

  @Test
  void valuesAreRoundedAndLimited() {
    Tensor t = Tensor.of(Shape.of(1, 4, 1), -5, 1.4f, 1.6f, 300);
    assertThat(Images.of(Images.toBufferedImage(t)).data()).containsExactly(0, 1, 2, 255);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_4BYTE_ABGR
      })
  void everyOrderOfBandsGivesRgb(int type) {
    BufferedImage image = new BufferedImage(2, 1, type);
    image.setRGB(0, 0, 0xFF102030);
    image.setRGB(1, 0, 0xFFF0E0D0);
    assertThat(Images.of(image).data()).containsExactly(16, 32, 48, 240, 224, 208);
  }

  /** Colour c with opacity a on white is a c + (1 − a) 255. */
  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_INT_ARGB_PRE})
  void transparencyIsPutOnWhite(int type) {
    BufferedImage image = new BufferedImage(2, 1, type);
    image.setRGB(0, 0, 0x00FFFFFF);
    image.setRGB(1, 0, 0x33FF0000); // a = 51/255 = 1/5
    float[] v = Images.of(image).data();
    assertThat(Arrays.copyOf(v, 4)).containsExactly(255, 255, 255, 255);
    assertThat(v[4]).isCloseTo(204, within(0.01f));
    assertThat(v[5]).isCloseTo(204, within(0.01f));
  }

  @Test
  void palettesAreGreyWhereTheyCanBe() throws IOException {
    BufferedImage binary = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_BINARY);
    binary.setRGB(1, 0, 0xFFFFFFFF);
    Tensor t = Images.read(image("b.png", "png", binary));
    assertThat(t.shape()).isEqualTo(Shape.of(1, 3, 1));
    assertThat(t.data()).containsExactly(0, 255, 0);
    BufferedImage indexed = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(0, 0, 0xFFFF0000);
    assertThat(Images.read(image("i.gif", "gif", indexed)).data()).containsExactly(255, 0, 0);
  }

  @Test
  void sixteenBitsKeepTheirFraction() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 65535, 1000});
    Tensor t = Images.read(image("s.png", "png", image));
    assertThat(t.data()[1]).isEqualTo(255);
    assertThat(t.data()[2]).isCloseTo(1000 / 257f, within(1e-4f));
  }

  @Test
  void packedFiveBitsSpanTheWholeRange() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
    image.getRaster().setPixel(0, 0, new int[] {31, 63, 0});
    assertThat(Images.of(image).data()).containsExactly(255, 255, 0);
  }

  @Test
  void whatIsNoPictureIsToldInOneLine() throws IOException {
    Path text = Files.write(dir.resolve("t.png"), "hello".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Images.read(text))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            text
                + ": not a picture that can be read, expected PNG, JPEG, GIF, BMP, TIFF, PGM or PPM;"
                + " it begins with the bytes 68 65 6c 6c");
    Path empty = Files.createFile(dir.resolve("e.jpg"));
    assertThatThrownBy(() -> Images.read(empty)).hasMessageEndingWith("; the file is empty");
    assertThatThrownBy(() -> Images.read(dir))
        .hasMessage(dir + ": a folder, expected a picture (PNG, JPEG, GIF, BMP, TIFF, PGM or PPM)");
    assertThatThrownBy(() -> Images.read(dir.resolve("none")))
        .hasMessageStartingWith(dir.resolve("none") + ": no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tif"})
  void cutFilesAreDamagedPictures(String format) throws IOException {
    BufferedImage image = Images.toBufferedImage(Pictures.pattern(64, 64, 3, 5));
    byte[] whole = Files.readAllBytes(image("w." + format, format, image));
    assertThat(Images.read(dir.resolve("w." + format)).shape()).isEqualTo(Shape.of(64, 64, 3));
    Path cut = Files.write(dir.resolve("cut." + format), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> Images.read(cut))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(cut.toString())
        .hasMessageMatching("[^\n]*");
  }

  /** Returns a PNG without pixels: colour 0 is grey, 2 RGB, 6 RGB with opacity. */
  private Path pngHeader(int width, int height, int colour) throws IOException {
    ByteBuffer b = ByteBuffer.allocate(8 + 25 + 12);
    b.putLong(0x89504E470D0A1A0AL).putInt(13);
    byte[] header =
        ByteBuffer.allocate(17)
            .put("IHDR".getBytes(StandardCharsets.US_ASCII))
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, (byte) colour, 0, 0, 0})
            .array();
    CRC32 crc = new CRC32();
    crc.update(header);
    b.put(header).putInt((int) crc.getValue());
    b.putInt(0).put("IDAT".getBytes(StandardCharsets.US_ASCII)).putInt(0x35AF061E);
    return Files.write(dir.resolve("h.png"), b.array());
  }

  /** A PNG header that claims 60,000 by 60,000 pixels is refused before they are reserved. */
  @Test
  void hugePicturesAreRefusedByTheirHeader() throws IOException {
    Path file = pngHeader(60_000, 60_000, 2);
    assertThatThrownBy(() -> Images.read(file))
        .isInstanceOf(FoveaException.class)
        .hasMessage(file + ": a picture of 60000×60000 pixels, allowed are 1 to 100000000 in all");
  }

  /** 57 bytes cannot hold 81 million pixels, for which a gigabyte would be reserved. */
  @Test
  void fewBytesOfManyPixelsAreRefused() throws IOException {
    Path file = pngHeader(9000, 9000, 0);
    assertThatThrownBy(() -> new PictureReader(new HeapBound(1L << 40)).readWhole(file, true))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            file + ": a damaged picture: 9000×9000 pixels in " + Files.size(file) + " bytes");
  }

  /**
   * A pixel takes its decoded bytes and a float for each channel: grey 1 + 4, RGB 3 + 12, with
   * opacity 4 + 12. The bound lies one byte below or at 1000 × 1000 of them.
   */
  @ParameterizedTest
  @CsvSource({"0, 5", "2, 15", "6, 16"})
  void picturesThatDoNotFitInMemoryAreRefusedByTheirHeader(int colour, int perPixel)
      throws IOException {
    Path file = pngHeader(1000, 1000, colour);
    long needed = 1_000_000L * perPixel;
    long mebibyte = 1 << 20;
    assertThatThrownBy(() -> new PictureReader(new HeapBound(needed - 1)).readWhole(file, true))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            file
                + ": a picture of 1000×1000 pixels needs %d MiB of memory, allowed are %d,"
                    .formatted(Math.ceilDiv(needed, mebibyte), (needed - 1) / mebibyte)
                + " half of Java's heap; java -Xmx raises it");
    assertThatThrownBy(() -> new PictureReader(new HeapBound(needed)).readWhole(file, true))
        .hasMessageStartingWith(file + ": a damaged picture: ");
  }

  /**
   * Four pixels to two: centres 1 and 3, triangle of reach 2, weights 3/4, 3/4, 1/4 of the first
   * three pixels over 7/4.
   */
  @Test
  void shrinkingAverages() {
    Tensor t = Images.resize(Pictures.grey("7 14 21 28"), 1, 2);
    assertThat(t.data()[0]).isCloseTo((3 * 7 + 3 * 14 + 21) / 7f, within(1e-4f));
    assertThat(t.data()[1]).isCloseTo((14 + 3 * 21 + 3 * 28) / 7f, within(1e-4f));
  }

  /** Two pixels to four: centres ¼, ¾, 1¼, 1¾ give 1, ¾ and ¼, ¼ and ¾, 1. */
  @Test
  void growingInterpolates() {
    assertThat(Images.resize(Pictures.grey("0 4"), 1, 4).data()).containsExactly(0, 1, 3, 4);
    assertThat(Images.resize(Pictures.grey("0; 4"), 4, 1).data()).containsExactly(0, 1, 3, 4);
    assertThat(Images.resize(Pictures.grey("0 4; 8 12"), 4, 4).data())
        .containsExactly(0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12);
  }

  @Test
  void resizingKeepsConstantsAndChannelsApart() {
    Tensor t = Tensor.zeros(Shape.of(13, 17, 3));
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = 50 * (i % 3 + 1);
    }
    Tensor r = Images.resize(t, 5, 40);
    assertThat(r.shape()).isEqualTo(Shape.of(5, 40, 3));
    for (int i = 0; i < r.data().length; i++) {
      assertThat(r.data()[i]).isCloseTo(50 * (i % 3 + 1), within(1e-3f));
    }
    assertThatThrownBy(() -> Images.resize(t, 0, 3))
        .hasMessage("size 0×3 of a picture: 1 or more expected");
    assertThatThrownBy(() -> Images.resize(Tensor.zeros(Shape.of(2, 2)), 1, 1))
        .hasMessage("a tensor [2,2] is no picture, expected [H, W, 1] or [H, W, 3]");
  }

  @Test
  void cropsTheMiddle() {
    Tensor t = Pictures.grey("1 2 3 4; 5 6 7 8; 9 10 11 12");
    assertThat(Images.centreCrop(t, 1, 2).data()).containsExactly(6, 7);
    assertThat(Images.centreCrop(t, 2, 3).data()).containsExactly(1, 2, 3, 5, 6, 7);
    assertThatThrownBy(() -> Images.centreCrop(t, 4, 4))
        .hasMessage("no crop of 4×4 from a picture of 3×4");
  }

  @Test
  void partsAndCellsAreCutOut() {
    Tensor t = Pictures.grey("1 2 3 4; 5 6 7 8");
    assertThat(Images.part(t, 0, 2, 2, 2).data()).containsExactly(3, 4, 7, 8);
    assertThat(Images.cells(t, 1, 2))
        .extracting(Tensor::data)
        .containsExactly(
            new float[] {1, 2}, new float[] {3, 4}, new float[] {5, 6}, new float[] {7, 8});
    assertThatThrownBy(() -> Images.part(t, 1, 0, 2, 2))
        .hasMessage("no part of 2×2 at row 1 and column 0 of a picture of 2×4");
    assertThatThrownBy(() -> Images.cells(t, 2, 3))
        .hasMessage("a sheet of 2×4 pixels does not divide into cells of 2×3");
  }

  @Test
  void greyIsRec601() {
    Tensor rgb = Tensor.of(Shape.of(1, 2, 3), 255, 0, 0, 10, 20, 30);
    assertThat(Images.toGrey(rgb).data()[0]).isCloseTo(76.245f, within(1e-3f));
    assertThat(Images.toGrey(rgb).data()[1]).isCloseTo(2.99f + 11.74f + 3.42f, within(1e-4f));
    assertThat(Images.toRgb(Pictures.grey("1 2")).data()).containsExactly(1, 1, 1, 2, 2, 2);
  }

  @Test
  void preprocessingMakesInputs() {
    Preprocessing rule =
        Preprocessing.scaled(Shape.of(2, 2, 1)).withMeanAndStd(List.of(0.5f), List.of(0.25f));
    Tensor wide = Pictures.pattern(4, 8, 3, 2);
    Tensor input = Images.apply(rule, wide);
    assertThat(input.shape()).isEqualTo(Shape.of(2, 2, 1));
    Tensor grey = Images.resize(Images.toGrey(wide), 2, 2);
    for (int i = 0; i < 4; i++) {
      assertThat(input.data()[i]).isEqualTo(rule.normalize(grey.data()[i], 0));
      assertThat(Images.restore(rule, input).data()[i]).isCloseTo(grey.data()[i], within(1e-3f));
    }
    Tensor crop = Images.apply(rule.withResize(Preprocessing.Resize.CROP), wide);
    Tensor middle = Images.centreCrop(Images.resize(Images.toGrey(wide), 2, 4), 2, 2);
    assertThat(crop.data()[3]).isEqualTo(rule.normalize(middle.data()[3], 0));
    Tensor exact = Pictures.grey("1 2; 3 4");
    assertThat(Images.apply(rule, exact)).isNotSameAs(exact);
    assertThat(exact.data()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void realPhotographs() {
    SharedData.find("photos")
        .ifPresent(photos -> {
          assertThat(Images.read(photos.resolve("camera.png")).shape())
              .isEqualTo(Shape.of(512, 512, 1));
          assertThat(Images.read(photos.resolve("dog.jpg")).shape())
              .isEqualTo(Shape.of(576, 768, 3));
        });
  }
}
