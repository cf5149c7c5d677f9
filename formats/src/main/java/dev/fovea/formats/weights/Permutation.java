package dev.fovea.formats.weights;

import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Loops that copy a tensor into another order of axes, the innermost one last. Axes that lie beside
 * each other before and after are one loop.
 */
final class Permutation {
  /** A shorter innermost loop costs more to begin than to run. */
  private static final int SHORT = 16;

  private final List<Loop> loops = new ArrayList<>();

  /** A loop and by how much each of its turns goes on in what is read and written. */
  private record Loop(int count, int from, int to) {}

  /**
   * Creates the loops for a tensor.
   *
   * @param shape the shape of what is read
   * @param order which of its axes each axis of what is written is
   */
  Permutation(Shape shape, int... order) {
    int[] strides = shape.strides();
    int to = 1;
    for (int i = order.length - 1; i >= 0; i--) {
      int count = shape.dim(order[i]);
      if (count != 1) {
        addOuter(new Loop(count, strides[order[i]], to));
      }
      to *= count;
    }
    preferLong();
  }

  private void addOuter(Loop loop) {
    Loop within = loops.isEmpty() ? new Loop(1, 0, 0) : loops.getFirst();
    if (!loops.isEmpty() && loop.from == within.count * within.from) {
      loops.set(0, new Loop(loop.count * within.count, within.from, within.to));
    } else {
      loops.addFirst(loop);
    }
  }

  /** Makes the longest loop the innermost one if that is short, as for pixels of few channels. */
  private void preferLong() {
    if (loops.size() > 1 && loops.getLast().count < SHORT) {
      Loop longest = loops.getFirst();
      for (Loop l : loops) {
        longest = l.count > longest.count ? l : longest;
      }
      loops.remove(longest);
      loops.add(longest);
    }
  }

  /** Copies the tensor, which is not empty. */
  void copy(float[] from, float[] to) {
    copy(0, from, 0, to, 0);
  }

  private void copy(int loop, float[] from, int read, float[] to, int written) {
    if (loop >= loops.size() - 1) {
      Loop last = loops.isEmpty() ? new Loop(1, 1, 1) : loops.getLast();
      copy(last, from, read, to, written);
      return;
    }
    Loop l = loops.get(loop);
    for (int i = 0; i < l.count; i++) {
      copy(loop + 1, from, read + i * l.from, to, written + i * l.to);
    }
  }

  private static void copy(Loop loop, float[] from, int read, float[] to, int written) {
    int count = loop.count;
    int step = loop.from;
    int leap = loop.to;
    for (int i = 0; i < count; i++) {
      to[written + i * leap] = from[read + i * step];
    }
  }
}
