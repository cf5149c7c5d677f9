package dev.fovea.cli;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.Suppression;
import dev.fovea.systems.detect.Detector;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks for objects in a large picture tile by tile. A box that an inner border of a tile cuts is
 * left to the neighbour that sees all of it; what several tiles see is told once.
 *
 * @param size height and width of a tile in pixels
 * @param overlap the share of a tile that its neighbour shows too
 */
record Tiles(int size, double overlap) {
  /** A box that ends this near an inner border may go on behind it. */
  private static final double BORDER = 1;

  /** Returns what is in a picture [H, W, C], the surest first. */
  List<Detection> detect(Detector detector, Tensor picture) {
    int height = picture.shape().dim(0);
    int width = picture.shape().dim(1);
    List<Detection> all = new ArrayList<>();
    for (int top : begins(height)) {
      for (int left : begins(width)) {
        int h = Math.min(size, height);
        int w = Math.min(size, width);
        for (Detection d : detector.detect(cut(picture, top, left, h, w))) {
          Box b = d.box();
          boolean whole =
              (left == 0 || b.left() > BORDER)
                  && (top == 0 || b.top() > BORDER)
                  && (left + w == width || b.right() < w - BORDER)
                  && (top + h == height || b.bottom() < h - BORDER);
          if (whole) {
            all.add(moved(d, top, left));
          }
        }
      }
    }
    return merged(detector, all);
  }

  /** Returns where tiles begin along an extent: evenly, with at least the overlap. */
  int[] begins(int extent) {
    if (extent <= size) {
      return new int[1];
    }
    int step = Math.max(1, (int) (size * (1 - overlap)));
    int count = Math.ceilDiv(extent - size, step) + 1;
    int[] begins = new int[count];
    for (int i = 0; i < count; i++) {
      begins[i] = (int) ((long) (extent - size) * i / (count - 1));
    }
    return begins;
  }

  private static Tensor cut(Tensor picture, int top, int left, int height, int width) {
    int channels = picture.shape().dim(2);
    Tensor tile = Tensor.zeros(Shape.of(height, width, channels));
    for (int y = 0; y < height; y++) {
      int from = ((top + y) * picture.shape().dim(1) + left) * channels;
      System.arraycopy(picture.data(), from, tile.data(), y * width * channels, width * channels);
    }
    return tile;
  }

  private static Detection moved(Detection d, int top, int left) {
    Box b = d.box();
    List<KeyPoint> points = b.points().stream().map(p -> p.at(p.x() + left, p.y() + top)).toList();
    return new Detection(
        moved(b, top, left).withPoints(points),
        d.label(),
        d.score(),
        d.mask().map(m -> new RegionMask(moved(m.box(), top, left), m.values())));
  }

  private static Box moved(Box b, int top, int left) {
    return b.at(b.left() + left, b.top() + top, b.right() + left, b.bottom() + top);
  }

  private static List<Detection> merged(Detector detector, List<Detection> all) {
    List<Detection> sorted =
        all.stream().sorted(Comparator.comparingDouble((Detection d) -> -d.score())).toList();
    float[] scores = new float[sorted.size()];
    int[] classes = new int[sorted.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) sorted.get(i).score();
      classes[i] = sorted.get(i).box().label();
    }
    BoxArray boxes = BoxArray.of(sorted.stream().map(Detection::box).toList());
    List<Detection> kept = new ArrayList<>();
    for (int i : Suppression.above(detector.rule().overlap()).keep(boxes, scores, classes)) {
      kept.add(sorted.get(i));
    }
    return kept;
  }
}
