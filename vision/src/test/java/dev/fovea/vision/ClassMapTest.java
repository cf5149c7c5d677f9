package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassMapTest {
  @TempDir private Path folder;

  private static ClassMap map() {
    return new ClassMap(Tensor.of(Shape.of(2, 3), 2, 2, 0, -1, 2, 0), 4);
  }

  @Test
  void countsWhatIsKnown() {
    assertThat(map().byShare()).containsExactly(2, 0);
    assertThat(map().share(2)).isCloseTo(0.6, within(1e-12));
    assertThat(map().share(3)).isZero();
    assertThat(map().knownShare()).isCloseTo(5 / 6.0, within(1e-12));
  }

  /** Pascal VOC: 0 is black, 1 dark red, 2 dark green, 15 (192, 128, 128), 255 nearly white. */
  @Test
  void isWrittenAsNumbers() throws IOException {
    Path file = folder.resolve("map.png");
    Images.writePng(file, map().toImage());
    BufferedImage back = ImageIO.read(file.toFile());
    assertThat(back.getRaster().getSamples(0, 0, 3, 2, 0, (int[]) null))
        .containsExactly(2, 2, 0, 255, 2, 0);
    IndexColorModel colours = (IndexColorModel) back.getColorModel();
    assertThat(colours.getRGB(0)).isEqualTo(0xFF000000);
    assertThat(colours.getRGB(1)).isEqualTo(0xFF800000);
    assertThat(colours.getRGB(2)).isEqualTo(0xFF008000);
    assertThat(colours.getRGB(15)).isEqualTo(0xFFC08080);
    assertThat(colours.getRGB(255)).isEqualTo(0xFFE0E0C0);
    assertThatThrownBy(() -> new ClassMap(Tensor.zeros(Shape.of(1, 1)), 256).toImage())
        .hasMessage("class map: 256 classes, an image has numbers for 255");
  }
}
