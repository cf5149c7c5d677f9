package dev.fovea.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Parts of pictures by their objects, larger grounds and mosaics: all marks move together. */
final class ObjectCropsTest {
  private static final int SIDE = 32;

  /** Two bright rectangles on black; each pixel's value says which object it belongs to. */
  private static Sample scene(int shift) {
    float[] values = new float[SIDE * SIDE];
    paint(values, 4 + shift, 6, 14 + shift, 16, 1);
    paint(values, 18, 17, 30, 29, 2);
    Tensor numbers = Tensor.of(Shape.of(SIDE, SIDE), values);
    float[] grey = new float[values.length];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = values[i] * 100;
    }
    Box first = new Box(4 + shift, 6, 14 + shift, 16, 1);
    return Sample.of(
        Tensor.of(Shape.of(SIDE, SIDE, 1), grey),
        new Mark.Boxes(
            List.of(
                first.withPoints(List.of(new KeyPoint(9 + shift, 11, 0, Visibility.VISIBLE))),
                new Box(18, 17, 30, 29, 2)),
            List.of(0)),
        new Mark.Instances(numbers),
        new Mark.Mask(numbers));
  }

  private static void paint(float[] values, int left, int top, int right, int bottom, float v) {
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        values[y * SIDE + x] = v;
      }
    }
  }

  private static List<Box> boxes(Sample s) {
    return s.mark(Mark.Boxes.class).orElseThrow().boxes();
  }

  /** The box around an object's pixels is its box, but for the rounding to pixels. */
  private static void assertTogether(Sample s) {
    float[] numbers = s.mark(Mark.Instances.class).orElseThrow().numbers().data();
    float[] classes = s.mark(Mark.Mask.class).orElseThrow().classes().data();
    List<Box> boxes = boxes(s);
    for (int b = 0; b < boxes.size(); b++) {
      double[] e = {SIDE, SIDE, 0, 0};
      for (int i = 0; i < numbers.length; i++) {
        if (numbers[i] == b + 1) {
          assertThat((int) classes[i]).isEqualTo(boxes.get(b).label());
          e[0] = Math.min(e[0], i % SIDE);
          e[1] = Math.min(e[1], Math.floorDiv(i, SIDE));
          e[2] = Math.max(e[2], i % SIDE + 1);
          e[3] = Math.max(e[3], Math.floorDiv(i, SIDE) + 1);
        }
      }
      Box box = boxes.get(b);
      double[] said = {box.left(), box.top(), box.right(), box.bottom()};
      assertThat(said).containsExactly(e, within(1.01));
      for (KeyPoint p : box.points()) {
        boolean seen = p.visibility() == Visibility.VISIBLE;
        assertThat(!seen || numbers[((int) p.y()) * SIDE + (int) p.x()] == b + 1).isTrue();
      }
    }
  }

  @Test
  void partsKeepObjectsWhoseMiddlesTheyHold() {
    Augmentation crop = ObjectCrops.iouCrop();
    int one = 0;
    for (int i = 0; i < 200; i++) {
      Sample out = crop.apply(scene(0), Seed.of(1).split(i));
      assertThat(out.picture().shape()).isEqualTo(Shape.of(SIDE, SIDE, 1));
      assertThat(boxes(out)).isNotEmpty();
      assertTogether(out);
      one += boxes(out).size() == 1 ? 1 : 0;
    }
    assertThat(one).isBetween(40, 180);
  }

  @Test
  void expandedPicturesLieOnTheirMeanColour() {
    Augmentation expand = ObjectCrops.expand(3);
    for (int i = 0; i < 50; i++) {
      Sample out = expand.apply(scene(0), Seed.of(2).split(i));
      assertThat(boxes(out)).hasSize(2);
      assertTogether(out);
      assertThat(boxes(out).get(1).area()).isBetween(144 / 9.0 - 0.1, 144.1);
    }
    assertThat(expand.name()).isEqualTo("expand:3");
    assertThat(Augmentations.parse("iou-crop,expand:4@0.5").name())
        .isEqualTo("iou-crop,expand:4@0.5");
  }

  /** Numbers below 0, of objects whose pixels are not known, move as those above do. */
  @Test
  void numbersBelowZeroMoveToo() {
    Dataset known =
        new Two(List.of(Target.boxes(2, 1), Target.mask(SIDE, SIDE), Target.mask(SIDE, SIDE)));
    Dataset unknown = known.marked(known.targets(), s -> unknown(s).marks());
    Augmentation some = Augmentations.parse("iou-crop,expand:2,flip,rotate:20");
    for (int i = 0; i < 30; i++) {
      Seed seed = Seed.of(4).split(i);
      assertOpposite(some.apply(scene(0), seed), some.apply(unknown(scene(0)), seed));
      assertOpposite(
          new Mosaic(known, 1).read(i % 5, seed), new Mosaic(unknown, 1).read(i % 5, seed));
    }
  }

  private static Sample unknown(Sample s) {
    return s.with(
        s.marks().stream()
            .map(m -> m instanceof Mark.Instances n ? new Mark.Instances(opposite(n)) : m)
            .toList());
  }

  private static Tensor opposite(Mark.Instances instances) {
    Tensor numbers = instances.numbers().copy();
    for (int i = 0; i < numbers.data().length; i++) {
      numbers.data()[i] = 0 - numbers.data()[i];
    }
    return numbers;
  }

  private static void assertOpposite(Sample known, Sample unknown) {
    Mark.Instances numbers = unknown.mark(Mark.Instances.class).orElseThrow();
    assertThat(opposite(numbers).data())
        .isEqualTo(known.mark(Mark.Instances.class).orElseThrow().numbers().data());
    assertThat(boxes(unknown)).isEqualTo(boxes(known));
  }

  private record Two(List<Target> targets) implements Dataset {
    @Override
    public int size() {
      return 5;
    }

    @Override
    public Shape inputShape() {
      return Shape.of(SIDE, SIDE, 1);
    }

    @Override
    public Sample read(int index, Seed seed) {
      return scene(index);
    }
  }

  @Test
  void mosaicsHoldPartsOfFour() {
    Dataset two =
        new Two(List.of(Target.boxes(2, 1), Target.mask(SIDE, SIDE), Target.mask(SIDE, SIDE)));
    Mosaic mosaic = new Mosaic(two, 1);
    assertThat(mosaic.targetShapes().get(0)).isEqualTo(Shape.of(8, 8));
    int most = 0;
    for (int i = 0; i < 60; i++) {
      Sample out = mosaic.read(i % 5, Seed.of(3).split(i));
      assertTogether(out);
      most = Math.max(most, boxes(out).size());
      assertThat(mosaic.read(i % 5, Seed.of(3).split(i)).picture().data())
          .isEqualTo(out.picture().data());
    }
    assertThat(most).isGreaterThan(4);
    assertThat(new Mosaic(two, 0).read(1, Seed.of(0)).picture().data())
        .isEqualTo(scene(1).picture().data());
    assertThat(mosaic.sample(0).targets().get(0).shape()).isEqualTo(Shape.of(1, 8, 8));
    assertThatThrownBy(() -> new Mosaic(new Two(List.of(Target.label())), 1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("mosaic: needs pictures with boxes and masks alone, got targets [classes]");
  }
}
