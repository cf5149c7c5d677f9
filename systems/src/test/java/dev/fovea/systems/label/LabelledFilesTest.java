package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labelled picture files as samples. */
final class LabelledFilesTest {
  private static final Preprocessing RULE = Preprocessing.scaled(Shape.of(16, 16, 3));

  /** Pictures of this height and width have nearly as many values as a tensor may. */
  private static final int LARGE = 26_000;

  @TempDir private Path dir;

  private LabelledData read(Preprocessing input) {
    return LabelSets.open("yolo", dir, LabelOptions.of(input, Marking.BOXES)).train();
  }

  private void pictures() throws IOException {
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
  }

  private static void assertSame(LabelledData all, LabelledData own) {
    assertThat(all.size()).isEqualTo(own.size());
    for (int p = 0; p < own.size(); p++) {
      Sample one = all.read(p, Seed.of(1));
      Sample other = own.read(p, Seed.of(1));
      assertThat(one.inputs().get(0).data()).isEqualTo(other.inputs().get(0).data());
      assertThat(one.marks()).hasToString(other.marks().toString());
    }
  }

  /** A picture that is read once for all sizes has the pixels and boxes of one read for its own. */
  @Test
  void picturesOfSeveralSizesAreThoseThatAreReadForEach() throws IOException {
    pictures();
    List<Size> sizes = List.of(new Size(12, 20), new Size(24, 24));
    List<LabelledData> all = read(RULE).inSizes(sizes);
    assertThat(all).hasSize(2);
    for (int i = 0; i < sizes.size(); i++) {
      assertSame(all.get(i), read(RULE.withSize(sizes.get(i).height(), sizes.get(i).width())));
    }
    assertThat(read(RULE).inSizes(List.of())).isEmpty();
  }

  /** If there is no room for the inputs of all sizes together, those of none are kept. */
  @Test
  void picturesThatAreNotKeptAreReadAgain() throws IOException {
    pictures();
    List<Size> sizes = new ArrayList<>(List.of(new Size(12, 20)));
    int enough = (int) (Runtime.getRuntime().maxMemory() / LARGE / LARGE) + 1;
    sizes.addAll(Collections.nCopies(enough, new Size(LARGE, LARGE)));
    assertSame(read(RULE).inSizes(sizes).get(0), read(RULE.withSize(12, 20)));
  }

  /** Whether they are kept or read again: hours of training must not end by one file. */
  @Test
  void damagedPicturesAreFoundAtFirst() throws IOException {
    pictures();
    Path damaged = dir.resolve("b.png");
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
    LabelSet set = LabelSets.read("yolo", dir, List.of());
    assertThat(set.pictures()).hasSize(3);
    LabelOptions options = LabelOptions.of(RULE, Marking.BOXES);
    for (boolean keep : new boolean[] {true, false}) {
      List<LabelProblem> problems = new ArrayList<>();
      Marker marker = new Marker(options, set.names(), 1);
      LabelledFiles files = LabelledFiles.of(set.pictures(), marker, keep, problems);
      assertThat(files.size()).isEqualTo(keep ? 2 : 3);
      assertThat(files.readable(problems::add).size()).isEqualTo(2);
      assertThat(problems).extracting(LabelProblem::file).containsExactly(damaged);
    }
    List<LabelProblem> told = new ArrayList<>();
    assertThat(set.unseen(options, told::add).size()).isEqualTo(2);
    assertThat(told).extracting(LabelProblem::file).containsExactly(damaged);
  }

  @Test
  void damagedPicturesAreNamed() throws IOException {
    pictures();
    LabelledData whole = read(RULE);
    Path damaged = dir.resolve("b.png");
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> whole.inSizes(List.of(new Size(12, 20), new Size(24, 24))))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(damaged + ": ")
        .hasMessageEndingWith(": dropped");
    LabelSplit rest = LabelSets.open("yolo", dir, LabelOptions.of(RULE, Marking.BOXES));
    assertThat(rest.train().size() + rest.test().size()).isEqualTo(2);
    assertThat(rest.problems()).extracting(LabelProblem::file).containsExactly(damaged);
  }
}
