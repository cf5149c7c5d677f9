package dev.fovea.vision.augment;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A picture with what is marked in it: every change changes all of it together.
 *
 * @param image the picture [H, W, C], values 0 … 255; C is 1 or 3
 * @param boxes rectangles around objects
 * @param mask the class of each pixel [H, W, 1]
 * @param keyPoints marked points
 */
public record Annotated(
    Tensor image, List<Box> boxes, Optional<Tensor> mask, List<KeyPoint> keyPoints) {
  /**
   * Checks that all belongs to the picture.
   *
   * @throws FoveaException if the mask is of another size, or a box or a visible point lies outside
   */
  public Annotated {
    boxes = List.copyOf(boxes);
    keyPoints = List.copyOf(keyPoints);
    Shape s = image.shape();
    if (s.rank() != 3 || (s.dim(2) != 1 && s.dim(2) != 3)) {
      throw new FoveaException("picture of shape " + s + ": [H, W, 1] or [H, W, 3] expected");
    }
    int height = s.dim(0);
    int width = s.dim(1);
    Shape wanted = Shape.of(height, width, 1);
    mask.filter(m -> !m.shape().equals(wanted))
        .ifPresent(m -> {
          throw new FoveaException(
              "mask of shape %s: the picture needs one of %s".formatted(m.shape(), wanted));
        });
    for (Box b : boxes) {
      if (b.left() < 0 || b.top() < 0 || b.right() > width || b.bottom() > height) {
        throw new FoveaException(
            "box from (%s, %s) to (%s, %s): outside the picture of %s×%s pixels"
                .formatted(b.left(), b.top(), b.right(), b.bottom(), height, width));
      }
    }
    for (KeyPoint p : keyPoints) {
      if (p.visible() && (p.x() < 0 || p.y() < 0 || p.x() > width || p.y() > height)) {
        throw new FoveaException(
            "key point (%s, %s): outside the picture of %s×%s pixels"
                .formatted(p.x(), p.y(), height, width));
      }
    }
  }

  /** Returns a picture with nothing marked in it. */
  public static Annotated of(Tensor image) {
    return new Annotated(image, List.of(), Optional.empty(), List.of());
  }

  /** Returns this picture with other boxes. */
  public Annotated withBoxes(List<Box> others) {
    return new Annotated(image, others, mask, keyPoints);
  }

  /** Returns this picture with another mask. */
  public Annotated withMask(Tensor other) {
    return new Annotated(image, boxes, Optional.of(other), keyPoints);
  }

  /** Returns this picture with other marked points. */
  public Annotated withKeyPoints(List<KeyPoint> others) {
    return new Annotated(image, boxes, mask, others);
  }

  /** Returns this with another picture of the same size: what is marked stays. */
  public Annotated withImage(Tensor other) {
    return new Annotated(other, boxes, mask, keyPoints);
  }

  /** Returns this with each value of the picture replaced. */
  Annotated mapPixels(UnaryOperator<Tensor> change) {
    return withImage(change.apply(image));
  }

  /** Returns the height of the picture in pixels. */
  public int height() {
    return image.shape().dim(0);
  }

  /** Returns the width of the picture in pixels. */
  public int width() {
    return image.shape().dim(1);
  }

  /** Returns the number of channels. */
  public int channels() {
    return image.shape().dim(2);
  }
}
