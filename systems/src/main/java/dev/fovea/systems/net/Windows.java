package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import dev.fovea.op.Value;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.region.RegionAlign;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The square windows of a pyramid of pictures: in each of some sizes a picture is covered by
 * windows of {@code side} of its pixels, {@code step} apart, those at its ends reaching beyond it.
 *
 * @param height the height of the picture in pixels
 * @param width its width
 * @param sides the sides of windows in pixels of the picture
 * @param side the side of a window in pixels of a picture in its size
 * @param step how far apart windows are there
 */
record Windows(int height, int width, List<Double> sides, int side, int step) {
  /** How many places of the picture a pixel of a picture in another size is the mean of. */
  private static final int PLACES = 2;

  /** A picture in one size: how many windows it has, and how large it is then. */
  private record Level(double pixel, int rows, int columns, int height, int width) {}

  private Level level(double own) {
    double pixel = own / side;
    int rows = windows(height / pixel);
    int columns = windows(width / pixel);
    return new Level(pixel, rows, columns, side + step * (rows - 1), side + step * (columns - 1));
  }

  private int windows(double extent) {
    return 1 + (int) Math.ceil(Math.max(0, extent - side) / step);
  }

  /** Returns all windows in pixels of the picture: by size, row by row. */
  BoxArray boxes() {
    List<Double> numbers = new ArrayList<>();
    for (double own : sides) {
      Level l = level(own);
      for (int i = 0; i < l.rows * l.columns; i++) {
        double top = Math.floorDiv(i, l.columns) * step * l.pixel;
        double left = i % l.columns * step * l.pixel;
        numbers.addAll(List.of(left, top, left + own, top + own));
      }
    }
    return BoxArray.of(numbers.stream().mapToDouble(d -> d).toArray());
  }

  /** Returns all windows for each of {@code n} pictures [n, R, 4]. */
  Value regions(int n) {
    Tensor all = boxes().toTensor();
    Shape each = Shape.of(n, all.shape().dim(0), 4);
    return Value.constant(all.reshape(all.shape().prepend(1))).broadcastTo(each);
  }

  /** Returns pictures [N, H, W, C] in each size. */
  List<Signal> pyramid(Signal pictures) {
    List<Signal> all = new ArrayList<>();
    int n = pictures.shape().dim(0);
    int channels = pictures.shape().dim(3);
    for (double own : sides) {
      Level l = level(own);
      Tensor whole =
          Tensor.of(
              Shape.of(1, 1, 4), 0, 0, (float) (l.width * l.pixel), (float) (l.height * l.pixel));
      Value regions = Value.constant(whole).broadcastTo(Shape.of(n, 1, 4));
      RegionAlign align =
          new RegionAlign(l.height, l.width, List.of(1.0), PLACES, true, Optional.empty());
      Value read = align.of(regions, pictures.value());
      all.add(pictures.with(read.reshape(Shape.of(n, l.height, l.width, channels))));
    }
    return all;
  }

  /** Returns the windows of regions [N, R, 4] by themselves, as pixels [N · R, side, side, C]. */
  Signal cut(Signal regions, Signal pictures) {
    Signal read = RegionAlign.of(side, 1).places(PLACES).apply(regions, pictures);
    int[] dims = read.shape().dims();
    return read.with(read.value().reshape(Shape.of(dims[0] * dims[1], dims[2], dims[3], dims[4])));
  }
}
