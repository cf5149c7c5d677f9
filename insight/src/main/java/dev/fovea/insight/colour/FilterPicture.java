package dev.fovea.insight.colour;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of a convolution [kh, kw, Cin, Cout] as one picture.
 *
 * <p>Filters on three channels are pictures themselves: 0.5 + w / (2 · max |w|), with one limit for
 * all filters of the layer, so that a dead filter looks dead. Other filters are shown channel by
 * channel: a row per output channel, a column per input channel, in diverging colours; rows go from
 * the largest norm to the smallest, and so do columns.
 *
 * @param weights the weights
 * @param colours the colours of signed numbers
 */
public record FilterPicture(Tensor weights, ColourMap colours) {
  /** The most rows of a picture that is not of colours. */
  public static final int MOST_ROWS = 64;

  /** The most columns of a picture that is not of colours. */
  public static final int MOST_COLUMNS = 16;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if the weights have other axes
   */
  public FilterPicture {
    if (weights.shape().rank() != 4) {
      throw new FoveaException(
          "filters: weights [kh, kw, Cin, Cout] expected, got " + weights.shape());
    }
  }

  /** Creates a picture in purple and orange. */
  public FilterPicture(Tensor weights) {
    this(weights, ColourMap.PUOR);
  }

  /** Returns whether the filters are shown as colours. */
  public boolean isColoured() {
    return weights.shape().dim(2) == 3;
  }

  /** Returns the scale of all filters: −max |w| … max |w|. */
  public ValueScale scale() {
    double limit = 0;
    for (float w : weights.data()) {
      limit = Math.max(limit, Math.abs(w));
    }
    return new ValueScale(-limit, limit);
  }

  /** Returns the output channels from the largest norm to the smallest. */
  public List<Integer> byNorm() {
    return byNorm(weights.shape().dim(3), 1, weights.shape().dim(3));
  }

  /** Returns the input channels from the largest norm to the smallest. */
  public List<Integer> inputsByNorm() {
    int out = weights.shape().dim(3);
    return byNorm(weights.shape().dim(2), out, out * weights.shape().dim(2));
  }

  /** Sorts channels of which each number lies {@code stride} apart, in steps of {@code period}. */
  private List<Integer> byNorm(int channels, int stride, int period) {
    double[] squares = new double[channels];
    for (int i = 0; i < weights.data().length; i++) {
      double w = weights.data()[i];
      squares[i % period / stride] += w * w;
    }
    return IntStream.range(0, channels)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> -squares[c]))
        .toList();
  }

  /**
   * Returns the picture [H, W, 3], 0 … 255.
   *
   * @param side to how many pixels each filter is enlarged
   */
  public Tensor paint(int side) {
    return isColoured() ? paintColours(side) : paintChannels(side);
  }

  private Tensor paintColours(int side) {
    ValueScale scale = scale();
    return Tiles.of(weights.shape().dim(3), weights.shape().dim(0), weights.shape().dim(1), side)
        .paint((tile, y, x) -> {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            rgb = rgb << 8 | scale.quantize(weights.get(y, x, c, tile));
          }
          return rgb;
        });
  }

  private Tensor paintChannels(int side) {
    List<Integer> rows = byNorm().stream().limit(MOST_ROWS).toList();
    List<Integer> columns = inputsByNorm().stream().limit(MOST_COLUMNS).toList();
    ValueScale scale = scale();
    int height = weights.shape().dim(0);
    int width = weights.shape().dim(1);
    // Of one input channel filters stand side by side rather than below each other.
    Tiles tiles =
        columns.size() == 1
            ? Tiles.of(rows.size(), height, width, side)
            : new Tiles(
                columns.size(),
                rows.size() * columns.size(),
                height,
                width,
                Math.max(1, side / Math.max(height, width)));
    return tiles.paint((tile, y, x) -> {
      int in = columns.get(tile % columns.size());
      int out = rows.get(tile / columns.size());
      return colours.rgb(scale.quantize(weights.get(y, x, in, out)));
    });
  }
}
