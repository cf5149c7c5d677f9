package dev.fovea.insight.explain;

import dev.fovea.insight.colour.ColourMap;
import dev.fovea.insight.colour.GradientPicture;
import dev.fovea.insight.colour.HeatMap;
import dev.fovea.insight.colour.ValueScale;
import dev.fovea.tensor.Tensor;

/**
 * An explanation as a picture [H, W, 3], 0 … 255: maps of layers and of occlusion lie over the
 * picture that is explained, those of guided backpropagation and the deconvnet are pictures
 * themselves, all others are maps alone.
 */
public final class ExplanationPicture {
  private ExplanationPicture() {}

  /**
   * Returns the picture of an explanation.
   *
   * @param picture what is explained as the network sees it, [H, W, C] with values 0 … 255
   */
  public static Tensor of(Explanation e, Tensor picture) {
    return switch (e.method()) {
      case GRAD_CAM, GRAD_CAM_PLUS_PLUS, HIRES_CAM, LAYER_CAM, OCCLUSION ->
          new HeatMap(e.map(), scale(e)).over(picture);
      case DECONVNET, GUIDED_BACKPROP, GUIDED_GRAD_CAM ->
          e.detail().shape().dim(2) == 3
              ? GradientPicture.centred(e.detail())
              : signed(GradientPicture.summed(e.detail()));
      case SALIENCY, SMOOTHGRAD, VARGRAD -> new HeatMap(e.map(), scale(e), ColourMap.GREYS).paint();
      case SIGNED_SALIENCY, GRADIENT_TIMES_INPUT, INTEGRATED_GRADIENTS -> signed(e.map());
    };
  }

  /** Returns the limits of an explanation's map in its picture. */
  public static ValueScale scale(Explanation e) {
    return switch (e.method()) {
      case GRAD_CAM, GRAD_CAM_PLUS_PLUS, HIRES_CAM, LAYER_CAM, OCCLUSION ->
          ValueScale.whole(e.map());
      default -> GradientPicture.byMass(e.map());
    };
  }

  private static Tensor signed(Tensor map) {
    ValueScale own = GradientPicture.byMass(map);
    double limit = Math.max(own.high(), -own.low());
    return new HeatMap(map, ValueScale.of(true, limit), ColourMap.RDBU).paint();
  }
}
