package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.TerminalPicture.Mode;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Contact sheets and pictures in a terminal. */
final class ShowTest {
  @Test
  void asciiTakesTwoRowsALetter() {
    Tensor t = Pictures.grey("0 255; 0 255; 128 0");
    assertThat(TerminalPicture.lines(t, Mode.ASCII, 10)).containsExactly(" @", "+ ");
  }

  @Test
  void trueColourShowsUpperAndLowerPixel() {
    Tensor t = Tensor.of(Shape.of(2, 1, 3), 1, 2, 3, 4, 5, 6);
    assertThat(TerminalPicture.lines(t, Mode.TRUE_COLOUR, 10))
        .containsExactly("\u001b[38;2;1;2;3m\u001b[48;2;4;5;6m▀\u001b[0m");
    assertThat(TerminalPicture.lines(Pictures.grey("7 7 7"), Mode.TRUE_COLOUR, 10))
        .containsExactly("\u001b[38;2;7;7;7m▀▀▀\u001b[0m");
  }

  /** Numbers of the usual table of 256 colours. */
  @Test
  void coloursOf256() {
    assertThat(TerminalPicture.colour256(0, 0, 0)).isEqualTo(16);
    assertThat(TerminalPicture.colour256(255, 255, 255)).isEqualTo(231);
    assertThat(TerminalPicture.colour256(128, 128, 128)).isEqualTo(244);
    assertThat(TerminalPicture.colour256(255, 0, 0)).isEqualTo(196);
    assertThat(TerminalPicture.colour256(95, 135, 215)).isEqualTo(68);
    assertThat(TerminalPicture.lines(Pictures.grey("0; 255"), Mode.COLOURS_256, 10))
        .containsExactly("\u001b[38;5;16m\u001b[48;5;231m▀\u001b[0m");
  }

  @Test
  void widePicturesAreReducedAndStandSideBySide() {
    List<String> lines = TerminalPicture.lines(Tensor.zeros(Shape.of(40, 80, 3)), Mode.ASCII, 20);
    assertThat(lines).hasSize(5).allMatch(l -> l.length() == 20);
    assertThat(
            TerminalPicture.sideBySide(
                List.of(List.of("ab", "cd"), List.of("ef", "gh")), List.of("7", "nine"), 2))
        .containsExactly("ab  ef", "cd  gh", "7   ni");
  }

  /** Cells of 16 pixels with 8 before and between them. */
  @Test
  void rowsAreAsLongAsWanted() {
    ContactSheet sheet = new ContactSheet(16, 16, Lettering.ofPixels()).columns(3);
    for (int i = 0; i < 4; i++) {
      sheet.add(Tensor.full(Shape.of(16, 16, 1), 100), "");
    }
    assertThat(sheet.toImage().getWidth()).isEqualTo(3 * 24 + 8);
    assertThatThrownBy(() -> sheet.columns(0))
        .hasMessage("a contact sheet of 0 columns: 1 or more expected");
  }

  @Test
  void sheetHasEveryPictureAndLabel() {
    ContactSheet sheet = new ContactSheet(16, 16, Lettering.ofPixels());
    sheet.add(Tensor.full(Shape.of(8, 8, 1), 100), "a");
    sheet.add(Pictures.pattern(40, 20, 3, 1), "b");
    BufferedImage image = sheet.toImage();
    assertThat(image.getRGB(0, 0)).isEqualTo(0xFFFFFFFF);
    assertThat(image.getRGB(8, 8)).isEqualTo(0xFF646464);
    assertThat(image.getRGB(23, 23)).isEqualTo(0xFF646464);
    // the row below the picture where the letter A begins: .###. in ink
    assertThat(image.getRGB(9, 8 + 16 + 4)).isEqualTo(0xFF202020);
    assertThat(image.getRGB(8, 8 + 16 + 4)).isEqualTo(0xFFFFFFFF);
    assertThatThrownBy(() -> new ContactSheet(4, 4).toImage())
        .hasMessage("a contact sheet without pictures");
    assertThatThrownBy(() -> new ContactSheet(0, 4))
        .hasMessage("cells of 0×4 pixels: 1 or more expected");
  }

  @Test
  void sheetOfEveryKernel() {
    Tensor picture = Pictures.pattern(60, 90, 3, 2);
    BufferedImage sheet = ContactSheet.ofKernels(picture, 30, Lettering.ofPixels()).toImage();
    Tensor shown = Images.resize(picture, 20, 30);
    List<ImageFilter> kernels = ImageKernels.all();
    int longest = kernels.stream().mapToInt(k -> k.name().length()).max().orElseThrow();
    int stepX = Math.max(30, longest * PixelFont.ADVANCE) + 8;
    int stepY = 20 + 4 + PixelFont.HEIGHT + 8;
    int columns = (sheet.getWidth() - 8) / stepX;
    assertThat(sheet.getWidth()).isEqualTo(columns * stepX + 8);
    assertThat(sheet.getHeight()).isEqualTo(Math.ceilDiv(kernels.size(), columns) * stepY + 8);
    Set<List<Integer>> pictures = new HashSet<>();
    for (int i = 0; i < kernels.size(); i++) {
      ImageFilter kernel = kernels.get(i);
      BufferedImage cell =
          sheet.getSubimage(8 + i % columns * stepX, 8 + i / columns * stepY, stepX - 8, stepY - 8);
      List<Integer> seen = pixels(cell.getSubimage(0, 0, 30, 20));
      assertThat(seen).as(kernel.name()).isEqualTo(pixelsOf(kernel.apply(shown)));
      pictures.add(seen);
      BufferedImage label = new BufferedImage(stepX - 8, PixelFont.HEIGHT, cell.getType());
      label.createGraphics().fillRect(0, 0, label.getWidth(), label.getHeight());
      PixelFont.draw(label, 0, 0, kernel.name(), 0x202020);
      assertThat(pixels(cell.getSubimage(0, 24, label.getWidth(), label.getHeight())))
          .as("label " + kernel.name())
          .isEqualTo(pixels(label));
    }
    assertThat(pictures).as("kernels that look different").hasSize(kernels.size());
  }

  private static List<Integer> pixels(BufferedImage image) {
    int w = image.getWidth();
    int[] rgb = image.getRGB(0, 0, w, image.getHeight(), null, 0, w);
    return Arrays.stream(rgb).boxed().toList();
  }

  /** Returns the colours 0xFFRRGGBB of a picture of rounded and limited values. */
  private static List<Integer> pixelsOf(Tensor picture) {
    int channels = picture.shape().dim(2);
    List<Integer> colours = new ArrayList<>();
    for (int i = 0; i < picture.data().length; i += channels) {
      int red = Math.clamp(Math.round(picture.data()[i]), 0, 255);
      int green = Math.clamp(Math.round(picture.data()[i + channels / 2]), 0, 255);
      int blue = Math.clamp(Math.round(picture.data()[i + channels - 1]), 0, 255);
      colours.add(0xFF000000 | red << 16 | green << 8 | blue);
    }
    return colours;
  }

  /**
   * Pictures of 40 × 10 in cells of 40 × 40 take 10 rows, and a row of high ones its own height.
   */
  @Test
  void sheetsOfWidePicturesWasteNoHeight() {
    ContactSheet sheet = new ContactSheet(40, 40, Lettering.ofPixels());
    for (int i = 0; i < 4; i++) {
      sheet.add(Tensor.zeros(Shape.of(10, 40, 1)), "wide");
    }
    // steps of 48 × 29: round(√(4 · 29 / 48)) = 2 columns
    assertThat(sheet.toImage().getHeight()).isEqualTo(8 + 2 * (10 + 4 + 7 + 8));
    for (int i = 0; i < 2; i++) {
      sheet.add(Tensor.zeros(Shape.of(40, 20, 1)), "high");
    }
    // steps of 48 × 59: round(√(6 · 59 / 48)) = 3 columns; the first row is of wide ones
    assertThat(sheet.toImage().getHeight()).isEqualTo(8 + 10 + 19 + 40 + 19);
  }

  /** Distinct letters look distinct, and every one has ink except the space. */
  @Test
  void lettersAreDistinct() {
    String letters = " -.:%/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ×+#_()√=?~";
    Set<String> forms = new HashSet<>();
    for (int i = 0; i < letters.length(); i++) {
      BufferedImage image = new BufferedImage(6, 7, BufferedImage.TYPE_INT_RGB);
      PixelFont.draw(image, 0, 0, letters.substring(i, i + 1), 0xFFFFFF);
      StringBuilder form = new StringBuilder();
      for (int p = 0; p < 42; p++) {
        form.append((image.getRGB(p % 6, p / 6) & 1) == 1 ? '#' : '.');
      }
      forms.add(form.toString());
    }
    assertThat(forms).hasSize(letters.length());
  }
}
