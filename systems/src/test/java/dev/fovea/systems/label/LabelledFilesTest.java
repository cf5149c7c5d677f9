package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labelled picture files as samples. */
final class LabelledFilesTest {
  @TempDir private Path dir;

  private LabelledData read(Preprocessing input) {
    return LabelSets.open("yolo", dir, LabelOptions.of(input, Marking.BOXES)).train();
  }

  /** A picture that is read once for all sizes has the pixels and boxes of one read for its own. */
  @Test
  void picturesOfSeveralSizesAreThoseThatAreReadForEach() throws IOException {
    Rng rng = new Rng(3);
    for (String name : List.of("a", "b", "c")) {
      Tensor picture = Tensor.zeros(Shape.of(30, 41, 3));
      for (int i = 0; i < picture.data().length; i++) {
        picture.data()[i] = rng.nextInt(256);
      }
      Images.writePng(dir.resolve(name + ".png"), picture);
      Files.writeString(dir.resolve(name + ".txt"), "0 0.5 0.5 0.25 0.5\n");
    }
    Files.writeString(dir.resolve("classes.txt"), "thing\n");
    Preprocessing rule = Preprocessing.scaled(Shape.of(16, 16, 3));
    List<Size> sizes = List.of(new Size(12, 20), new Size(24, 24));
    List<LabelledData> all = read(rule).inSizes(sizes);
    assertThat(all).hasSize(2);
    for (int i = 0; i < sizes.size(); i++) {
      LabelledData own = read(rule.withSize(sizes.get(i).height(), sizes.get(i).width()));
      assertThat(all.get(i).size()).isEqualTo(own.size());
      for (int p = 0; p < own.size(); p++) {
        Sample one = all.get(i).read(p, Seed.of(1));
        Sample other = own.read(p, Seed.of(1));
        assertThat(one.inputs().get(0).data()).isEqualTo(other.inputs().get(0).data());
        assertThat(one.marks()).hasToString(other.marks().toString());
      }
    }
  }
}
