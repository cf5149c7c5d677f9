package dev.fovea.systems.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Batch;
import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The embedded scenes. */
final class ShapesTest {
  private static final LabelOptions ALL =
      LabelOptions.of(
          Shapes.usualInput(), Marking.BOXES, Marking.INSTANCES, Marking.MASK, Marking.TEXT);
  private static final LabelSplit SHAPES = Shapes.load(ALL);

  private static Sample sample(int index) {
    return SHAPES.train().read(index, Seed.of(3));
  }

  private static List<Box> boxes(Sample s) {
    return s.mark(Mark.Boxes.class).orElseThrow().boxes();
  }

  /** On every machine and JVM: nothing in a picture is computed by functions that may differ. */
  @Test
  void picturesAreTheSameEverywhere() {
    long sum = 0;
    for (int i = 0; i < 20; i++) {
      for (float v : sample(i).picture().data()) {
        assertThat(v).isBetween(0f, 255f).isEqualTo((float) Math.rint(v));
        sum = Seed.mix(sum + (long) v);
      }
    }
    assertThat(sum).isEqualTo(-2822477816182774321L);
  }

  @Test
  void boxesMasksAndClassesSayTheSame() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      Sample s = sample(i);
      Tensor instances = s.mark(Mark.Instances.class).orElseThrow().numbers();
      Tensor classes = s.mark(Mark.Mask.class).orElseThrow().classes();
      List<Box> boxes = boxes(s);
      for (int b = 0; b < boxes.size(); b++) {
        seen.add(boxes.get(b).label());
        assertThat(around(instances, b + 1, boxes.get(b).label(), classes))
            .isEqualTo(boxes.get(b).withPoints(List.of()));
      }
      for (int p = 0; p < classes.data().length; p++) {
        boolean thing = classes.data()[p] < Shapes.names().things().size();
        assertThat(instances.data()[p] > 0).isEqualTo(thing);
      }
    }
    assertThat(seen).hasSize(Shapes.names().things().size());
  }

  private static Box around(Tensor instances, int number, int label, Tensor classes) {
    int width = instances.shape().dim(1);
    int[] b = {Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0};
    for (int p = 0; p < instances.data().length; p++) {
      if (instances.data()[p] == number) {
        assertThat(classes.data()[p]).isEqualTo(label);
        b[0] = Math.min(b[0], p % width);
        b[1] = Math.min(b[1], p / width);
        b[2] = Math.max(b[2], p % width + 1);
        b[3] = Math.max(b[3], p / width + 1);
      }
    }
    return new Box(b[0], b[1], b[2], b[3], label);
  }

  @Test
  void jointsThatAreSeenLieOnTheirFigure() {
    int seen = 0;
    for (int i = 0; i < 60; i++) {
      Sample s = sample(i);
      Tensor instances = s.mark(Mark.Instances.class).orElseThrow().numbers();
      List<Box> boxes = boxes(s);
      for (int b = 0; b < boxes.size(); b++) {
        boolean person = boxes.get(b).label() == SceneCast.FIGURE;
        assertThat(boxes.get(b).points()).hasSize(person ? 13 : 0);
        for (KeyPoint p : boxes.get(b).points()) {
          if (p.visibility() == Visibility.VISIBLE) {
            int at = ((int) p.y()) * Shapes.SIZE + (int) p.x();
            assertThat(instances.data()[at]).isEqualTo(b + 1);
            seen++;
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(300);
  }

  @Test
  void anObjectIsSeenWellEnoughToBeFound() {
    for (int i = 0; i < 60; i++) {
      for (LabelledObject o : SHAPES.train().labels(i).objects()) {
        assertThat(o.area()).isGreaterThanOrEqualTo(0.0012 * Shapes.SIZE * Shapes.SIZE);
      }
    }
  }

  @Test
  void captionsAreMadeOfTheirWords() {
    LabelNames names = Shapes.names();
    for (int i = 0; i < 60; i++) {
      String text = SHAPES.train().labels(i).texts().getFirst();
      assertThat(names.numbers(text)).as(text).hasSize(text.split(" ").length);
    }
    assertThat(SHAPES.train().labels(1).texts().getFirst())
        .isEqualTo("nothing on grey ground under a grey sky");
  }

  @Test
  void partsAndSeedsDiffer() {
    LabelSplit other = Shapes.load(Seed.of(9), 2, 2, SceneCast.usual(), ALL);
    assertThat(SHAPES.train().size()).isEqualTo(1000);
    assertThat(SHAPES.test().size()).isEqualTo(200);
    Set<Integer> pictures = new HashSet<>();
    for (LabelledData d : List.of(SHAPES.train(), SHAPES.test(), other.train(), other.test())) {
      pictures.add(Arrays.hashCode(d.read(0, Seed.of(0)).picture().data()));
    }
    assertThat(pictures).hasSize(4);
  }

  @Test
  void chosenSamplesKeepTheirPictures() {
    LabelledData some = SHAPES.train().subset(5, 2);
    assertThat(some.read(1, Seed.of(0)).picture().data())
        .isEqualTo(SHAPES.train().read(2, Seed.of(7)).picture().data());
    assertThat(some.labels(0).file()).isEqualTo(SHAPES.train().labels(5).file());
    assertThat(SHAPES.train().take(3).size()).isEqualTo(3);
  }

  @Test
  void samplesMakeBatches() {
    Batch batch = SHAPES.train().sample(2);
    assertThat(batch.targets().stream().map(t -> t.shape().toString()))
        .containsExactly("[1,9,44]", "[1,128,128]", "[1,128,128]", "[1,50]");
    assertThat(SHAPES.train().classes()).hasSize(9).endsWith("sky", "ground");
    LabelOptions boxes = LabelOptions.of(Shapes.usualInput(), Marking.BOXES);
    assertThat(Shapes.load(boxes).train().classes())
        .containsExactly("ball", "brick", "cone", "star", "ring", "cross", "figure");
  }

  @Test
  void scenesOfPersonsHaveThemInAnySize() {
    LabelOptions wide = LabelOptions.of(Preprocessing.scaled(Shape.of(96, 160, 3)), Marking.BOXES);
    LabelSplit people = Shapes.load(Seed.of(1), 30, 1, SceneCast.figures(2, 4), wide);
    int persons = 0;
    for (int i = 0; i < 30; i++) {
      Sample s = people.train().read(i, Seed.of(0));
      assertThat(s.picture().shape()).isEqualTo(Shape.of(96, 160, 3));
      persons += (int) boxes(s).stream().filter(b -> b.label() == SceneCast.FIGURE).count();
    }
    assertThat(persons).isBetween(55, 120);
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new SceneCast(3, 1, 0, 0))
        .isInstanceOf(FoveaException.class)
        .hasMessage("scene: 3 to 1 forms, numbers of 0 to 100 in order expected");
    assertThatThrownBy(() -> Shapes.load(Seed.of(0), 0, 1, SceneCast.usual(), ALL))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("0 pictures to train on");
  }
}
