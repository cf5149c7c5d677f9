package dev.fovea.systems;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Facts;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of {@code masks.json}: masks of boxes in pictures as Detectron2 puts them there. */
final class PasteFactsTest {
  @TestFactory
  Stream<DynamicTest> pixels() {
    return Facts.tests("masks", "paste_detectron2", PasteFactsTest::check);
  }

  private static void check(Fact f) {
    BoxArray boxes = Facts.boxes(f.input("boxes"));
    List<Object> masks = Json.array(f.input("masks"), f.name());
    List<Object> pictures = Json.array(f.answer("pictures"), f.name());
    for (int i = 0; i < masks.size(); i++) {
      RegionMask mask = new RegionMask(boxes.box(i, 0), Facts.tensor(masks.get(i)));
      Tensor expected = Facts.tensor(pictures.get(i));
      Shape s = expected.shape();
      Tensor got = f.name().endsWith("soft") ? soft(mask, s) : mask.in(s.dim(0), s.dim(1));
      Facts.close(got.data(), pictures.get(i), f.tolerance());
    }
  }

  private static Tensor soft(RegionMask mask, Shape picture) {
    Tensor soft = Tensor.zeros(picture);
    for (int i = 0; i < soft.data().length; i++) {
      int y = i / picture.dim(1);
      int x = i % picture.dim(1);
      soft.data()[i] = (float) mask.at(x + 0.5, y + 0.5);
    }
    return soft;
  }

  /**
   * torchvision rounds the widened box and counts its last pixel in: a box full of ones, from (2,
   * 2) to (6, 6), becomes one of 5 × 5 pixels without its corners.
   */
  @TestFactory
  Stream<DynamicTest> torchvisionAddsARowAndAColumn() {
    return Facts.tests(
        "masks",
        "paste_torchvision_ones",
        f -> {
          Tensor theirs = Facts.tensor(Json.array(f.answer("pictures"), f.name()).get(0));
          Tensor cells = Tensor.full(Shape.of(2, 2), 1);
          Tensor ours = new RegionMask(new Box(2, 2, 6, 6, 0), cells).in(8, 8);
          for (int i = 0; i < 64; i++) {
            int y = i / 8;
            int x = i % 8;
            boolean inside = x >= 2 && x < 6 && y >= 2 && y < 6;
            assertThat(ours.data()[i] == 1).isEqualTo(inside);
            boolean wider = x >= 2 && x <= 6 && y >= 2 && y <= 6;
            boolean corner = (x == 2 || x == 6) && (y == 2 || y == 6);
            assertThat(theirs.data()[i] >= 0.5).isEqualTo(wider && !corner);
          }
        });
  }

  /** Where a box ends between pixels, torchvision's answer differs in some of them. */
  @TestFactory
  Stream<DynamicTest> torchvisionMovesMasksOfBoxesBetweenPixels() {
    return Facts.tests(
        "masks",
        "paste_torchvision",
        f -> {
          BoxArray boxes = Facts.boxes(f.input("boxes"));
          List<Object> masks = Json.array(f.input("masks"), f.name());
          List<Object> pictures = Json.array(f.answer("pictures"), f.name());
          int other = 0;
          for (int i = 0; i < masks.size(); i++) {
            Tensor theirs = Facts.tensor(pictures.get(i));
            RegionMask mask = new RegionMask(boxes.box(i, 0), Facts.tensor(masks.get(i)));
            Tensor ours = mask.in(theirs.shape().dim(0), theirs.shape().dim(1));
            for (int k = 0; k < ours.data().length; k++) {
              other += (ours.data()[k] == 1) == (theirs.data()[k] >= 0.5) ? 0 : 1;
            }
          }
          assertThat(other).isPositive();
        });
  }
}
