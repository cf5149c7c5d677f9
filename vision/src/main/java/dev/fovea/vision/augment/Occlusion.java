package dev.fovea.vision.augment;

import static dev.fovea.vision.augment.Draws.between;
import static dev.fovea.vision.augment.Draws.shortest;

import dev.fovea.data.Augmentation;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.util.List;
import java.util.function.UnaryOperator;

/** Augmentations that cover or replace parts of a picture. */
public final class Occlusion {
  private static final int TRIES = 10;

  private Occlusion() {}

  /**
   * Returns a grey square of this side as a share of the smaller side of the picture, its middle
   * anywhere (DeVries, Taylor, 2017). Points below it are no longer visible.
   */
  public static Augmentation cutOut(double side) {
    Draws.require("cutout", side, 0, 1);
    Augmentation cut =
        (p, rng) -> {
          int size = (int) Math.round(side * Math.min(p.height(), p.width()));
          int top = rng.nextInt(p.height()) - size / 2;
          int left = rng.nextInt(p.width()) - size / 2;
          return cover(p, top, left, size, size, rng, false);
        };
    return cut.named("cutout:" + shortest(side));
  }

  /**
   * Returns a rectangle of noise of up to this area as a share of the picture, at least a tenth of
   * it, with sides of a ratio of up to 3.3 (Zhong et al., 2017). Points below it are no longer
   * visible.
   */
  public static Augmentation erase(double most) {
    Draws.require("erase", most, 0, 1);
    double log = StrictMath.log(3.3);
    Augmentation erase =
        (p, rng) -> {
          for (int i = 0; i < TRIES; i++) {
            double area = between(rng, most / 10, most) * p.height() * p.width();
            double ratio = StrictMath.sqrt(StrictMath.exp(between(rng, -log, log)));
            int h = (int) Math.round(StrictMath.sqrt(area) * ratio);
            int w = (int) Math.round(StrictMath.sqrt(area) / ratio);
            if (h >= 1 && w >= 1 && h < p.height() && w < p.width()) {
              int top = rng.nextInt(p.height() - h + 1);
              int left = rng.nextInt(p.width() - w + 1);
              return cover(p, top, left, h, w, rng, true);
            }
          }
          return p;
        };
    return erase.named("erase:" + shortest(most));
  }

  private static Sample cover(Sample p, int top, int left, int h, int w, Rng rng, boolean noise) {
    float[] values = p.picture().data().clone();
    int channels = p.channels();
    for (int y = Math.max(0, top); y < Math.min(p.height(), top + h); y++) {
      for (int x = Math.max(0, left); x < Math.min(p.width(), left + w); x++) {
        for (int c = 0; c < channels; c++) {
          values[(y * p.width() + x) * channels + c] = noise ? 255 * rng.nextFloat() : 127.5f;
        }
      }
    }
    UnaryOperator<KeyPoint> hide = k -> hidden(k, top, left, h, w);
    List<Mark> marks = p.marks().stream().map(m -> points(m, hide)).toList();
    return p.with(Tensor.of(p.picture().shape(), values), marks);
  }

  /** Returns a mark with each of its key points changed. */
  private static Mark points(Mark mark, UnaryOperator<KeyPoint> change) {
    return switch (mark) {
      case Mark.KeyPoints k ->
          new Mark.KeyPoints(k.points().stream().map(change).toList(), k.mirrored());
      case Mark.Boxes b ->
          new Mark.Boxes(
              b.boxes().stream()
                  .map(box -> box.withPoints(box.points().stream().map(change).toList()))
                  .toList(),
              b.mirrored());
      default -> mark;
    };
  }

  private static KeyPoint hidden(KeyPoint k, int top, int left, int h, int w) {
    boolean below = k.x() >= left && k.x() < left + w && k.y() >= top && k.y() < top + h;
    return below && k.visibility() == Visibility.VISIBLE ? k.with(Visibility.HIDDEN) : k;
  }

  /**
   * Returns the picture with its background (mask class 0) replaced by a random picture of a list,
   * resized to fit.
   *
   * @param backgrounds pictures to draw from, of as many channels
   * @throws FoveaException if there is none; when it is applied, if a picture has no mask or
   *     another number of channels
   */
  public static Augmentation background(List<Tensor> backgrounds) {
    List<Tensor> all = List.copyOf(backgrounds);
    if (all.isEmpty()) {
      throw new FoveaException("background: needs at least one picture to replace it by");
    }
    Augmentation replace =
        (p, rng) -> {
          Tensor mask =
              p.mark(Mark.Mask.class)
                  .orElseThrow(() ->
                      new FoveaException(
                          "background: needs a mask that is 0 where the background is"))
                  .classes();
          Tensor other = all.get(rng.nextInt(all.size()));
          if (other.shape().dim(2) != p.channels()) {
            throw new FoveaException(
                "background: a picture of %s channels, the one in front has %s"
                    .formatted(other.shape().dim(2), p.channels()));
          }
          return p.with(behind(p.picture(), mask, Images.resize(other, p.height(), p.width())));
        };
    return replace.named("background");
  }

  private static Tensor behind(Tensor front, Tensor mask, Tensor back) {
    float[] values = front.data().clone();
    int channels = front.shape().dim(2);
    for (int i = 0; i < values.length; i++) {
      values[i] = mask.data()[i / channels] == 0 ? back.data()[i] : values[i];
    }
    return Tensor.of(front.shape(), values);
  }
}
