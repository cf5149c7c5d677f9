package dev.fovea.apps.face;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.augment.Similarity;
import java.util.ArrayList;
import java.util.List;

/**
 * Drawn faces of persons who do not exist. Each person has proportions and colours of its own; each
 * picture has another smile, place, turn and light.
 */
public final class DrawnFaces {
  /**
   * The names of the landmarks of a picture, left and right as seen, in the order of their kinds.
   */
  public static final List<String> POINTS =
      List.of("left pupil", "right pupil", "nose", "left mouth", "right mouth", "chin");

  /** Half of the side of a picture in the coordinates of a face, whose middle is (0, 0). */
  private static final double REACH = 1.15;

  private static final List<Integer> MIRRORED = List.of(1, 0, 2, 4, 3, 5);
  private static final int MOUTH_DOTS = 14;

  /** The points that an aligner takes: all but the chin. */
  private static final int FIVE = 5;

  private static final Colour WHITE = new Colour(245, 245, 245);
  private static final Colour DARK = new Colour(25, 20, 20);

  private DrawnFaces() {}

  /** A colour with values 0 … 255. */
  private record Colour(float red, float green, float blue) {
    Colour times(float r, float g, float b) {
      return new Colour(red * r, green * g, blue * b);
    }
  }

  /** The proportions of a person, in halves of the picture, and colours. */
  private record Person(
      double width,
      double height,
      double eyesApart,
      double eyesDown,
      double eye,
      double brow,
      double nose,
      double mouthDown,
      double mouthWide,
      double hair,
      Colour skin,
      Colour hairColour,
      Colour iris) {
    static Person of(Rng rng) {
      float tone = rng.nextFloat(0.45f, 1);
      float dark = rng.nextFloat(0.1f, 0.8f);
      return new Person(
          rng.nextFloat(0.6f, 0.82f),
          rng.nextFloat(0.85f, 1),
          rng.nextFloat(0.24f, 0.4f),
          rng.nextFloat(-0.28f, -0.02f),
          rng.nextFloat(0.07f, 0.13f),
          rng.nextFloat(0.14f, 0.26f),
          rng.nextFloat(0.18f, 0.36f),
          rng.nextFloat(0.42f, 0.6f),
          rng.nextFloat(0.18f, 0.34f),
          rng.nextFloat(-0.75f, -0.4f),
          new Colour(245 * tone, 205 * tone, 175 * tone),
          new Colour(200 * dark, 150 * dark, 90 * dark),
          new Colour(rng.nextFloat(20, 120), rng.nextFloat(40, 140), rng.nextFloat(30, 170)));
    }
  }

  /**
   * Returns a picture [side, side, 3], values 0 … 255, with its {@link Mark.KeyPoints}.
   *
   * @param person whom it shows: the same number and seed is the same person
   * @param seed of all persons
   * @param picture what makes the picture
   */
  public static Sample draw(int person, Seed seed, int side, Rng picture) {
    Person p = Person.of(seed.split(person).rng());
    double scale = side / 2.0 / REACH * picture.nextFloat(0.85f, 1);
    Similarity turned = Similarity.about(0, 0, picture.nextFloat(-12, 12), scale);
    double middle = side / 2.0;
    double shift = side * 0.04;
    Similarity place =
        new Similarity(
            turned.a(),
            turned.b(),
            middle + shift * picture.nextFloat(-1, 1),
            middle + shift * picture.nextFloat(-1, 1));
    Canvas canvas = new Canvas(side, place, scale);
    List<KeyPoint> points =
        face(p, canvas, picture.nextFloat(-0.3f, 1), picture.nextFloat(0, 0.3f));
    canvas.light(picture);
    List<KeyPoint> placed = points.stream().map(place::apply).toList();
    return Sample.of(canvas.tensor, new Mark.KeyPoints(placed, MIRRORED));
  }

  /** Returns an aligned face [112, 112, 3], as of {@link FaceAligner#align(Tensor, List)}. */
  public static Tensor aligned(int person, Seed seed, Rng picture) {
    Sample sample = draw(person, seed, FaceAligner.SIDE, picture);
    List<KeyPoint> points = sample.mark(Mark.KeyPoints.class).orElseThrow().points();
    return FaceAligner.align(sample.picture(), points.subList(0, FIVE));
  }

  /** Draws a face and returns its points in its own coordinates. */
  private static List<KeyPoint> face(Person p, Canvas canvas, double smile, double look) {
    canvas.ellipse(0, -0.12, p.width + 0.1, p.height, p.hairColour);
    canvas.ellipse(0, 0.05, p.width, p.height - 0.05, p.skin);
    canvas.ellipse(0, p.hair - 0.42, p.width, 0.45, p.hairColour);
    Colour shade = p.skin.times(0.75f, 0.7f, 0.7f);
    for (int sign = -1; sign <= 1; sign += 2) {
      double x = sign * p.eyesApart;
      canvas.ellipse(x, p.eyesDown, p.eye * 1.5, p.eye, WHITE);
      canvas.ellipse(x, p.eyesDown, p.eye * 0.75, p.eye * 0.9, p.iris);
      canvas.ellipse(x, p.eyesDown, p.eye * 0.35, p.eye * 0.4, DARK);
      canvas.ellipse(x, p.eyesDown - p.brow - look * 0.1, p.eye * 1.7, 0.035, p.hairColour);
    }
    double nose = p.eyesDown + 0.1 + p.nose;
    canvas.ellipse(0, nose - p.nose / 2, 0.035, p.nose / 2, shade);
    canvas.ellipse(0, nose, 0.09, 0.05, shade);
    double wide = p.mouthWide * (1 + 0.2 * smile);
    double lift = 0.1 * smile;
    Colour lips = p.skin.times(0.7f, 0.4f, 0.45f);
    for (int i = -MOUTH_DOTS; i <= MOUTH_DOTS; i++) {
      double t = (double) i / MOUTH_DOTS;
      canvas.ellipse(wide * t, p.mouthDown - lift * t * t, 0.05, 0.04, lips);
    }
    List<KeyPoint> points = new ArrayList<>();
    double[][] places = {
      {-p.eyesApart, p.eyesDown}, {p.eyesApart, p.eyesDown}, {0, nose},
      {-wide, p.mouthDown - lift}, {wide, p.mouthDown - lift}, {0, p.height}
    };
    for (double[] at : places) {
      points.add(new KeyPoint(at[0], at[1], points.size(), Visibility.VISIBLE));
    }
    return points;
  }

  /** A picture on which ellipses are drawn in the coordinates of a face. */
  private static final class Canvas {
    private final int side;
    private final Similarity place;
    private final Similarity back;
    private final double scale;
    private final Tensor tensor;

    Canvas(int side, Similarity place, double scale) {
      this.side = side;
      this.place = place;
      this.back = place.inverse();
      this.scale = scale;
      this.tensor = Tensor.full(Shape.of(side, side, 3), 120);
    }

    /** Draws an ellipse whose edge is a pixel soft. */
    void ellipse(double x, double y, double halfWidth, double halfHeight, Colour colour) {
      KeyPoint middle = place.apply(new KeyPoint(x, y, 0, Visibility.VISIBLE));
      double reach = Math.max(halfWidth, halfHeight) * scale + 1;
      int bottom = Math.clamp((int) Math.ceil(middle.y() + reach), 0, side);
      int right = Math.clamp((int) Math.ceil(middle.x() + reach), 0, side);
      for (int row = Math.max(0, (int) (middle.y() - reach)); row < bottom; row++) {
        for (int column = Math.max(0, (int) (middle.x() - reach)); column < right; column++) {
          double px = column + 0.5;
          double py = row + 0.5;
          double across = (back.a() * px - back.b() * py + back.right() - x) / halfWidth;
          double down = (back.b() * px + back.a() * py + back.down() - y) / halfHeight;
          double inside = 1 - Math.sqrt(across * across + down * down);
          double cover = 0.5 + inside * Math.min(halfWidth, halfHeight) * scale;
          mix(3 * (row * side + column), (float) Math.clamp(cover, 0, 1), colour);
        }
      }
    }

    private void mix(int at, float share, Colour colour) {
      float[] data = tensor.data();
      data[at] += share * (colour.red - data[at]);
      data[at + 1] += share * (colour.green - data[at + 1]);
      data[at + 2] += share * (colour.blue - data[at + 2]);
    }

    /** Lights the picture from a side and adds noise. */
    void light(Rng rng) {
      float all = rng.nextFloat(0.75f, 1.15f);
      float fromLeft = rng.nextFloat(-0.25f, 0.25f);
      float[] data = tensor.data();
      for (int i = 0; i < data.length; i++) {
        float light = all + fromLeft * (i / 3 % side * 2f / side - 1);
        data[i] = Math.clamp(data[i] * light + rng.nextGaussian(4), 0, 255);
      }
    }
  }
}
