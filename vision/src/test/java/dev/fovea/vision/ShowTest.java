package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.TerminalPicture.Mode;
import java.awt.image.BufferedImage;
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

  @Test
  void sheetHasEveryPictureAndLabel() {
    ContactSheet sheet = new ContactSheet(16, 16);
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
    BufferedImage image = ContactSheet.ofKernels(Pictures.pattern(60, 90, 3, 2), 30).toImage();
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x++) {
      colours.add(image.getRGB(x, 18));
    }
    assertThat(colours).hasSizeGreaterThan(20);
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
