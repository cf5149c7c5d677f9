package dev.fovea.nn;

import dev.fovea.op.Formulas;
import dev.fovea.op.Interpolation;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * A layer that resizes images: [N, H, W, C] ↦ [N, H′, W′, C].
 *
 * <p>By default pixel o of the result is the nearest pixel ⌊o · H/H′⌋, which does not support
 * aligned corners. Bilinear and bicubic interpolation take the position (o + ½) · H/H′ − ½ unless
 * corners are aligned. Both are as in PyTorch; the latter is half_pixel in ONNX.
 *
 * @param interpolation the kind of interpolation
 * @param height H′, or H′/H if {@code factor}
 * @param width W′, or W′/W if {@code factor}
 * @param factor whether {@code height} and {@code width} are factors
 * @param corners whether the centres of the corner pixels coincide
 */
public record Resize(
    Interpolation interpolation, int height, int width, boolean factor, boolean corners)
    implements Layer {
  /**
   * Checks the size.
   *
   * @throws FoveaException if it is below 1
   */
  public Resize {
    if (height < 1 || width < 1) {
      throw new FoveaException(
          (factor ? "upsample: factors" : "resize: height and width")
              + " must be at least 1, got "
              + height
              + " and "
              + width);
    }
  }

  /** Returns this layer taking the nearest pixel. */
  public Resize nearest() {
    return new Resize(Interpolation.NEAREST, height, width, factor, false);
  }

  /** Returns this layer interpolating between the four surrounding pixels. */
  public Resize bilinear() {
    return new Resize(Interpolation.LINEAR, height, width, factor, corners);
  }

  /** Returns this layer interpolating between the sixteen surrounding pixels (a = −¾). */
  public Resize bicubic() {
    return new Resize(Interpolation.CUBIC, height, width, factor, corners);
  }

  /** Returns this layer with the centres of the corner pixels of both images coinciding. */
  public Resize alignCorners() {
    return new Resize(interpolation, height, width, factor, true);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    ImageShapes.require(kind(), in);
    if (corners && interpolation == Interpolation.NEAREST) {
      throw new FoveaException(
          kind() + ": the nearest pixel knows no aligned corners; choose bilinear or bicubic");
    }
    int h = factor ? times(height, in.dim(1)) : height;
    int w = factor ? times(width, in.dim(2)) : width;
    return x.with(Formulas.resize(x.value(), h, w, interpolation, corners));
  }

  private int times(int by, int size) {
    if ((long) by * size > Integer.MAX_VALUE) {
      throw new FoveaException(kind() + ": " + by + " times " + size + " pixels are too many");
    }
    return by * size;
  }

  @Override
  public String kind() {
    return factor ? "upsample" : "resize";
  }
}
