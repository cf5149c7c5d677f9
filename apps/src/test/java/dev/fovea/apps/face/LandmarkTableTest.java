package dev.fovea.apps.face;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.apps.InMemorySamples;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LandmarkTableTest {
  @TempDir private Path folder;

  private List<LandmarkTable.Line> read(String lines, Integer... landmarks) throws IOException {
    Path table = folder.resolve("t.csv");
    Files.writeString(table, "file,x0,y0,x1,y1\n" + lines);
    return LandmarkTable.read(table, folder, List.of(landmarks));
  }

  @Test
  void chosenPointsComeInTheirOrder() throws IOException {
    List<LandmarkTable.Line> lines = read("a.jpg,1,2,3,4.5\n\nb.jpg,0,0,1,1\n", 1, 0);
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst().file()).isEqualTo(folder.resolve("a.jpg"));
    assertThat(lines.getFirst().points())
        .containsExactly(
            new KeyPoint(3.5, 5, 0, KeyPoint.Visibility.VISIBLE),
            new KeyPoint(1.5, 2.5, 1, KeyPoint.Visibility.VISIBLE));
  }

  @Test
  void damageIsToldInOneLine() {
    assertThatThrownBy(() -> read("a.jpg,1,2,3,x\n", 1))
        .hasMessage(folder.resolve("t.csv") + ": line 2: column 5: a number expected, got \"x\"");
    assertThatThrownBy(() -> read("a.jpg,1,2\n", 1))
        .hasMessageEndingWith("line 2: column 4: a number expected, got \"\"");
    assertThatThrownBy(() -> read("../a.jpg,1,2,3,4\n", 1))
        .hasMessageEndingWith("line 2: the file ../a.jpg lies outside of " + folder);
  }

  @Test
  void samplesHaveTheirMarks() {
    Preprocessing rule = Preprocessing.unscaled(Shape.of(1, 2, 1));
    Sample sample =
        Sample.of(Tensor.of(Shape.of(1, 2, 1), 3, 4), new Mark.Numbers(Tensor.of(Shape.of(1), 7)));
    InMemorySamples all =
        new InMemorySamples(rule, List.of(Target.numbers(1)), List.of(sample, sample));
    assertThat(all.size()).isEqualTo(2);
    assertThat(all.sample(1).targets().getFirst().data()).containsExactly(7);
    assertThat(all.input(0, Seed.of(1)).data()).containsExactly(3, 4);
    assertThatThrownBy(() -> new InMemorySamples(rule, List.of(), List.of(sample)))
        .hasMessage("sample 0: a picture [1,2,1] with 0 marks expected, got one [1,2,1] with 1");
  }
}
