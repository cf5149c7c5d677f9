package dev.fovea.insight.explain;

import dev.fovea.io.Suggest;
import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A way to attribute a score to pixels. */
public enum Method {
  /** |∂S/∂x|, the largest of each pixel's channels (Simonyan et al., 2013). */
  SALIENCY,
  /** ∂S/∂x, summed over each pixel's channels. */
  SIGNED_SALIENCY,
  /** x · ∂S/∂x, summed over each pixel's channels. */
  GRADIENT_TIMES_INPUT,
  /** See {@link BackwardRules#DECONVNET}. */
  DECONVNET,
  /** See {@link BackwardRules#GUIDED}. */
  GUIDED_BACKPROP,
  /** See {@link ClassActivation#GRAD_CAM}. */
  GRAD_CAM,
  /** See {@link ClassActivation#GRAD_CAM_PLUS_PLUS}. */
  GRAD_CAM_PLUS_PLUS,
  /** See {@link ClassActivation#HIRES_CAM}. */
  HIRES_CAM,
  /** See {@link ClassActivation#LAYER_CAM}. */
  LAYER_CAM,
  /** Guided backpropagation times Grad-CAM enlarged to the input. */
  GUIDED_GRAD_CAM,
  /** See {@link IntegratedGradients}. */
  INTEGRATED_GRADIENTS,
  /** See {@link SmoothGrad}. */
  SMOOTHGRAD,
  /** The variance of the gradients that SmoothGrad averages. */
  VARGRAD,
  /** See {@link Occlusion}. */
  OCCLUSION;

  /** Returns the name in commands, such as {@code grad-cam} and {@code grad-cam++}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace("_plus_plus", "++").replace('_', '-');
  }

  /** Returns the names of all. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(Method::text).toList();
  }

  /**
   * Returns the method of a name.
   *
   * @throws FoveaException if there is none
   */
  public static Method parse(String text) {
    return Arrays.stream(values())
        .filter(m -> m.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new FoveaException("no method \"" + text + "\"" + Suggest.hint(text, texts())));
  }

  /** Returns whether the map is that of a layer, enlarged to the input. */
  public boolean looksAtLayer() {
    return switch (this) {
      case GRAD_CAM, GRAD_CAM_PLUS_PLUS, HIRES_CAM, LAYER_CAM, GUIDED_GRAD_CAM -> true;
      default -> false;
    };
  }

  /** Returns whether its picture has the colours of the input's channels. */
  public boolean isColoured() {
    return switch (this) {
      case DECONVNET, GUIDED_BACKPROP, GUIDED_GRAD_CAM -> true;
      default -> false;
    };
  }
}
