package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Preprocessing.Resize;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import dev.fovea.vision.augment.Geometric;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PlacementTest {
  private static final String SIZES =
      """
      1, 1, 8, 8
      1, 1, 1, 1
      7, 3, 16, 16
      3, 7, 16, 16
      31, 17, 8, 12
      17, 31, 12, 8
      640, 480, 33, 33
      5, 200, 20, 20
      16, 16, 16, 16
      9, 9, 4, 6
      """;

  /** A landscape of 4×8 in an input of 8×8: the same scale both ways, 2 rows free above, below. */
  @Test
  void threeWaysOfOnePicture() {
    Size wide = new Size(4, 8);
    Size square = new Size(8, 8);
    assertThat(Placement.of(Resize.STRETCH, wide, square))
        .isEqualTo(new Placement(wide, square, 0, 0, square));
    assertThat(Placement.of(Resize.LETTERBOX, wide, square))
        .isEqualTo(new Placement(wide, wide, 2, 0, square));
    assertThat(Placement.of(Resize.CORNER, wide, square))
        .isEqualTo(new Placement(wide, wide, 0, 0, square));
    assertThat(Placement.of(Resize.CROP, wide, square))
        .isEqualTo(new Placement(wide, new Size(8, 16), 0, -4, square));
  }

  @Test
  void theLetterBoxIsFilled() {
    Placement placement = Placement.of(Resize.LETTERBOX, new Size(1, 3), new Size(3, 3));
    assertThat(placement.apply(Pictures.grey("1 2 3"), 9).data())
        .containsExactly(9, 9, 9, 1, 2, 3, 9, 9, 9);
    assertThat(placement.back(Tensor.of(Shape.of(3, 3), 7, 7, 7, 4, 5, 6, 7, 7, 7)).data())
        .containsExactly(4, 5, 6);
    assertThatThrownBy(() -> placement.apply(Pictures.grey("1 2"), 0))
        .hasMessage("placement: of a picture of 1×3 pixels, got [1,2,1]");
  }

  @Test
  void aCutPictureHasPixelsThatTheInputDoesNotShow() {
    Placement placement = Placement.of(Resize.CROP, new Size(1, 5), new Size(1, 2));
    assertThat(placement.apply(Pictures.grey("1 2 3 4 5"), 0).data()).containsExactly(2, 3);
    assertThat(placement.back(Tensor.of(Shape.of(1, 2), 6, 7)).data())
        .containsExactly(-1, 6, 7, -1, -1);
    assertThat(placement.back(new Box(0, 0, 2, 1, 3))).contains(new Box(1, 0, 3, 1, 3));
    Placement box = Placement.of(Resize.LETTERBOX, new Size(1, 3), new Size(3, 3));
    assertThat(box.back(new Box(0, 0, 3, 1, 0))).isEmpty();
  }

  /** A picture's marks come into the input as Geometric places them, and back where they were. */
  @ParameterizedTest
  @CsvSource(textBlock = SIZES)
  void marksComeBack(int height, int width, int inputHeight, int inputWidth) {
    Size picture = new Size(height, width);
    Size input = new Size(inputHeight, inputWidth);
    KeyPoint point = new KeyPoint(0.4 * width, 0.7 * height, 0, KeyPoint.Visibility.VISIBLE);
    Box box = new Box(0.2 * width, 0.1 * height, 0.9 * width, 0.8 * height, 4);
    Sample sample =
        Sample.of(
            Tensor.zeros(Shape.of(height, width, 1)),
            new Mark.KeyPoints(List.of(point), List.of()),
            new Mark.Boxes(List.of(box)));
    for (Resize way : List.of(Resize.STRETCH, Resize.LETTERBOX)) {
      Placement placement = Placement.of(way, picture, input);
      Sample placed = Geometric.place(sample, way, inputHeight, inputWidth);
      KeyPoint there = placed.mark(Mark.KeyPoints.class).orElseThrow().points().get(0);
      assertThat(placement.back(there).x()).isCloseTo(point.x(), within(1e-9));
      assertThat(placement.back(there).y()).isCloseTo(point.y(), within(1e-9));
      Box back =
          placement.back(placed.mark(Mark.Boxes.class).orElseThrow().boxes().get(0)).orElseThrow();
      assertThat(back.left()).isCloseTo(box.left(), within(1e-9));
      assertThat(back.top()).isCloseTo(box.top(), within(1e-9));
      assertThat(back.right()).isCloseTo(box.right(), within(1e-9));
      assertThat(back.bottom()).isCloseTo(box.bottom(), within(1e-9));
    }
  }

  /** What is placed lies where the sample's own marks come to lie, and comes back. */
  @ParameterizedTest
  @EnumSource(Resize.class)
  void boxesPointsAndMapsArePlacedAsSamplesAre(Resize way) {
    Size picture = new Size(20, 30);
    Placement placement = Placement.of(way, picture, new Size(24, 24));
    Box box = new Box(9, 3, 21, 17, 2, List.of(new KeyPoint(15, 5, 0, Visibility.VISIBLE)));
    Tensor map = Tensor.zeros(Shape.of(20, 30));
    for (int i = 0; i < map.data().length; i++) {
      map.data()[i] = i % 7;
    }
    Sample sample =
        Sample.of(
            Tensor.zeros(Shape.of(20, 30, 1)), new Mark.Boxes(List.of(box)), new Mark.Mask(map, 9));
    Sample placed = Geometric.place(sample, way, 24, 24);
    Box own = placement.place(box).orElseThrow();
    Box wanted = placed.mark(Mark.Boxes.class).orElseThrow().boxes().get(0);
    assertThat(own.left()).isCloseTo(wanted.left(), within(1e-9));
    assertThat(own.bottom()).isCloseTo(wanted.bottom(), within(1e-9));
    assertThat(own.points().get(0).x()).isCloseTo(wanted.points().get(0).x(), within(1e-9));
    Box back = placement.back(own).orElseThrow();
    assertThat(back.right()).isCloseTo(box.right(), within(1e-9));
    assertThat(placement.place(map, 9).data())
        .isEqualTo(placed.mark(Mark.Mask.class).orElseThrow().classes().data());
    assertThat(placement.place(new KeyPoint(-50, 5, 0, Visibility.VISIBLE)).visibility())
        .isEqualTo(Visibility.ABSENT);
  }

  /** Where the input has as many pixels or more, each pixel of a mask comes back as it was. */
  @ParameterizedTest
  @CsvSource(textBlock = SIZES)
  void masksComeBack(int height, int width, int inputHeight, int inputWidth) {
    Tensor mask = Tensor.zeros(Shape.of(height, width));
    for (int i = 0; i < mask.data().length; i++) {
      mask.data()[i] = 1 + i % 5;
    }
    Sample sample = Sample.of(Tensor.zeros(Shape.of(height, width, 1)), new Mark.Mask(mask));
    for (Resize way : Resize.values()) {
      Placement placement =
          Placement.of(way, new Size(height, width), new Size(inputHeight, inputWidth));
      Tensor there =
          Geometric.place(sample, way, inputHeight, inputWidth)
              .mark(Mark.Mask.class)
              .orElseThrow()
              .classes();
      float[] back = placement.back(there).data();
      assertThat(back).hasSameSizeAs(mask.data());
      boolean grows = placement.scaleX() >= 1 && placement.scaleY() >= 1;
      for (int i = 0; i < back.length; i++) {
        if (way != Resize.CROP) {
          assertThat(back[i]).isBetween(1f, 5f);
        }
        if (grows && back[i] != Mark.PADDING) {
          assertThat(back[i]).isEqualTo(mask.data()[i]);
        }
      }
    }
  }

  /** A slope has at each place the value of the place it came from, but for a triangle's sums. */
  @ParameterizedTest
  @EnumSource(Resize.class)
  void placesAreThoseOfResampling(Resize way) {
    Tensor slope = Tensor.zeros(Shape.of(40, 60, 1));
    for (int i = 0; i < slope.data().length; i++) {
      int row = i / 60;
      slope.data()[i] = i % 60 + 0.5f + 2 * (row + 0.5f);
    }
    for (Size input : List.of(new Size(20, 20), new Size(90, 70))) {
      Placement placement = Placement.of(way, Size.of(slope.shape()), input);
      Tensor shown = placement.apply(slope, 0);
      // The middle of what is shown: at its edges there is nothing to interpolate with.
      int y = way == Resize.CORNER ? placement.scaled().height() / 2 : input.height() / 2;
      for (int x = input.width() / 4; x < 3 * input.width() / 4; x++) {
        double expected = placement.pictureX(x + 0.5) + 2 * placement.pictureY(y + 0.5);
        assertThat(shown.data()[y * input.width() + x]).isCloseTo((float) expected, within(0.02f));
      }
    }
  }

  @Test
  void preprocessingSaysHow() {
    Preprocessing rule = Preprocessing.scaled(Shape.of(3, 3, 1)).withResize(Resize.LETTERBOX);
    assertThat(Preprocessing.parse(rule.toText(), "text")).isEqualTo(rule);
    assertThat(Images.fit(rule, Pictures.grey("1 2 3")).data())
        .containsExactly(114, 114, 114, 1, 2, 3, 114, 114, 114);
    assertThatThrownBy(() -> Resize.parse("letter", "x resize"))
        .hasMessage("x resize: \"letter\" is not stretch, crop, letterbox, corner or darknet");
  }
}
