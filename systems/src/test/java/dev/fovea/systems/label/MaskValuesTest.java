package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Mark;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What values and colours of masks stand for, as somebody says it. */
final class MaskValuesTest {
  @TempDir private Path dir;

  @BeforeEach
  void pictures() throws IOException {
    Files.createDirectories(dir.resolve("images"));
    Files.createDirectories(dir.resolve("masks"));
    Images.writePng(dir.resolve("images/a.png"), Tensor.zeros(Shape.of(2, 3, 3)));
  }

  private void mask(int channels, float... values) {
    Images.writePng(dir.resolve("masks/a.png"), Tensor.of(Shape.of(2, 3, channels), values));
  }

  private LabelSet read(String text) {
    return LabelSets.read(
        "masks", dir, List.of(), Optional.of(MaskValues.parse(text, "--mask-values")));
  }

  private float[] classes(String text) {
    return read(text).pictures().get(0).pixels().orElseThrow().classes().data();
  }

  @Test
  void greysAreWhatIsSaid() {
    mask(1, 0, 90, 90, 200, 255, 0);
    String text = "0=background,200=nucleus,90=cell,255=ignore";
    assertThat(read(text).names().classes()).containsExactly("background", "nucleus", "cell");
    assertThat(classes(text)).containsExactly(0, 2, 2, 1, Mark.Mask.IGNORED, 0);
    assertThat(classes("0=background, 200=cell, 90=cell, 255=cell"))
        .containsExactly(0, 1, 1, 1, 1, 0);
  }

  /** Colours are refused until somebody says what they are; a grey among them is its value. */
  @Test
  void coloursAreWhatIsSaid() {
    mask(3, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 128, 64, 0, 128, 64, 7, 7, 7);
    assertThatThrownBy(() -> LabelSets.read("masks", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir
                + ": masks with the colours 0 (1 pixels), 7 (1 pixels), #008040 (2 pixels), #ff0000"
                + " (2 pixels): say what they stand for, as in --mask-values '0=background,7=…'");
    assertThat(classes("#000000=background,#FF0000=car,#008040=tree,7=ignore"))
        .containsExactly(0, 1, 1, 2, 2, Mark.Mask.IGNORED);
  }

  @Test
  void valuesOfWhichNothingIsSaidAreNamed() {
    mask(1, 0, 90, 90, 200, 255, 0);
    assertThatThrownBy(() -> read("0=background,90=cell"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            dir
                + ": masks with the values 200 (1 pixels), 255 (1 pixels), of which --mask-values"
                + " says nothing");
  }

  @Test
  void photographsAreNoMasks() {
    float[] values = new float[3 * 40 * 40];
    for (int i = 0; i < 1600; i++) {
      values[3 * i] = i % 256;
      values[3 * i + 1] = Math.floorDiv(i, 7) % 256;
      values[3 * i + 2] = Math.floorDiv(i, 3) % 256;
    }
    Images.writePng(dir.resolve("images/a.png"), Tensor.zeros(Shape.of(40, 40, 3)));
    Images.writePng(dir.resolve("masks/a.png"), Tensor.of(Shape.of(40, 40, 3), values));
    assertThatThrownBy(() -> LabelSets.read("masks", dir, List.of()))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("masks of more than 1000 different colours: photographs");
  }

  @Test
  void textsAreChecked() {
    assertThat(MaskValues.parse("0=a,#0A0b0C=b,#050505=a", "x").numbers())
        .isEqualTo(Map.of(0, 0, MaskValues.COLOURS + 0x0a0b0c, 1, 5, 0));
    for (String bad : List.of("", "0", "0=", "=a", "300=a", "-1=a", "#12345=a", "#12345g=a")) {
      assertThatThrownBy(() -> MaskValues.parse(bad, "--mask-values"))
          .as(bad)
          .isInstanceOf(FoveaException.class)
          .hasMessageStartingWith("--mask-values: \"");
    }
    assertThatThrownBy(() -> MaskValues.parse("1=a,#010101=b", "--mask-values"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("--mask-values: 1 is named twice");
    assertThatThrownBy(() -> MaskValues.parse("1=ignore", "--mask-values"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("--mask-values: names 0 classes, 1 to 255 expected");
  }
}
