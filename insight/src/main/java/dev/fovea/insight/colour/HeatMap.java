package dev.fovea.insight.colour;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/**
 * A map of one number per pixel as a picture, alone or laid over the picture it explains.
 *
 * @param values the numbers [H, W]
 * @param scale the limits
 * @param colours the colours
 */
public record HeatMap(Tensor values, ValueScale scale, ColourMap colours) {
  private static final double STRONGEST = 0.8;
  private static final double WEAKEST = 0.15;
  private static final double GREYED = 0.5;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the tensor has other axes
   */
  public HeatMap {
    if (values.shape().rank() != 2) {
      throw new FoveaException("heat map: [H, W] expected, got " + values.shape());
    }
  }

  /** Creates a map in diverging colours if any number is negative, else in sequential ones. */
  public HeatMap(Tensor values, ValueScale scale) {
    this(values, scale, scale.isSigned() ? ColourMap.RDBU : ColourMap.INFERNO);
  }

  /** Creates a map with limits by its mass. */
  public HeatMap(Tensor values) {
    this(values, GradientPicture.byMass(values));
  }

  /** Returns the map as a picture [H, W, 3], 0 … 255. */
  public Tensor paint() {
    int h = values.shape().dim(0);
    int w = values.shape().dim(1);
    return new Tiles(1, 1, h, w, 1)
        .paint((tile, y, x) -> colours.rgb(scale.quantize(values.get(y, x))));
  }

  /**
   * Returns the map over a picture, 0 … 255: the stronger a number is, the more its colour covers;
   * what is zero shows the picture, half of its colour taken away.
   *
   * @param picture [H, W, C] of the map's height and width, 0 … 255, of 1 or 3 channels
   * @throws FoveaException if it has another size
   */
  public Tensor over(Tensor picture) {
    Shape s = picture.shape();
    if (s.rank() != 3 || !s.withDim(2, 1).equals(values.shape().insert(2, 1))) {
      throw new FoveaException(
          "heat map of %s: cannot lie over a picture of %s".formatted(values.shape(), s));
    }
    Tensor painted = paint();
    Tensor out = Tensor.zeros(painted.shape());
    for (int i = 0; i < values.data().length; i++) {
      double cover = cover(values.data()[i]);
      double grey = grey(picture, i);
      for (int c = 0; c < 3; c++) {
        double own = picture.data()[i * s.dim(2) + Math.min(c, s.dim(2) - 1)];
        double shown = GREYED * grey + (1 - GREYED) * own;
        out.data()[i * 3 + c] = Math.round((1 - cover) * shown + cover * painted.data()[i * 3 + c]);
      }
    }
    return out;
  }

  private double cover(float value) {
    double limit = Math.max(Math.abs(scale.low()), Math.abs(scale.high()));
    double share = limit == 0 ? 0 : Math.min(1, Math.abs(value) / limit);
    return share == 0 ? 0 : WEAKEST + (STRONGEST - WEAKEST) * share;
  }

  private static double grey(Tensor picture, int pixel) {
    int channels = picture.shape().dim(2);
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += picture.data()[pixel * channels + c];
    }
    return sum / channels;
  }
}
