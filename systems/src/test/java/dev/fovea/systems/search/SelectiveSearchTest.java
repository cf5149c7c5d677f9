package dev.fovea.systems.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Box;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where objects may be: what is there is proposed, and the same boxes each time. */
final class SelectiveSearchTest {
  private static Tensor picture(int height, int width, float colour) {
    return Tensor.full(Shape.of(height, width, 3), colour);
  }

  private static void fill(Tensor picture, int[] box, float... colour) {
    int width = picture.shape().dim(1);
    for (int y = box[1]; y < box[3]; y++) {
      for (int x = box[0]; x < box[2]; x++) {
        System.arraycopy(colour, 0, picture.data(), (y * width + x) * 3, 3);
      }
    }
  }

  /** An object of two parts is proposed as a whole, and so are its parts. */
  @Test
  void partsAndWholesAreProposed() {
    Tensor picture = picture(60, 80, 30);
    fill(picture, new int[] {20, 10, 40, 50}, 220, 40, 40);
    fill(picture, new int[] {40, 10, 60, 50}, 240, 120, 40);
    BoxArray found = SelectiveSearch.fast(1000).of(picture);
    ProposalRecall recall = new ProposalRecall();
    recall.add(BoxArray.of(20, 10, 40, 50, 40, 10, 60, 50, 20, 10, 60, 50, 0, 0, 80, 60), found);
    assertThat(recall.at(0.85)).isEqualTo(1);
    assertThat(recall.objects()).isEqualTo(4);
    assertThat(recall.perPicture()).isEqualTo(found.size());
  }

  @Test
  void drawnObjectsAreProposed() {
    LabelledData test = Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES)).test();
    ProposalRecall recall = new ProposalRecall();
    for (int i = 0; i < 10; i++) {
      Sample sample = test.read(i, Seed.of(i));
      BoxArray truth = BoxArray.of(sample.mark(Mark.Boxes.class).orElseThrow().boxes());
      recall.add(truth, SelectiveSearch.fast(2000).of(sample.picture()));
    }
    assertThat(recall.at(0.5)).isGreaterThan(0.75);
    assertThat(recall.meanBest()).isGreaterThan(0.6);
  }

  @Test
  void sameBoxesEachTimeAndEachOnce() {
    Tensor picture =
        Shapes.load(LabelOptions.of(Shapes.usualInput(), Marking.BOXES))
            .test()
            .read(3, Seed.of(0))
            .picture();
    BoxArray found = SelectiveSearch.small(300).least(8).of(picture);
    assertThat(SelectiveSearch.small(300).least(8).of(picture)).isEqualTo(found);
    assertThat(found.size()).isBetween(10, 300);
    Set<Box> distinct = new HashSet<>();
    for (int i = 0; i < found.size(); i++) {
      distinct.add(found.box(i, 0));
    }
    assertThat(distinct).hasSize(found.size());
    assertThat(found.atLeast(8)).hasSize(found.size());
    BoxArray some = SelectiveSearch.small(10).least(8).of(picture);
    assertThat(some).isEqualTo(found.pick(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  }

  /** The usual points of the colour spaces: https://en.wikipedia.org/wiki/CIELAB_color_space. */
  @Test
  void coloursAreConverted() {
    float[] to = new float[3];
    ColourSpace.LAB.convert(new float[] {255, 255, 255}, 0, to, 0);
    assertThat(to).containsExactly(new float[] {255, 128, 128}, within(0.1f));
    ColourSpace.LAB.convert(new float[] {255, 0, 0}, 0, to, 0);
    // L* 53.24, a* 80.09, b* 67.20
    assertThat(to).containsExactly(new float[] {53.24f * 2.55f, 208.09f, 195.20f}, within(0.1f));
    ColourSpace.HSV.convert(new float[] {0, 51, 102}, 0, to, 0);
    // 210°, 100 %, 40 %
    assertThat(to).containsExactly(new float[] {210 * 255 / 360f, 255, 102}, within(1e-3f));
    ColourSpace.HSV.convert(new float[] {7, 7, 7}, 0, to, 0);
    assertThat(to).containsExactly(0, 0, 7);
  }

  @Test
  void onePixelIsOneBox() {
    assertThat(SelectiveSearch.small(5).of(picture(1, 1, 9))).isEqualTo(BoxArray.of(0, 0, 1, 1));
  }

  @Test
  void greyPicturesAreRefused() {
    assertThatThrownBy(() -> SelectiveSearch.fast(5).of(Tensor.zeros(Shape.of(4, 4, 1))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("selective search: a colour picture [H, W, 3] expected, got [4,4,1]");
  }
}
