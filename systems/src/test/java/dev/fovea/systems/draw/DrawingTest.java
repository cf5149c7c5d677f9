package dev.fovea.systems.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is drawn lies where it is said to lie. */
final class DrawingTest {
  private static Tensor grey(int height, int width) {
    return Tensor.full(Shape.of(height, width, 1), 128);
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  @Test
  void smallPicturesAreEnlargedAndLargeOnesStay() {
    assertThat(Drawing.of(grey(32, 64)).image().getWidth()).isEqualTo(512);
    assertThat(Drawing.of(grey(8, 8)).image().getHeight()).isEqualTo(128);
    assertThat(Drawing.of(grey(700, 900)).image().getWidth()).isEqualTo(900);
  }

  @Test
  void edgesOfBoxesLieOnTheirPixels() {
    BufferedImage image =
        Drawing.of(grey(64, 64)).box(new Box(10, 20, 30, 40, 0), "", Color.RED).image();
    int red = Color.RED.getRGB() & 0xFFFFFF;
    for (int[] at :
        List.of(new int[] {10, 30}, new int[] {30, 30}, new int[] {20, 20}, new int[] {20, 40})) {
      assertThat(rgb(image, at[0] * 8, at[1] * 8)).isEqualTo(red);
    }
    assertThat(rgb(image, 20 * 8, 30 * 8)).isEqualTo(0x808080);
    assertThat(rgb(image, 5 * 8, 30 * 8)).isEqualTo(0x808080);
  }

  @Test
  void detectionsHaveNamesAndMasks() {
    RegionMask mask = new RegionMask(new Box(8, 8, 24, 24, 1), Tensor.full(Shape.of(2, 2), 1));
    Detection sure = new Detection(mask.box(), "cell", 0.9, Optional.of(mask));
    BufferedImage image = Drawing.of(grey(64, 64)).detections(List.of(sure), Skeleton.NONE).image();
    assertThat(rgb(image, 16 * 8, 16 * 8)).isNotEqualTo(0x808080);
    Set<Integer> above = new HashSet<>();
    for (int x = 8 * 8; x < 16 * 8; x++) {
      above.add(rgb(image, x, 8 * 8 - 8));
    }
    assertThat(above).contains(Palette.of(1).getRGB() & 0xFFFFFF).hasSizeGreaterThan(1);
  }

  @Test
  void jointsAreWhereTheyAreMarked() {
    Skeleton skeleton =
        Skeleton.of(List.of("left_hand", "right_hand"), List.of(new Skeleton.Bone(0, 1)));
    List<KeyPoint> points =
        List.of(
            new KeyPoint(10, 10, 0, Visibility.VISIBLE),
            new KeyPoint(30, 10, 1, Visibility.VISIBLE));
    BufferedImage image = Drawing.of(grey(64, 64)).skeleton(points, skeleton).image();
    assertThat(rgb(image, 80, 80)).isEqualTo(Palette.of(0).getRGB() & 0xFFFFFF);
    assertThat(rgb(image, 240, 80)).isEqualTo(Palette.of(4).getRGB() & 0xFFFFFF);
    assertThat(rgb(image, 160, 80)).isNotEqualTo(0x808080);
    List<KeyPoint> absent = points.stream().map(p -> p.with(Visibility.ABSENT)).toList();
    assertThat(rgb(Drawing.of(grey(64, 64)).skeleton(absent, skeleton).image(), 80, 80))
        .isEqualTo(0x808080);
  }

  @Test
  void allMarksOfScenesAreDrawn() {
    LabelledData data =
        Shapes.load(
                LabelOptions.of(
                    Shapes.usualInput(), Marking.BOXES, Marking.INSTANCES, Marking.MASK))
            .train();
    for (int i = 0; i < 5; i++) {
      BufferedImage image =
          Drawing.of(data.read(i, Seed.of(0)), data.things(), data.classes(), data.skeleton())
              .image();
      assertThat(image.getWidth()).isEqualTo(512);
    }
    LabelledData masks = Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.MASK)).train();
    BufferedImage sky =
        Drawing.of(masks.read(1, Seed.of(0)), masks.things(), masks.classes(), masks.skeleton())
            .image();
    assertThat(sky.getHeight()).isEqualTo(512);
  }

  @Test
  void neighbouringColoursDiffer() {
    Set<Color> colours = new HashSet<>();
    for (int i = 0; i < 35; i++) {
      colours.add(Palette.of(i));
    }
    assertThat(colours).hasSize(35);
    assertThat(Palette.of(35)).isEqualTo(Palette.of(0));
    assertThat(Palette.of(-1)).isEqualTo(Palette.of(34));
    assertThat(Palette.ink(Color.YELLOW)).isEqualTo(Color.BLACK);
    assertThat(Palette.ink(Color.BLUE)).isEqualTo(Color.WHITE);
  }

  @Test
  void mapsOfAnotherSizeAreRefused() {
    assertThatThrownBy(() -> Drawing.of(grey(8, 8)).region(Tensor.zeros(Shape.of(8, 9)), Color.RED))
        .isInstanceOf(FoveaException.class)
        .hasMessage("drawing: a map of [8,9] on a picture of 8×8 pixels");
  }
}
