package dev.fovea.insight.colour;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The maps of a layer as one picture, a tile per channel.
 *
 * <p>All maps have the same scale by default, so that a silent channel looks silent; with {@link
 * Scope#MAP} each has its own.
 *
 * @param maps the activations of one sample: [H, W, C], or [C] for a layer without places
 * @param diverging the colours of signed numbers
 * @param sequential the colours of numbers that are not negative
 */
public record ActivationPicture(Tensor maps, ColourMap diverging, ColourMap sequential) {
  /** What shares one scale. */
  public enum Scope {
    /** Each map has its own. */
    MAP,
    /** All maps of a layer. */
    LAYER,
    /** All layers of a network. */
    NETWORK
  }

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the tensor has other axes
   */
  public ActivationPicture {
    int rank = maps.shape().rank();
    if (rank != 1 && rank != 3) {
      throw new FoveaException(
          "activations: [H, W, C] or [C] of one sample expected, got " + maps.shape());
    }
  }

  /** Creates a picture in purple and orange, or blue and yellow. */
  public ActivationPicture(Tensor maps) {
    this(maps, ColourMap.PUOR, ColourMap.CIVIDIS);
  }

  /** Returns the number of channels. */
  public int channels() {
    return maps.shape().dim(-1);
  }

  /** Returns the colours that suit a scale. */
  public ColourMap colours(ValueScale scale) {
    return scale.isSigned() ? diverging : sequential;
  }

  /** Returns the map of one channel [H, W]; [1, 1] for a layer without places. */
  public Tensor map(int channel) {
    Shape s = maps.shape();
    int places = s.elements() / channels();
    Tensor map = Tensor.zeros(s.rank() == 1 ? Shape.of(1, 1) : Shape.of(s.dim(0), s.dim(1)));
    for (int i = 0; i < places; i++) {
      map.data()[i] = maps.data()[i * channels() + channel];
    }
    return map;
  }

  /**
   * Returns the picture [H, W, 3] of some channels, 0 … 255.
   *
   * @param channels which, in the order in which they are shown
   * @param side to how many pixels small maps are enlarged
   * @param scale the scale of all
   */
  public Tensor paint(List<Integer> channels, int side, ValueScale scale) {
    List<ValueScale> scales = new ArrayList<>();
    channels.forEach(c -> scales.add(scale));
    return paint(channels, side, scales);
  }

  /** Returns the picture of some channels, each with a scale of its own. */
  public Tensor paint(List<Integer> channels, int side, List<ValueScale> scales) {
    List<Tensor> shown = channels.stream().map(this::map).toList();
    Shape s = shown.getFirst().shape();
    return Tiles.of(shown.size(), s.dim(0), s.dim(1), side)
        .paint((tile, y, x) -> {
          ValueScale scale = scales.get(tile);
          return colours(scale).rgb(scale.quantize(shown.get(tile).get(y, x)));
        });
  }
}
