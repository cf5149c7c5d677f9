package dev.fovea.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
  private static Sample scene(int channels) {
    Tensor image = Tensor.zeros(Shape.of(HEIGHT, WIDTH, channels));
    Tensor mask = Tensor.zeros(Shape.of(HEIGHT, WIDTH));
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      int y = i / WIDTH;
      int x = i % WIDTH;
      boolean inside = y >= 12 && y < 26 && x >= 15 && x < 35;
      mask.data()[i] = inside ? 2 : 0;
      for (int c = 0; c < channels; c++) {
        image.data()[i * channels + c] = inside ? 200 + 10 * c : 20 + x;
      }
    }
    List<KeyPoint> points =
        List.of(
            new KeyPoint(15.5, 12.5, 0, Visibility.VISIBLE),
            new KeyPoint(25, 19, 1, Visibility.VISIBLE));
    return Sample.of(
        image,
        new Mark.Mask(mask),
        new Mark.Boxes(List.of(new Box(15, 12, 35, 26, 2, points)), List.of(0, 1)),
        new Mark.KeyPoints(points, List.of(0, 1)));
  }

  private static Tensor mask(Sample a) {
    return a.mark(Mark.Mask.class).orElseThrow().classes();
  }

  private static List<Box> boxes(Sample a) {
    return a.mark(Mark.Boxes.class).orElseThrow().boxes();
  }

  private static List<KeyPoint> points(Sample a) {
    return a.mark(Mark.KeyPoints.class).orElseThrow().points();
  }

  static List<String> names() {
    return Augmentations.names().stream().filter(n -> !n.equals("crop")).toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void sameSeedGivesTheSameBitsAndTheSizeStays(String name) {
    for (int channels : new int[] {1, 3}) {
      Sample in = scene(channels);
      float[] before = in.picture().data().clone();
      for (int s = 0; s < 8; s++) {
        Sample one = Augmentations.parse(name).apply(in, Seed.of(s));
        Sample two = Augmentations.parse(name).apply(in, Seed.of(s));
        assertThat(one.picture().data()).containsExactly(two.picture().data());
        assertThat(one.picture().shape()).isEqualTo(in.picture().shape());
        assertThat(mask(one).data()).containsExactly(mask(two).data()).containsAnyOf(0, 2);
        assertThat(boxes(one)).isEqualTo(boxes(two));
        assertThat(points(one)).isEqualTo(points(two));
        for (float v : one.picture().data()) {
          assertThat(v).isBetween(0f, 255f);
        }
      }
      assertThat(in.picture().data()).containsExactly(before);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void seedsGiveDifferentPictures(String name) {
    Sample in = scene(3);
    long kinds =
        IntStream.range(0, 60)
            .mapToObj(s -> Augmentations.parse(name).apply(in, Seed.of(s)).picture())
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
        "scale:0.3@0.5,shift:0.2,rotate:20",
        "flip",
        "vflip",
        "symmetry",
        "resized-crop:0.5:1.2",
        "elastic:1.5:20",
        "crop:36:40:2"
      })
  void whatIsMarkedMovesWithThePicture(String policy) {
    Sample in = scene(1);
    for (int s = 0; s < 12; s++) {
      Sample out = Augmentations.parse(policy).apply(in, Seed.of(s));
      int agree = 0;
      double sumX = 0;
      double sumY = 0;
      int n = 0;
      for (int i = 0; i < mask(out).data().length; i++) {
        boolean marked = mask(out).data()[i] == 2;
        agree += marked == out.picture().data()[i] > 135 ? 1 : 0;
        sumX += marked ? i % out.width() + 0.5 : 0;
        sumY += marked ? Math.floorDiv(i, out.width()) + 0.5 : 0;
        n += marked ? 1 : 0;
        if (marked) {
          assertThat(inside(boxes(out), i % out.width() + 0.5, Math.floorDiv(i, out.width()) + 0.5))
              .isTrue();
        }
      }
      assertThat(agree).isGreaterThan((int) (0.97 * mask(out).data().length));
      KeyPoint middle = points(out).get(1);
      boolean whole = boxes(out).stream().allMatch(b -> whole(b, out));
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

  private static boolean whole(Box b, Sample a) {
    return b.left() > 0 && b.top() > 0 && b.right() < a.width() && b.bottom() < a.height();
  }

  @Test
  void aTurnOfAQuarterMovesEveryPixelExactly() {
    Tensor image = Tensor.of(Shape.of(2, 2, 1), new float[] {1, 2, 3, 4});
    Sample turned = Geometric.about(Sample.of(image), Projection.turn(90));
    assertThat(turned.picture().data()).containsExactly(new float[] {3, 1, 4, 2}, within(1e-4f));
  }

  /** The turns of 1 2 / 3 4 by quarters and their mirror images. */
  @Test
  void aSquareHasEightSymmetriesAndAnotherPictureFour() {
    Sample square = Sample.of(Tensor.of(Shape.of(2, 2, 1), new float[] {1, 2, 3, 4}));
    assertThat(symmetries(square))
        .containsExactlyInAnyOrder(
            "[1.0, 2.0, 3.0, 4.0]",
            "[3.0, 1.0, 4.0, 2.0]",
            "[4.0, 3.0, 2.0, 1.0]",
            "[2.0, 4.0, 1.0, 3.0]",
            "[2.0, 1.0, 4.0, 3.0]",
            "[3.0, 4.0, 1.0, 2.0]",
            "[1.0, 3.0, 2.0, 4.0]",
            "[4.0, 2.0, 3.0, 1.0]");
    assertThat(symmetries(scene(1))).hasSize(4);
  }

  private static Set<String> symmetries(Sample in) {
    return IntStream.range(0, 100)
        .mapToObj(s -> Geometric.symmetry().apply(in, Seed.of(s)).picture())
        .map(t -> Arrays.toString(t.data()))
        .collect(Collectors.toSet());
  }

  /** A mirroring at the diagonal is one, so that a left hand becomes a right one. */
  @Test
  void aTranspositionMirrors() {
    Mark.KeyPoints hands =
        new Mark.KeyPoints(List.of(new KeyPoint(2, 1, 0, Visibility.VISIBLE)), List.of(1, 0));
    Sample out =
        new Transposition(4, 4).apply(Sample.of(Tensor.zeros(Shape.of(4, 4, 1)), hands), 0);
    assertThat(points(out)).containsExactly(new KeyPoint(1, 2, 1, Visibility.VISIBLE));
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

  /** A scale, then a shift: the picture is sampled once, by the product of both. */
  @Test
  void changesOfPlaceInARowAreOne() {
    Sample in = scene(3);
    String text = "scale:0.3,shift:0.2";
    Augmentation both = Augmentations.parse("brightness:0@0," + text + ",invert:0");
    assertThat(both.name()).isEqualTo("brightness:0@0," + text + ",invert:0");
    double log = StrictMath.log1p(0.3);
    for (int s = 0; s < 8; s++) {
      Rng rng = Seed.of(s).rng();
      double factor = StrictMath.exp(Draws.between(rng, -log, log));
      double right = Draws.between(rng, -0.2, 0.2) * WIDTH;
      double down = Draws.between(rng, -0.2, 0.2) * HEIGHT;
      Projection product =
          Projection.scale(factor, factor)
              .about(WIDTH / 2.0, HEIGHT / 2.0)
              .then(Projection.shift(right, down));
      Sample expected = Warp.of(product, HEIGHT, WIDTH).apply(in, 0);
      Sample out = Augmentations.parse(text).apply(in, Seed.of(s));
      assertThat(out.picture().data()).containsExactly(expected.picture().data());
      assertThat(mask(out).data()).containsExactly(mask(expected).data());
      assertThat(boxes(out)).isEqualTo(boxes(expected));
      assertThat(points(out)).isEqualTo(points(expected));
    }
  }

  /** Of a chess board a second sampling would leave less contrast. */
  @Test
  void oneSamplingBlursLessThanTwo() {
    Tensor board = Tensor.zeros(Shape.of(HEIGHT, WIDTH, 1));
    for (int i = 0; i < board.data().length; i++) {
      board.data()[i] = (i / WIDTH / 2 + i % WIDTH / 2) % 2 * 255;
    }
    double one = 0;
    double two = 0;
    for (int s = 0; s < 8; s++) {
      Rng rng = Seed.of(s).rng();
      Sample scaled = Geometric.scale(0.1).apply(Sample.of(board), rng);
      two += contrast(Geometric.shift(0.1).apply(scaled, rng).picture());
      Augmentation both = Geometric.scale(0.1).then(Geometric.shift(0.1));
      one += contrast(both.apply(Sample.of(board), Seed.of(s)).picture());
    }
    assertThat(one).isGreaterThan(1.1 * two);
  }

  /** Returns the sum of differences between neighbours in the middle of a picture. */
  private static double contrast(Tensor t) {
    double sum = 0;
    for (int y = HEIGHT / 4; y < 3 * HEIGHT / 4; y++) {
      for (int x = WIDTH / 4; x < 3 * WIDTH / 4; x++) {
        sum += Math.abs(t.data()[y * WIDTH + x + 1] - t.data()[y * WIDTH + x]);
      }
    }
    return sum;
  }

  @Test
  void boxesThatLeaveThePictureAreDroppedAndPointsBecomeInvisible() {
    Sample in = scene(1);
    Sample out = Warp.of(Projection.shift(0, 25), HEIGHT, WIDTH).apply(in, 0);
    assertThat(boxes(out)).hasSize(1).first().extracting(Box::bottom).isEqualTo(40.0);
    assertThat(points(out))
        .extracting(KeyPoint::visibility)
        .containsExactly(Visibility.VISIBLE, Visibility.ABSENT);
    Sample gone = Warp.of(Projection.shift(0, 27), HEIGHT, WIDTH).apply(in, 0);
    assertThat(boxes(gone)).isEmpty();
  }

  /** Factors on one pixel: 2·60 = 120; mean 100: 100 + 2·(60 − 100) = 20. */
  @Test
  void coloursFollowTheirFormulas() {
    Tensor t = Tensor.of(Shape.of(1, 2, 1), new float[] {60, 140});
    assertThat(Colours.brightness(t, 2).data()).containsExactly(120, 255);
    assertThat(Colours.contrast(t, 2).data()).containsExactly(20, 180);
    assertThat(Photometric.invert(1).apply(Sample.of(t), Seed.of(0)).picture().data())
        .containsExactly(195, 115);
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
    Sample in = scene(1);
    Tensor other = Tensor.of(Shape.of(1, 1, 1), new float[] {99});
    Sample out = Occlusion.background(List.of(other)).apply(in, Seed.of(1));
    assertThat(out.picture().data()[0]).isEqualTo(99);
    assertThat(out.picture().data()[15 * WIDTH + 20]).isEqualTo(200);
    assertThatThrownBy(
            () -> Occlusion.background(List.of(other)).apply(Sample.of(in.picture()), Seed.of(1)))
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
    int between = 0;
    for (int s = 0; s < 40; s++) {
      Sample sample = mixed.read(0, Seed.of(s));
      float[] input = sample.picture().data();
      float[] target = sample.mark(Mark.Numbers.class).orElseThrow().values().data();
      assertThat(target[0] + target[1] + target[2]).isCloseTo(1, within(1e-5f));
      double own = 0;
      double mean = 0;
      for (float v : input) {
        own += Math.abs(v - 20) < 0.5 ? 1 / 64.0 : 0;
        mean += v / 64;
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
    public Sample read(int i, Seed seed) {
      return source.read(i, seed);
    }
  }

  @Test
  void changesPixelsBeforeTheyAreNormalised() {
    Dataset bright = samples().augment(Augmentations.parse("brightness:0.5"));
    float pixel = bright.read(1, Seed.of(3)).picture().data()[0];
    assertThat(pixel).isBetween(35f, 105f).isNotEqualTo(70f);
    assertThat(bright.input(1, Seed.of(3)).data()[0]).isEqualTo(pixel * (1 / 255f));
    assertThat(bright.description()).isEqualTo("brightness:0.5");
    assertThatThrownBy(() -> samples().augment(Augmentations.parse("crop:4:4")).read(0, Seed.of(1)))
        .hasMessage("augmentation crop:4x4+4: makes pictures of 4×4×1, the network takes 8×8×1");
  }

  /** Half of the pictures by the sample's seed; a view mirrors all of them. */
  @Test
  void flipMirrorsHalfOfThePicturesAndAsAViewAll() {
    Tensor image = Tensor.of(Shape.of(2, 3, 2), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    float[] mirrored = {5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8};
    int flipped = 0;
    for (int i = 0; i < 1000; i++) {
      Seed seed = Seed.of(3).split(i);
      float[] out = Augmentations.parse("flip").apply(Sample.of(image), seed).picture().data();
      assertThat(out).isEqualTo(seed.rng().nextInt(2) == 1 ? mirrored : image.data());
      flipped += out[0] == 5 ? 1 : 0;
      assertThat(Augmentations.view("flip").apply(Sample.of(image), seed).picture().data())
          .isEqualTo(mirrored);
    }
    assertThat(flipped).isBetween(430, 570);
  }

  /** Every move of a 4×3 picture against a copy pixel by pixel. */
  @Test
  void shiftByPixelsMovesAndFills() {
    Tensor image = Tensor.zeros(Shape.of(4, 3, 2));
    for (int k = 0; k < 24; k++) {
      image.data()[k] = k + 1;
    }
    for (int i = 0; i < 500; i++) {
      Seed seed = Seed.of(3).split(i);
      Augmentation shift = Augmentations.parse("shift:5", -7, -8);
      float[] moved = shift.apply(Sample.of(image), seed).picture().data();
      Rng rng = seed.rng();
      int down = rng.nextInt(11) - 5;
      int right = rng.nextInt(11) - 5;
      for (int at = 0; at < 24; at++) {
        int y = at / 6 - down;
        int x = at / 2 % 3 - right;
        boolean inside = y >= 0 && y < 4 && x >= 0 && x < 3;
        assertThat(moved[at])
            .isEqualTo(inside ? image.data()[(y * 3 + x) * 2 + at % 2] : -7 - at % 2);
      }
    }
  }

  /** The left and the right hand (0 and 1) change sides, the nose (2) is its own mirror image. */
  @Test
  void mirroredKeyPointsAreThoseOfTheOtherSide() {
    List<KeyPoint> points =
        List.of(
            new KeyPoint(1, 2, 0, Visibility.VISIBLE),
            new KeyPoint(7, 2, 1, Visibility.HIDDEN),
            new KeyPoint(5, 1, 2, Visibility.VISIBLE));
    Tensor image = Tensor.zeros(Shape.of(4, 10, 1));
    List<KeyPoint> swapped =
        List.of(
            new KeyPoint(9, 2, 1, Visibility.VISIBLE),
            new KeyPoint(3, 2, 0, Visibility.HIDDEN),
            new KeyPoint(5, 1, 2, Visibility.VISIBLE));
    List<Integer> sides = List.of(1, 0, 2);
    Box person = new Box(0, 0, 8, 4, 0, points);
    Sample known =
        Sample.of(image, new Mark.KeyPoints(points, sides), new Mark.Boxes(List.of(person), sides));
    Sample mirrored = Geometric.mirror().apply(known, Seed.of(1));
    assertThat(points(mirrored)).isEqualTo(swapped);
    assertThat(boxes(mirrored)).containsExactly(new Box(2, 0, 10, 4, 0, swapped));
    Sample unknown = Sample.of(image, new Mark.KeyPoints(points, List.of()));
    assertThatThrownBy(() -> Geometric.mirror().apply(unknown, Seed.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "mirror image: nothing says which key point that of kind 0 becomes on the other side;"
                + " leave flip, vflip and symmetry out, or name points with left and right");
    assertThat(points(Geometric.rotate(10).apply(unknown, Seed.of(1))))
        .extracting(KeyPoint::label)
        .containsExactly(0, 1, 2);
  }

  @Test
  void numbersOfPixelsAreNotLeftBehind() {
    Tensor image = Tensor.zeros(Shape.of(4, 6, 1));
    Sample depths = Sample.of(image, new Mark.Numbers(Tensor.zeros(Shape.of(4, 6, 1))));
    assertThatThrownBy(() -> Geometric.mirror().apply(depths, Seed.of(1)))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "numbers [4,6,1] of a picture [4,6,1]: it is not known how numbers of pixels move;"
                + " classes of pixels move as a mask");
    Sample three = Sample.of(image, new Mark.Numbers(Tensor.zeros(Shape.of(3))));
    assertThat(Geometric.mirror().apply(three, Seed.of(1)).marks()).isEqualTo(three.marks());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rotat:3 | augmentation \"rotat\": unknown; did you mean rotate?",
        "rotate:3:4 | augmentation rotate:3:4: takes one number, got 2",
        "rotate:x | augmentation rotate:x: \"x\" is no number, such as 0.3 or 15",
        "randaugment:2.7:9 | augmentation randaugment: takes whole numbers, got 2.7",
        "crop:8:8:0.5 | augmentation crop: takes whole numbers, got 0.5",
        "rotate:200 | rotate 200: a number from 0 to 180 expected",
        "shift:1.5 | augmentation shift: takes whole numbers, got 1.5",
        "flip@1.5 | probability 1.5: a number from 0 to 1 expected"
      })
  void saysWhatIsWrongWithAText(String text, String message) {
    assertThatThrownBy(() -> Augmentations.parse(text))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }

  @Test
  void namesGiveTheTextBack() {
    String text = "flip@0.5,rotate:15,brightness:0.3,randaugment:2:9";
    assertThat(Augmentations.parse(text).name()).isEqualTo(text);
    assertThat(Augmentations.parse("none").name()).isEqualTo("none");
  }

  @Test
  void refusesMarksOutsideThePicture() {
    Tensor in = Tensor.zeros(Shape.of(4, 6, 1));
    assertThatThrownBy(() -> Sample.of(in, new Mark.Boxes(List.of(new Box(1, 1, 7, 3, 0)))))
        .hasMessage("box from (1.0, 1.0) to (7.0, 3.0): outside the picture of 4×6 pixels");
    assertThatThrownBy(() -> Sample.of(in, new Mark.Mask(Tensor.zeros(Shape.of(6, 4)))))
        .hasMessage("mask of shape [6,4]: the picture needs one of [4,6]");
    KeyPoint outside = new KeyPoint(-1, 0, 0, Visibility.VISIBLE);
    assertThatThrownBy(() -> Sample.of(in, new Mark.KeyPoints(List.of(outside), List.of())))
        .hasMessage("key point (-1.0, 0.0): outside the picture of 4×6 pixels");
    assertThatThrownBy(() -> new Box(3, 1, 3, 2, 0))
        .hasMessage("box from (3.0, 1.0) to (3.0, 2.0): right of left and below top expected");
    assertThatThrownBy(() -> Sample.of(Tensor.zeros(Shape.of(4)), new Mark.Boxes(List.of())))
        .hasMessage("boxes: need a picture [H, W, C], the input is [4]");
  }
}
