package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Real type where the machine has some, letters of pixels where it has none. */
final class LetteringTest {
  private static final Lettering PIXELS = Lettering.ofPixels();

  private static List<Integer> drawn(Lettering lettering, String text) {
    BufferedImage image = new BufferedImage(200, 30, BufferedImage.TYPE_INT_RGB);
    lettering.draw(image, 2, 3, text, 0xFFFFFF);
    return Arrays.stream(image.getRGB(0, 0, 200, 30, null, 0, 200)).boxed().toList();
  }

  @Test
  void machinesWithoutFontsGetLettersOfPixels() {
    for (Throwable failure :
        new Throwable[] {
          new NullPointerException("fontconfig"),
          new UnsatisfiedLinkError("freetype"),
          new NoClassDefFoundError("sun.font.SunFontManager"),
          new InternalError("no fonts")
        }) {
      Lettering without =
          Lettering.of(() -> {
            if (failure instanceof RuntimeException e) {
              throw e;
            }
            throw (Error) failure;
          });
      assertThat(without.height()).isEqualTo(PixelFont.HEIGHT);
      assertThat(drawn(without, "Cat 7")).isEqualTo(drawn(PIXELS, "Cat 7"));
    }
  }

  @Test
  void namesAreDrawnAsTheyAreWritten() {
    Lettering real = Lettering.ofThisMachine();
    if (real.height() == PixelFont.HEIGHT) {
      System.out.println("LetteringTest: this machine has no fonts, only letters of pixels");
      return;
    }
    assertThat(real.height()).isBetween(12, 24);
    assertThat(drawn(real, "cat")).isNotEqualTo(drawn(real, "CAT"));
    assertThat(drawn(real, "cat")).isNotEqualTo(drawn(real, "   "));
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    if (font.canDisplayUpTo("\u00e9\u03b1\u0436") < 0) {
      assertThat(drawn(real, "\u03b1")).isNotEqualTo(drawn(real, "\u0436"));
    }
  }

  @Test
  void onlyWhatIsTooWideIsCut() {
    Lettering real = Lettering.ofThisMachine();
    for (Lettering l : List.of(PIXELS, real)) {
      String name = "a very long name of a class";
      assertThat(l.fitted(name, l.width(name))).isEqualTo(name);
      String cut = l.fitted(name, l.width(name) - 1);
      assertThat(cut).startsWith("a very long name of").hasSizeLessThanOrEqualTo(name.length());
      assertThat(l.width(cut)).isLessThan(l.width(name));
      assertThat(l.fitted(name, 1)).isEmpty();
    }
    assertThat(PIXELS.fitted("abcdef", 24)).isEqualTo("abc.");
    String cats = "\ud83d\udc08\ud83d\udc08\ud83d\udc08";
    assertThat(PIXELS.fitted(cats, 4 * 6)).isEqualTo("\ud83d\udc08.");
  }

  /** A quarter turn to the left: (x, y) of the line lies at (y, −x). */
  @Test
  void linesMayBeReadFromBelow() {
    BufferedImage flat = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    PIXELS.draw(flat, 0, 0, "fun", 0xFFFFFF);
    BufferedImage turned = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    PIXELS.drawUpwards(turned, 5, 30, "fun", 0, 0xFFFFFF);
    for (int y = 0; y < 7; y++) {
      for (int x = 0; x < 18; x++) {
        assertThat(turned.getRGB(5 + y, 29 - x)).isEqualTo(flat.getRGB(x, y));
      }
    }
  }
}
