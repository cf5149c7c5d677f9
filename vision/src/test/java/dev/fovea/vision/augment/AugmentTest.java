package dev.fovea.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of pictures and of what is marked in them. */
final class AugmentTest {
  private static final int HEIGHT = 40;
  private static final int WIDTH = 48;

  /** A picture with a bright rectangle that box, mask and two key points mark. */
  private static Annotated scene(int channels) {
    Tensor image = Tensor.zeros(Shape.of(HEIGHT, WIDTH, channels));
    Tensor mask = Tensor.zeros(Shape.of(HEIGHT, WIDTH, 1));
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      int y = i / WIDTH;
      int x = i % WIDTH;
      boolean inside = y >= 12 && y < 26 && x >= 15 && x < 35;
      mask.data()[i] = inside ? 2 : 0;
      for (int c = 0; c < channels; c++) {
        image.data()[i * channels + c] = inside ? 200 + 10 * c : 20 + x;
      }
    }
    return Annotated.of(image)
        .withMask(mask)
        .withBoxes(List.of(new Box(15, 12, 35, 26, 2)))
        .withKeyPoints(List.of(new KeyPoint(15.5, 12.5, 0, true), new KeyPoint(25, 19, 1, true)));
  }

  private static Tensor mask(Annotated a) {
    return a.mask().orElseThrow();
  }

  static List<String> names() {
    return Policy.names().stream().filter(n -> !n.equals("crop")).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void sameSeedGivesTheSameBitsAndTheSizeStays(String name) {
    for (int channels : new int[] {1, 3}) {
      Annotated in = scene(channels);
      float[] before = in.image().data().clone();
      for (int s = 0; s < 8; s++) {
        Annotated one = Policy.parse(name).apply(in, Seed.of(s));
        Annotated two = Policy.parse(name).apply(in, Seed.of(s));
        assertThat(one.image().data()).containsExactly(two.image().data());
        assertThat(one.image().shape()).isEqualTo(in.image().shape());
        assertThat(mask(one).data()).containsExactly(mask(two).data()).containsAnyOf(0, 2);
        assertThat(one.boxes()).isEqualTo(two.boxes());
        assertThat(one.keyPoints()).isEqualTo(two.keyPoints());
        for (float v : one.image().data()) {
          assertThat(v).isBetween(0f, 255f);
        }
      }
      assertThat(in.image().data()).containsExactly(before);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void seedsGiveDifferentPictures(String name) {
    Annotated in = scene(3);
    long kinds =
        IntStream.range(0, 60)
            .mapToObj(s -> Policy.parse(name).apply(in, Seed.of(s)).image())
            .map(t -> List.of(t.data()[0], sum(t), t.data()[t.data().length / 2]))
            .distinct()
            .count();
    assertThat(kinds).isGreaterThan(1);
  }

  private static float sum(Tensor t) {
    float sum = 0;
    for (int i = 0; i < t.data().length; i++) {
      sum += t.data()[i] * (i % 31);
    }
    return sum;
  }

  /** The bright pixels, the mask, the box and the middle point stay together under every move. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "shift:0.2",
        "rotate:30",
        "scale:0.3",
        "shear:15",
        "perspective:0.15",
        "flip",
        "vflip",
        "resized-crop:0.5:1.2",
        "elastic:1.5:20",
        "crop:36:40:2"
      })
  void whatIsMarkedMovesWithThePicture(String policy) {
    Annotated in = scene(1);
    for (int s = 0; s < 12; s++) {
      Annotated out = Policy.parse(policy).apply(in, Seed.of(s));
      int agree = 0;
      double sumX = 0;
      double sumY = 0;
      int n = 0;
      for (int i = 0; i < mask(out).data().length; i++) {
        boolean marked = mask(out).data()[i] == 2;
        agree += marked == out.image().data()[i] > 135 ? 1 : 0;
        sumX += marked ? i % out.width() + 0.5 : 0;
        sumY += marked ? Math.floorDiv(i, out.width()) + 0.5 : 0;
        n += marked ? 1 : 0;
        if (marked) {
          assertThat(
                  inside(out.boxes(), i % out.width() + 0.5, Math.floorDiv(i, out.width()) + 0.5))
              .isTrue();
        }
      }
      assertThat(agree).isGreaterThan((int) (0.97 * mask(out).data().length));
      KeyPoint middle = out.keyPoints().get(1);
      boolean whole = out.boxes().stream().allMatch(b -> whole(b, out));
      boolean straight = !policy.startsWith("perspective") && !policy.startsWith("elastic");
      if (whole && n > 0 && straight) {
        assertThat(middle.x()).isCloseTo(sumX / n, within(1.5));
        assertThat(middle.y()).isCloseTo(sumY / n, within(1.5));
      }
    }
  }

  private static boolean inside(List<Box> boxes, double x, double y) {
    double slack = 1.01;
    return boxes.stream()
        .anyMatch(b ->
            x > b.left() - slack
                && x < b.right() + slack
                && y > b.top() - slack
                && y < b.bottom() + slack);
  }

  private static boolean whole(Box b, Annotated a) {
    return b.left() > 0 && b.top() > 0 && b.right() < a.width() && b.bottom() < a.height();
  }

  @Test
  void aTurnOfAQuarterMovesEveryPixelExactly() {
    Tensor image = Tensor.of(Shape.of(2, 2, 1), new float[] {1, 2, 3, 4});
    Annotated turned = Geometric.about(Annotated.of(image), Projection.turn(90));
    assertThat(turned.image().data()).containsExactly(new float[] {3, 1, 4, 2}, within(1e-4f));
  }

  @Test
  void projectionOfCornersHasAnInverse() {
    double[] from = {0, 0, 10, 0, 10, 8, 0, 8};
    double[] to = {1, 2, 9, 1, 8, 7, 0, 6};
    Projection p = Projection.corners(from, to);
    for (int i = 0; i < 4; i++) {
      assertThat(p.x(from[2 * i], from[2 * i + 1])).isCloseTo(to[2 * i], within(1e-9));
      assertThat(p.y(from[2 * i], from[2 * i + 1])).isCloseTo(to[2 * i + 1], within(1e-9));
      assertThat(p.inverse().x(to[2 * i], to[2 * i + 1])).isCloseTo(from[2 * i], within(1e-9));
    }
  }

  @Test
  void elasticKnowsWhereEveryPointGoes() {
    ElasticWarp warp = new ElasticWarp(HEIGHT, WIDTH, 2, 20, Seed.of(5).rng());
    for (int y = 2; y < HEIGHT; y += 5) {
      for (int x = 2; x < WIDTH; x += 5) {
        double tx = warp.targetX(x, y);
        double ty = warp.targetY(x, y);
        assertThat(warp.sourceX(tx, ty)).isCloseTo(x, within(0.05));
        assertThat(warp.sourceY(tx, ty)).isCloseTo(y, within(0.05));
      }
    }
  }

  @Test
  void boxesThatLeaveThePictureAreDroppedAndPointsBecomeInvisible() {
    Annotated in = scene(1);
    Annotated out = Warp.of(Projection.shift(0, 25), HEIGHT, WIDTH).apply(in, 0);
    assertThat(out.boxes()).hasSize(1).first().extracting(Box::bottom).isEqualTo(40.0);
    assertThat(out.keyPoints()).extracting(KeyPoint::visible).containsExactly(true, false);
    Annotated gone = Warp.of(Projection.shift(0, 27), HEIGHT, WIDTH).apply(in, 0);
    assertThat(gone.boxes()).isEmpty();
  }

  /** Factors on one pixel: 2·60 = 120; mean 100: 100 + 2·(60 − 100) = 20. */
  @Test
  void coloursFollowTheirFormulas() {
    Tensor t = Tensor.of(Shape.of(1, 2, 1), new float[] {60, 140});
    assertThat(Colours.brightness(t, 2).data()).containsExactly(120, 255);
    assertThat(Colours.contrast(t, 2).data()).containsExactly(20, 180);
    assertThat(Colours.posterize(t, 2).data()).containsExactly(0, 128);
    assertThat(Colours.solarize(t, 100).data()).containsExactly(60, 115);
    assertThat(Colours.autoContrast(t).data()).containsExactly(0, 255);
    assertThat(Colours.equalize(t).data()).containsExactly(0, 255);
    Tensor red = Tensor.of(Shape.of(1, 1, 3), new float[] {100, 0, 0});
    assertThat(Colours.saturation(red, 0).data())
        .containsExactly(new float[] {29.9f, 29.9f, 29.9f}, within(1e-3f));
    assertThat(Colours.hue(red, 1).data()).containsExactly(new float[] {100, 0, 0}, within(0.2f));
  }

  @Test
  void blurKeepsTheSumOfAFlatPictureAndSpreadsAPoint() {
    Tensor flat = Tensor.of(Shape.of(3, 3, 1), new float[] {7, 7, 7, 7, 7, 7, 7, 7, 7});
    assertThat(Colours.blur(flat, 1.5).data()).containsOnly(new float[] {7}, within(1e-4f));
    Tensor point = Tensor.zeros(Shape.of(9, 9, 1));
    point.data()[40] = 100;
    float[] out = Colours.blur(point, 1).data();
    assertThat(out[40]).isCloseTo(100 / (2 * (float) Math.PI), within(0.3f));
    assertThat(out[39]).isEqualTo(out[41]).isEqualTo(out[31]).isLessThan(out[40]);
  }

  @Test
  void backgroundReplacesWhatTheMaskCallsZero() {
    Annotated in = scene(1);
    Tensor other = Tensor.of(Shape.of(1, 1, 1), new float[] {99});
    Annotated out = Occlusion.background(List.of(other)).apply(in, Seed.of(1));
    assertThat(out.image().data()[0]).isEqualTo(99);
    assertThat(out.image().data()[15 * WIDTH + 20]).isEqualTo(200);
    assertThatThrownBy(
            () -> Occlusion.background(List.of(other)).apply(Annotated.of(in.image()), Seed.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("background: needs a mask that is 0 where the background is");
  }

  private static Dataset samples() {
    byte[] pixels = new byte[4 * 8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 64 * 50 + 20);
    }
    return new InMemoryImages(
        Preprocessing.scaled(Shape.of(8, 8, 1)),
        pixels,
        new int[] {0, 1, 2, 1},
        List.of("a", "b", "c"));
  }

  /** The flat pictures of 20, 70, 120 and 170 show in which proportion they were mixed. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void mixedTargetsAreTheSharesOfThePictures(boolean cut) {
    Dataset mixed = new Mixing(samples(), 1, cut);
    float[] input = new float[64];
    float[] target = new float[3];
    int between = 0;
    for (int s = 0; s < 40; s++) {
      mixed.read(0, Seed.of(s), input, 0, target, 0);
      assertThat(target[0] + target[1] + target[2]).isCloseTo(1, within(1e-5f));
      double own = 0;
      double mean = 0;
      for (float v : input) {
        own += Math.abs(v * 255 - 20) < 0.5 ? 1 / 64.0 : 0;
        mean += v * 255 / 64;
      }
      if (cut) {
        assertThat(target[0]).isCloseTo((float) own, within(1e-4f));
      } else {
        assertThat(mean)
            .isBetween(20 + 49 * (1.0 - target[0]) - 1, 20 + 151 * (1.0 - target[0]) + 1);
      }
      between += target[0] > 0.05 && target[0] < 0.95 ? 1 : 0;
    }
    assertThat(between).isGreaterThan(10);
  }

  @Test
  void onlyPicturesAreMixed() {
    Dataset flat =
        new InMemoryImages(
            Preprocessing.scaled(Shape.of(1, 1, 1)),
            new byte[2],
            new int[] {0, 1},
            List.of("a", "b"));
    assertThatThrownBy(() -> Mixing.cutMix(new Flat(flat), 1))
        .isInstanceOf(FoveaException.class)
        .hasMessage("cutmix: needs pictures [H,W,C], got samples of [[1]]");
    assertThatThrownBy(() -> Mixing.mixup(Mixing.mixup(flat, 1), 1))
        .hasMessage("mixup: needs samples with class labels");
  }

  /** Samples of one number. */
  private record Flat(Dataset source) implements Dataset {
    @Override
    public int size() {
      return source.size();
    }

    @Override
    public Shape inputShape() {
      return Shape.of(1);
    }

    @Override
    public List<String> classes() {
      return source.classes();
    }

    @Override
    public void read(int i, Seed seed, float[] in, int inAt, float[] out, int outAt) {
      source.read(i, seed, in, inAt, out, outAt);
    }
  }

  @Test
  void becomesATransformOfInputs() {
    Preprocessing rule = Preprocessing.scaled(Shape.of(8, 8, 1));
    Dataset bright = samples().augment(Policy.parse("brightness:0.5").transform(rule));
    float[] input = new float[64];
    bright.read(1, Seed.of(3), input, 0, new float[1], 0);
    assertThat(input[0] * 255).isBetween(34f, 106f).isNotEqualTo(70f);
    assertThat(bright.description()).isEqualTo("brightness:0.5");
    assertThatThrownBy(() ->
            samples()
                .augment(Policy.parse("crop:4:4").transform(rule))
                .read(0, Seed.of(1), input, 0, new float[1], 0))
        .hasMessage("augmentation crop:4x4+4: makes pictures of 4×4×1, the network takes 8×8×1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rotat:3 | augmentation \"rotat\": unknown; did you mean rotate?",
        "rotate:3:4 | augmentation rotate:3:4: takes 1 numbers, got 2",
        "rotate:x | augmentation rotate:x: \"x\" is no number, such as 0.3 or 15",
        "randaugment:2.7:9 | augmentation randaugment: takes whole numbers, got 2.7",
        "crop:8:8:0.5 | augmentation crop: takes whole numbers, got 0.5",
        "rotate:200 | rotate 200: a number from 0 to 180 expected",
        "flip@1.5 | probability 1.5: a number from 0 to 1 expected"
      })
  void saysWhatIsWrongWithAPolicy(String text, String message) {
    assertThatThrownBy(() -> Policy.parse(text))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }

  @Test
  void namesGiveThePolicyBack() {
    String text = "flip@0.5,rotate:15,brightness:0.3,randaugment:2:9";
    assertThat(Policy.parse(text).name()).isEqualTo(text);
    assertThat(Policy.parse("none").name()).isEqualTo("none");
  }

  @Test
  void refusesMarksOutsideThePicture() {
    Annotated in = Annotated.of(Tensor.zeros(Shape.of(4, 6, 1)));
    assertThatThrownBy(() -> in.withBoxes(List.of(new Box(1, 1, 7, 3, 0))))
        .hasMessage("box from (1.0, 1.0) to (7.0, 3.0): outside the picture of 4×6 pixels");
    assertThatThrownBy(() -> in.withMask(Tensor.zeros(Shape.of(6, 4, 1))))
        .hasMessage("mask of shape [6,4,1]: the picture needs one of [4,6,1]");
    assertThatThrownBy(() -> in.withKeyPoints(List.of(new KeyPoint(-1, 0, 0, true))))
        .hasMessage("key point (-1.0, 0.0): outside the picture of 4×6 pixels");
    assertThatThrownBy(() -> new Box(3, 1, 3, 2, 0))
        .hasMessage("box from (3.0, 1.0) to (3.0, 2.0): right of left and below top expected");
  }
}
