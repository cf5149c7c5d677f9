package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NetpbmTest {
  @TempDir private Path dir;

  private Path file(String text) throws IOException {
    return Files.write(dir.resolve("p.pgm"), text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void greyOfOneByte() throws IOException {
    Path file = file("P5\n# by hand\n3 2\n255\n\0\1\2\3\4\u00FF");
    Tensor grey = Images.read(file);
    assertThat(grey.shape()).isEqualTo(Shape.of(2, 3, 1));
    assertThat(grey.data()).containsExactly(0, 1, 2, 3, 4, 255);
    assertThat(Images.header(file).size()).isEqualTo(new Placement.Size(2, 3));
  }

  @Test
  void coloursOfTwoBytes() throws IOException {
    Path file = file("P6 1 1 1000 \0\0\1\u00F4\3\u00E8");
    assertThat(Images.read(file).shape()).isEqualTo(Shape.of(1, 1, 3));
    assertThat(Images.read(file).data()).containsExactly(new float[] {0, 127.5f, 255}, within(0f));
    assertThat(Images.readNumbers(file).data()).containsExactly(0, 500, 1000);
  }

  @Test
  void damageIsToldInOneLine() throws IOException {
    assertThatThrownBy(() -> Images.read(file("P5 3 2 255 abc")))
        .hasMessage(dir.resolve("p.pgm") + ": a damaged picture: its data end early");
    assertThatThrownBy(() -> Images.read(file("P5 3 x 255 abc")))
        .hasMessageEndingWith("a number expected where a character 120 stands");
    assertThatThrownBy(() -> Images.read(file("P5 99999999999 9 255 abc")))
        .hasMessageContaining("a picture of 268435456×9 pixels, allowed are");
    assertThatThrownBy(() -> Images.read(file("P5 1 1 0 a")))
        .hasMessageEndingWith("white is 0, 1 to 65535 expected");
    assertThatThrownBy(() -> Images.read(file("P5 2 1 100 \144\145")))
        .hasMessage(dir.resolve("p.pgm") + ": a damaged picture: a sample is 101, white is 100");
    assertThatThrownBy(() -> Images.readNumbers(file("P5 1 1 1000 \3\u00E9")))
        .hasMessageEndingWith("a sample is 1001, white is 1000");
  }
}
