package dev.fovea.apps.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriveTest {
  private static final Preprocessing RULE = Preprocessing.unscaled(Shape.of(1, 2, 3));

  @TempDir private Path tub;

  private void catalog(int number, String text) throws IOException {
    Files.writeString(tub.resolve("catalog_" + number + ".catalog"), text);
  }

  private static String line(String image, double angle) {
    return "{\"_index\": 0, \"cam/image_array\": \"%s\", \"user/angle\": %s}\n"
        .formatted(image, angle);
  }

  @Test
  void framesComeInTheirOrder() throws IOException {
    Images.writePng(
        Files.createDirectories(tub.resolve("images")).resolve("a.png"),
        Tensor.of(Shape.of(1, 2, 3), 1, 2, 3, 4, 5, 6));
    catalog(0, line("a.png", 0.25) + "\n");
    catalog(1, line("a.png", -1));
    List<Frame> frames = DonkeyTub.read(tub, RULE);
    assertThat(frames.stream().map(Frame::angle)).containsExactly(0.25, -1.0);
    assertThat(frames.getFirst().picture().data()).containsExactly(1, 2, 3, 4, 5, 6);
    Frame mirrored = frames.getFirst().mirrored();
    assertThat(mirrored.picture().data()).containsExactly(4, 5, 6, 1, 2, 3);
    Mark.Numbers mark = mirrored.sample().mark(Mark.Numbers.class).orElseThrow();
    assertThat(mark.values().data()).containsExactly(-0.25f);
  }

  @Test
  void damageIsToldInOneLine() throws IOException {
    assertThatThrownBy(() -> DonkeyTub.read(tub, RULE))
        .hasMessage(tub + ": no Donkey Car tub, it has no catalog_0.catalog");
    catalog(0, line("../x.png", 0));
    assertThatThrownBy(() -> DonkeyTub.read(tub, RULE))
        .hasMessageEndingWith(
            "catalog_0.catalog: line 1: cam/image_array: the name of a file alone expected");
    catalog(0, line("x.png", 2));
    assertThatThrownBy(() -> DonkeyTub.read(tub, RULE))
        .hasMessageEndingWith("line 1: user/angle 2.0: −1 to 1 expected");
  }

  @Test
  void roadsHaveAnglesOfTheirOwn() {
    Frame one = DrawnRoads.draw(30, 40, Seed.of(1).rng());
    assertThat(one.picture().shape()).isEqualTo(Shape.of(30, 40, 3));
    assertThat(one.angle()).isEqualTo(DrawnRoads.draw(30, 40, Seed.of(1).rng()).angle());
    Frame below = one.below(28);
    assertThat(below.picture().shape()).isEqualTo(Shape.of(2, 40, 3));
    assertThat(below.picture().get(1, 39, 2)).isEqualTo(one.picture().get(29, 39, 2));
    assertThatThrownBy(() -> one.below(30))
        .hasMessage("frame: 30 of 30 rows to cut off: some must be left");
    assertThat(one.angle()).isBetween(-1.0, 1.0);
    assertThat(DrawnRoads.draw(30, 40, Seed.of(2).rng()).angle())
        .isNotCloseTo(one.angle(), within(1e-3));
  }
}
