package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.tensor.Shape;
import dev.fovea.vision.Placement.Size;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class SizeOptionsTest {
  private static List<Integer> heights(int side) {
    SizeOptions options = CommandLine.populateCommand(new SizeOptions(), "--sizes", "auto");
    List<Size> sizes = options.beside(Shape.of(side, side, 3));
    assertThat(sizes).allMatch(s -> s.height() == s.width());
    return sizes.stream().map(Size::height).toList();
  }

  /** From 3/4 to 3/2 of the side; of large pictures every second multiple of 32. */
  @Test
  void automaticSizesAreAtMost16() {
    assertThat(heights(64)).containsExactly(96);
    assertThat(heights(416)).containsExactly(320, 352, 384, 448, 480, 512, 544, 576, 608);
    assertThat(heights(1024))
        .containsExactly(768, 832, 896, 960, 1088, 1152, 1216, 1280, 1344, 1408, 1472, 1536);
  }
}
