package dev.fovea.systems.pose;

import dev.fovea.data.Box;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.systems.detect.RegionDetector;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The key points of detections, as the last step of a network: x, y and 1 of each point in pixels
 * of the input, zeros for detections whose class has none. No gradient flows through it.
 *
 * @param posed the numbers of the classes that have key points
 */
public record RegionPointFinder(Set<Integer> posed) {
  private static final int NUMBERS = 3;
  private static final int CLASS = 5;

  /** Copies the set. */
  public RegionPointFinder {
    posed = Set.copyOf(posed);
  }

  /** Returns the shape of the points of so many detections. */
  public static Shape shape(int n, int detections, int kinds) {
    return Shape.of(n, detections, kinds, NUMBERS);
  }

  /**
   * Returns the points [N, D, kinds, 3].
   *
   * @param found rows of a {@link RegionDetector} [N, D, 6]
   * @param logits of the cells of their boxes [N, D, H, W, kinds]
   */
  public Value of(Value found, Value logits) {
    Shape s = logits.shape();
    Shape maps = Shape.of(s.dim(2), s.dim(3), s.dim(4));
    int count = s.dim(0) * s.dim(1);
    int kinds = s.dim(4);
    HostCall.Derivative none = (y, dy) -> Collections.nCopies(2, null);
    HostCall.Function find =
        (in, out) -> {
          for (int d = 0; d < count; d++) {
            float[] rows = new float[kinds * NUMBERS];
            int at = d * RegionDetector.NUMBERS;
            if (posed.contains((int) in.get(0).get(at + CLASS))) {
              float[] own = new float[maps.elements()];
              in.get(1).get(d * own.length, own);
              write(Tensor.of(maps, own), in.get(0), at, rows);
            }
            out.put(d * rows.length, rows);
          }
        };
    return Value.of(
        new HostCall("points", shape(s.dim(0), s.dim(1), kinds), find, none), found, logits);
  }

  private static void write(Tensor maps, FloatBuffer rows, int at, float... to) {
    Box box = new Box(rows.get(at), rows.get(at + 1), rows.get(at + 2), rows.get(at + 3), 0);
    List<Peaks.Peak> peaks = RegionPoints.decode(maps, box);
    for (int p = 0; p < peaks.size(); p++) {
      to[NUMBERS * p] = (float) peaks.get(p).x();
      to[NUMBERS * p + 1] = (float) peaks.get(p).y();
      to[NUMBERS * p + 2] = 1;
    }
  }
}
