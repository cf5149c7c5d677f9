package dev.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is known of samples and how it is put into batches. */
final class SampleTest {
  private static final Shape PICTURE = Shape.of(4, 6, 1);

  private static Mark.Boxes boxes(int count) {
    List<KeyPoint> points =
        List.of(
            new KeyPoint(3, 2, 1, Visibility.HIDDEN), new KeyPoint(1, 1, 0, Visibility.VISIBLE));
    Box first = new Box(1, 0, 4, 3, 7, points);
    return new Mark.Boxes(List.of(first, new Box(2, 1, 6, 4, 0)).subList(0, count), List.of(0, 1));
  }

  /** Samples of every kind of mark; sample i has i boxes and i tokens. */
  private record Marked(int size, int most) implements Dataset {
    @Override
    public Shape inputShape() {
      return PICTURE;
    }

    @Override
    public List<Target> targets() {
      return List.of(
          Target.boxes(most, 2),
          Target.mask(4, 6),
          Target.keyPoints(3),
          Target.sequence(3),
          Target.numbers(2),
          Target.label());
    }

    @Override
    public Optional<Preprocessing> normalization() {
      return Optional.of(
          Preprocessing.scaled(PICTURE).withMeanAndStd(List.of(0.5f), List.of(0.25f)));
    }

    @Override
    public Sample read(int index, Seed seed) {
      Tensor picture = Tensor.zeros(PICTURE);
      picture.data()[5] = 255;
      Tensor mask = Tensor.zeros(Shape.of(4, 6));
      mask.data()[5] = 2;
      KeyPoint point = new KeyPoint(2.5, 1.5, 2, Visibility.VISIBLE);
      return Sample.of(
          picture,
          boxes(index),
          new Mark.Mask(mask),
          new Mark.KeyPoints(List.of(point), List.of()),
          new Mark.Sequence(List.of(9, 8).subList(0, index)),
          new Mark.Numbers(Tensor.of(Shape.of(2), index, -1)),
          new Mark.Label(index));
    }
  }

  @Test
  void namesTellWhatIsDoneSometimes() {
    Augmentation a = ((Augmentation) (sample, rng) -> sample).named("a");
    Augmentation b = ((Augmentation) (sample, rng) -> sample).named("b");
    assertThat(a.then(b).sometimes(0.5).name()).isEqualTo("(a,b)@0.5");
    assertThat(a.then(b.sometimes(0.5)).name()).isEqualTo("a,b@0.5");
  }

  @Test
  void marksAreBatchedByTheirKind() {
    try (BatchStream stream = new Marked(3, 2).batches(3).withThreads(2).open(Seed.of(1))) {
      Batch b = Objects.requireNonNull(stream.next());
      assertThat(b.input().data()[5]).isEqualTo(2f);
      assertThat(b.input().data()[4]).isEqualTo(-2f);
      assertThat(b.targets())
          .extracting(Tensor::shape)
          .containsExactly(
              Shape.of(3, 2, 11),
              Shape.of(3, 4, 6),
              Shape.of(3, 3, 3),
              Shape.of(3, 3),
              Shape.of(3, 2),
              Shape.of(3));
      for (int i = 0; i < 3; i++) {
        assertThat(b.count(0, i)).isEqualTo(i);
        assertThat(b.count(3, i)).isEqualTo(i);
      }
      float[] rows = b.target().data();
      float[] padding = {-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
      float[] box = {7, 1, 0, 4, 3, 1, 1, 2, 3, 2, 1};
      assertThat(Arrays.copyOfRange(rows, 0, 11)).containsExactly(padding);
      assertThat(Arrays.copyOfRange(rows, 22, 33)).containsExactly(box);
      assertThat(Arrays.copyOfRange(rows, 33, 44)).containsExactly(padding);
      assertThat(b.targets().get(2).data()).startsWith(0, 0, 0, 0, 0, 0, 2.5f, 1.5f, 2);
      assertThat(b.targets().get(3).data()).containsExactly(-1, -1, -1, 9, -1, -1, 9, 8, -1);
      assertThat(b.targets().get(5).data()).containsExactly(0, 1, 2);
    }
  }

  @Test
  void whatDoesNotFitTheDataSetIsRefused() {
    try (BatchStream stream = new Marked(3, 1).batches(3).open(Seed.of(1))) {
      assertThatThrownBy(stream::next)
          .isInstanceOf(FoveaException.class)
          .hasMessage("boxes: 2 in a sample, the data set's target has the shape [1,11]");
    }
    Dataset cut =
        new Dataset() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public Shape inputShape() {
            return PICTURE;
          }

          @Override
          public Sample read(int index, Seed seed) {
            Shape shape = index == 1 ? Shape.of(6, 4, 1) : PICTURE;
            return Sample.of(Tensor.zeros(shape), new Mark.Label(0));
          }
        };
    try (BatchStream stream = cut.batches(2).open(Seed.of(1))) {
      assertThatThrownBy(stream::next)
          .hasMessage("sample 1: input 0 is [6,4,1], the data set says [4,6,1]");
    }
    KeyPoint fourth = new KeyPoint(1, 1, 3, Visibility.VISIBLE);
    Mark points = new Mark.KeyPoints(List.of(fourth), List.of());
    assertThatThrownBy(() -> points.write(Shape.of(3, 3), new float[9], 0))
        .hasMessage("key points: one of kind 3 in a sample, the data set has kinds 0 to 2");
  }

  @Test
  void tasksHaveNames() {
    for (Task task : Task.values()) {
      assertThat(Task.parse(task.text(), "here")).isEqualTo(task);
    }
    assertThatThrownBy(() -> Task.parse("key-point", "net.safetensors"))
        .hasMessage("net.safetensors: task \"key-point\" is not known; did you mean key-points?");
  }

  /** Fault: a class left the further numbers of its target as an earlier batch had them. */
  @Test
  void marksAreRefusedWhereTargetsHaveAnotherForm() {
    String rest = ": the data set's target has the shape [3], which is none of these";
    for (Mark mark :
        List.of(
            new Mark.Label(2),
            new Mark.Boxes(List.of()),
            new Mark.KeyPoints(List.of(), List.of()))) {
      assertThatThrownBy(() -> mark.write(Shape.of(3), new float[3], 0))
          .isInstanceOf(FoveaException.class)
          .hasMessageEndingWith(rest);
    }
  }
}
