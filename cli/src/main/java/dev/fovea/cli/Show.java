package dev.fovea.cli;

import dev.fovea.insight.colour.Tiles;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Locale;

/** Pictures in the terminal, for the lines of a shell. */
public final class Show {
  private static final float WHITE = 255;

  /** Times a brightness of 0 … 255, the colour 0xRRGGBB of that grey. */
  private static final int GREY = 0x010101;

  private Show() {}

  /**
   * Draws a tensor in the terminal: [H, W], [H, W, C], or the pictures of [N, H, W, C] one below
   * the other. One channel is grey, three are colours, and others are maps, drawn grey in rows.
   *
   * <p>Values 0 … 1 and 0 … 255 are brightness. Any others are stretched, the smallest to black and
   * the largest to white. A line above the picture tells shape and range.
   *
   * @throws FoveaException if the tensor is no picture
   */
  public static void show(Tensor tensor) {
    Shape s = tensor.shape();
    requirePictures(s);
    if (s.rank() == 4) {
      for (int i = 0; i < s.dim(0); i++) {
        show(picture(tensor, i));
      }
      return;
    }
    Tensor picture =
        s.rank() == 2 ? Tensor.of(Shape.of(s.dim(0), s.dim(1), 1), tensor.data()) : tensor;
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float v : tensor.data()) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    System.out.println(String.format(Locale.ROOT, "%s, %.4g … %.4g", s, least, most));
    Tensor shown = brightness(picture, least, most);
    int channels = shown.shape().dim(2);
    Terminal.print(channels == 1 || channels == 3 ? shown : maps(shown));
  }

  private static void requirePictures(Shape s) {
    if (s.rank() < 2 || s.rank() > 4 || s.elements() == 0) {
      throw new FoveaException(
          "show: [H, W], [H, W, C] or [N, H, W, C] with a pixel expected, got " + s);
    }
  }

  /** Returns the channels as grey tiles of one picture, row by row. */
  private static Tensor maps(Tensor picture) {
    Shape s = picture.shape();
    Tiles tiles = Tiles.of(s.dim(2), s.dim(0), s.dim(1), 1);
    float[] values = picture.data();
    return tiles.paint((tile, row, column) -> {
      int grey = Math.round(values[(row * s.dim(1) + column) * s.dim(2) + tile]);
      return GREY * Math.clamp(grey, 0, (int) WHITE);
    });
  }

  private static Tensor picture(Tensor batch, int index) {
    Shape s = batch.shape();
    Shape one = Shape.of(s.dim(1), s.dim(2), s.dim(3));
    Tensor picture = Tensor.zeros(one);
    int size = picture.data().length;
    System.arraycopy(batch.data(), index * size, picture.data(), 0, size);
    return picture;
  }

  private static Tensor brightness(Tensor picture, float least, float most) {
    boolean bright = least >= 0 && most <= WHITE;
    float from = bright ? 0 : least;
    float to = !bright ? most : most <= 1 ? 1 : WHITE;
    float scale = to > from ? WHITE / (to - from) : 0;
    Tensor shown = Tensor.zeros(picture.shape());
    for (int i = 0; i < shown.data().length; i++) {
      shown.data()[i] = (picture.data()[i] - from) * scale;
    }
    return shown;
  }
}
