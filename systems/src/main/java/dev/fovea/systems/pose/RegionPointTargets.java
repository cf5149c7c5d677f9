package dev.fovea.systems.pose;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.detect.RegionSampler;
import dev.fovea.systems.region.RegionPoints;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a head for key points should answer for the first of the regions of a {@link RegionSampler},
 * which are those with objects, as a step of a network: the cell of the region that holds each
 * point of the object. No gradient flows through it.
 *
 * @param regions how many regions the head reads in training
 * @param cells how a region is divided
 * @param kinds how many kinds of points there are
 */
public record RegionPointTargets(int regions, RegionPoints cells, int kinds) {
  private static final int NUMBERS = 3;

  /**
   * Returns the numbers of cells, {@link RegionPoints#NONE} for points that do not count [N,
   * regions, kinds].
   *
   * @param rows rows of a {@link RegionSampler} [N, S, 10]
   * @param points x, y and visibility of each point of each object [N, M, 3 · kinds]
   */
  public Value of(Value rows, Value points) {
    int n = rows.shape().dim(0);
    int sampled = rows.shape().dim(1);
    int objects = points.shape().dim(1);
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(2, null);
    HostCall.Function write =
        (in, out) -> {
          for (int i = 0; i < n; i++) {
            for (int k = 0; k < regions; k++) {
              int row = (i * sampled + k) * RegionSampler.NUMBERS;
              int[] own = cells(in.get(0), row, in.get(1), i * objects);
              for (int p = 0; p < kinds; p++) {
                out.put((i * regions + k) * kinds + p, own[p]);
              }
            }
          }
        };
    return Value.of(
        new HostCall("points_of_regions", Shape.of(n, regions, kinds), write, none), rows, points);
  }

  private int[] cells(FloatBuffer rows, int at, FloatBuffer points, int firstObject) {
    Box region = new Box(rows.get(at), rows.get(at + 1), rows.get(at + 2), rows.get(at + 3), 0);
    if (!(rows.get(at + RegionSampler.LABEL) > 0)) {
      return cells.cells(region, List.of(), kinds);
    }
    int object = firstObject + (int) rows.get(at + RegionSampler.OBJECT);
    List<KeyPoint> own = new ArrayList<>();
    for (int p = 0; p < kinds; p++) {
      int from = (object * kinds + p) * NUMBERS;
      boolean there = points.get(from + 2) > 0;
      Visibility seen = there ? Visibility.VISIBLE : Visibility.ABSENT;
      own.add(new KeyPoint(points.get(from), points.get(from + 1), p, seen));
    }
    return cells.cells(region, own, kinds);
  }
}
