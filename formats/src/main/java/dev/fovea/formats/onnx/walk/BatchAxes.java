package dev.fovea.formats.onnx.walk;

import dev.fovea.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which axes of the tensors of a graph grow with the batch, and how fast: found by walking the
 * graph for two batches.
 *
 * <p>For one sample alone nothing tells an axis of extent 1 from the batch.
 */
public final class BatchAxes {
  /** Nothing is known: where the graph holds for one batch only. */
  public static final BatchAxes UNKNOWN = new BatchAxes(Map.of(), false);

  /** By tensor, per axis, what a sample more adds to it. */
  private final Map<String, int[]> growth;

  private final boolean settled;

  private BatchAxes(Map<String, int[]> growth, boolean settled) {
    this.growth = growth;
    this.settled = settled;
  }

  /**
   * Compares the shapes that all tensors have for two batches.
   *
   * @param more how many samples the second has more
   */
  public static BatchAxes of(Map<String, Shape> few, Map<String, Shape> many, int more) {
    Map<String, int[]> growth = new HashMap<>();
    few.forEach((name, shape) -> {
      Shape other = many.get(name);
      if (other != null && other.rank() == shape.rank() && !other.equals(shape)) {
        int[] each = new int[shape.rank()];
        for (int a = 0; a < each.length; a++) {
          each[a] = (other.dim(a) - shape.dim(a)) / more;
        }
        growth.put(name, each);
      }
    });
    return new BatchAxes(growth, false);
  }

  /** Returns these axes as those of all tensors: what is not among them does not grow. */
  public BatchAxes settled() {
    return new BatchAxes(growth, true);
  }

  /** Returns whether each tensor that grows is known. */
  public boolean isSettled() {
    return settled;
  }

  /** Returns how many tensors grow. */
  public int size() {
    return growth.size();
  }

  /** Returns whether some axis of a tensor grows with the batch. */
  public boolean grows(String name) {
    return growth.containsKey(name);
  }

  /** Returns what a sample more adds to an axis of a tensor. */
  public int growth(String name, int axis) {
    int @Nullable [] each = growth.get(name);
    return each == null ? 0 : each[axis];
  }
}
