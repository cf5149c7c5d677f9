package dev.fovea.vision.augment;

import static dev.fovea.vision.augment.Draws.between;
import static dev.fovea.vision.augment.Draws.shortest;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.vision.Placement;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Geometric augmentations: boxes, masks and key points move with the picture. Pixels from outside
 * the picture are black, and of class 0 in masks. Of {@link #shift}, {@link #rotate}, {@link
 * #scale}, {@link #shear} and {@link #perspective} those that are joined by {@link
 * Augmentation#then} are done at once, so that pictures are sampled once; what begins with another
 * augmentation joins them first: {@code flip().then(scale(0.2).then(shift(0.1)))}.
 */
public final class Geometric {
  private static final int TRIES = 10;

  private Geometric() {}

  /**
   * Returns a translation by up to this share, below 1, of height and width in either direction.
   */
  public static Augmentation shift(double share) {
    Draws.require("shift", share, 0, 0.999);
    return projective(
        "shift:" + shortest(share),
        (p, rng) ->
            Projection.shift(
                between(rng, -share, share) * p.width(), between(rng, -share, share) * p.height()));
  }

  /** Returns a rotation about the centre by up to this angle in degrees in either direction. */
  public static Augmentation rotate(double degrees) {
    Draws.require("rotate", degrees, 0, 180);
    return projective(
        "rotate:" + shortest(degrees),
        (p, rng) -> Projection.turn(between(rng, -degrees, degrees)).about(midX(p), midY(p)));
  }

  /** Returns a scaling about the centre by a factor between 1/(1 + range) and 1 + range. */
  public static Augmentation scale(double range) {
    Draws.require("scale", range, 0, 10);
    double log = StrictMath.log1p(range);
    return projective(
        "scale:" + shortest(range),
        (p, rng) -> {
          double factor = StrictMath.exp(between(rng, -log, log));
          return Projection.scale(factor, factor).about(midX(p), midY(p));
        });
  }

  /** Returns a shear in both directions by up to this angle in degrees. */
  public static Augmentation shear(double degrees) {
    Draws.require("shear", degrees, 0, 60);
    double most = StrictMath.tan(StrictMath.toRadians(degrees));
    return projective(
        "shear:" + shortest(degrees),
        (p, rng) ->
            // Both at once would press the picture together where their product comes near 1.
            (rng.nextInt(2) == 0
                    ? Projection.shear(between(rng, -most, most), 0)
                    : Projection.shear(0, between(rng, -most, most)))
                .about(midX(p), midY(p)));
  }

  /**
   * Returns a perspective change: each corner moves inwards by up to this share of height and
   * width.
   */
  public static Augmentation perspective(double share) {
    Draws.require("perspective", share, 0, 0.45);
    return projective(
        "perspective:" + shortest(share),
        (p, rng) -> {
          double w = p.width();
          double h = p.height();
          double[] from = {0, 0, w, 0, w, h, 0, h};
          double[] to = new double[8];
          for (int i = 0; i < 4; i++) {
            double x = between(rng, 0, share) * w;
            double y = between(rng, 0, share) * h;
            to[2 * i] = from[2 * i] == 0 ? x : w - x;
            to[2 * i + 1] = from[2 * i + 1] == 0 ? y : h - y;
          }
          return Projection.corners(from, to);
        });
  }

  /**
   * Returns a translation by a random integer from −{@code pixels} to {@code pixels} in each
   * direction.
   *
   * @param fill the value of pixels from outside the picture, one for all channels or one for each
   */
  public static Augmentation shiftPixels(int pixels, float... fill) {
    Draws.require("shift", pixels, 0, 1000);
    float[] outside = fill.clone();
    Augmentation shift =
        (p, rng) -> {
          int down = rng.nextInt(2 * pixels + 1) - pixels;
          int right = rng.nextInt(2 * pixels + 1) - pixels;
          return PixelMove.by(right, down, p.height(), p.width()).apply(p, outside);
        };
    return shift.named("shift:" + pixels);
  }

  /** Returns a horizontal flip of every picture. */
  public static Augmentation mirror() {
    Augmentation mirror =
        (p, rng) -> PixelMove.mirror(true, false, p.height(), p.width()).apply(p, 0);
    return mirror.named("mirror");
  }

  /** Returns a horizontal flip of half of the pictures. */
  public static Augmentation flip() {
    Augmentation mirror = mirror();
    Augmentation flip = (p, rng) -> rng.nextInt(2) == 0 ? p : mirror.apply(p, rng);
    return flip.named("flip");
  }

  /** Returns a vertical flip of half of the pictures. */
  public static Augmentation verticalFlip() {
    Augmentation flip =
        (p, rng) ->
            rng.nextInt(2) == 0
                ? p
                : PixelMove.mirror(false, true, p.height(), p.width()).apply(p, 0);
    return flip.named("vflip");
  }

  /**
   * Returns a random symmetry of the square: rotations by multiples of 90° and their mirror images,
   * for pictures without an upright position. Pictures that are not square keep their size and have
   * four symmetries.
   */
  public static Augmentation symmetry() {
    Augmentation symmetry =
        (p, rng) -> {
          int which = rng.nextInt(8);
          int h = p.height();
          int w = p.width();
          Sample mirrored = PixelMove.mirror((which & 1) > 0, (which & 2) > 0, h, w).apply(p, 0);
          boolean exchanged = (which & 4) > 0 && h == w;
          return exchanged ? new Transposition(h, w).apply(mirrored, 0) : mirrored;
        };
    return symmetry.named("symmetry");
  }

  /**
   * Returns a random crop of this size in pixels, of the picture padded with {@code padding} black
   * pixels.
   *
   * @throws FoveaException when it is applied, if the picture is smaller
   */
  public static Augmentation crop(int height, int width, int padding) {
    Draws.require("crop", Math.min(height, width), 1, 100_000);
    Draws.require("padding", padding, 0, 10_000);
    Augmentation crop =
        (p, rng) -> {
          int spareY = p.height() + 2 * padding - height;
          int spareX = p.width() + 2 * padding - width;
          if (spareX < 0 || spareY < 0) {
            throw new FoveaException(
                "crop of %s×%s pixels: the picture has only %s×%s, with %s of padding"
                    .formatted(height, width, p.height(), p.width(), padding));
          }
          int top = rng.nextInt(spareY + 1) - padding;
          int left = rng.nextInt(spareX + 1) - padding;
          return PixelMove.by(-left, -top, height, width).apply(p, 0);
        };
    return crop.named("crop:%sx%s+%s".formatted(height, width, padding));
  }

  /**
   * Returns a random crop of random area and aspect ratio, resized to the size of the picture
   * (Szegedy et al., 2015).
   *
   * @param least the smallest area of the crop, as a share of the picture
   * @param ratio the largest change of the aspect ratio
   */
  public static Augmentation resizedCrop(double least, double ratio) {
    Draws.require("resized-crop", least, 0.01, 1);
    Draws.require("ratio", ratio, 1, 10);
    double log = StrictMath.log(ratio);
    Augmentation crop =
        (p, rng) -> {
          for (int i = 0; i < TRIES; i++) {
            double area = between(rng, least, 1);
            double shape = StrictMath.sqrt(StrictMath.exp(between(rng, -log, log)));
            int h = (int) Math.round(StrictMath.sqrt(area) / shape * p.height());
            int w = (int) Math.round(StrictMath.sqrt(area) * shape * p.width());
            if (h >= 1 && w >= 1 && h <= p.height() && w <= p.width()) {
              int top = rng.nextInt(p.height() - h + 1);
              int left = rng.nextInt(p.width() - w + 1);
              return resize(PixelMove.by(-left, -top, h, w).apply(p, 0), p.height(), p.width());
            }
          }
          return p;
        };
    return crop.named("resized-crop:%s:%s".formatted(shortest(least), shortest(ratio)));
  }

  /** Returns a sample with its picture and marks resized. */
  public static Sample resize(Sample p, int height, int width) {
    return place(p, Preprocessing.Resize.STRETCH, height, width);
  }

  /**
   * Returns a sample with its picture and marks placed in an input of this size; masks are 0
   * outside the picture.
   */
  public static Sample place(Sample p, Preprocessing.Resize way, int height, int width) {
    Placement to =
        Placement.of(
            way, Placement.Size.of(p.picture().shape()), new Placement.Size(height, width));
    Projection moved =
        Projection.scale(to.scaleX(), to.scaleY()).then(Projection.shift(to.left(), to.top()));
    // The picture is resized with averaging, which the warp of the marks does not do.
    List<Mark> marks = Warp.of(moved, height, width).marks(p.marks(), p.picture().shape());
    return p.with(to.apply(p.picture(), Preprocessing.LETTERBOX_FILL), marks);
  }

  /**
   * Returns a smooth random displacement of every pixel (Simard, Steinkraus, Platt, 2003).
   *
   * @param strength the standard deviation of the displacement, in pixels
   * @param smoothness the distance in pixels over which it changes
   */
  public static Augmentation elastic(double strength, double smoothness) {
    Draws.require("elastic", strength, 0, 100);
    Draws.require("smoothness", smoothness, 1, 1000);
    Augmentation elastic =
        (p, rng) -> new ElasticWarp(p.height(), p.width(), strength, smoothness, rng).apply(p, 0);
    return elastic.named("elastic:%s:%s".formatted(shortest(strength), shortest(smoothness)));
  }

  /** Draws a projection for a picture. */
  @FunctionalInterface
  private interface Draw {
    Projection of(Sample picture, Rng rng);
  }

  private static Augmentation projective(String name, Draw draw) {
    return new Projective(name, (p, rng) -> Optional.of(draw.of(p, rng)));
  }

  /** Returns a fixed projection about the middle of each picture. */
  static Sample about(Sample p, Projection change) {
    Function<Sample, Projection> placed = q -> change.about(midX(q), midY(q));
    return Warp.of(placed.apply(p), p.height(), p.width()).apply(p, 0);
  }

  private static double midX(Sample p) {
    return p.width() / 2.0;
  }

  private static double midY(Sample p) {
    return p.height() / 2.0;
  }
}
