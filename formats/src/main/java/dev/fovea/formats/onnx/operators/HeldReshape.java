package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reshapes tensors whose axes are held in another order, without moving elements: axes that are
 * split, or merged with neighbours that are held beside them, stay where they are.
 *
 * <p>A shuffle of channels, written as reshape, transpose, reshape, then costs one copy.
 */
final class HeldReshape {
  /** Axes of the old and the new shape, from (included) to (excluded), that hold the same part. */
  private record Group(int oldFrom, int oldTo, int newFrom, int newTo) {}

  private HeldReshape() {}

  /** Returns the tensor in its new shape, or null if elements must move. */
  static Operand.@Nullable Held inPlace(Operand.Held h, Shape to) {
    List<Group> groups = groups(h.shape(), to);
    if (groups == null || to.rank() > Shape.MAX_RANK) {
      return null;
    }
    int[] groupOf = new int[h.rank()];
    for (int g = 0; g < groups.size(); g++) {
      for (int a = groups.get(g).oldFrom; a < groups.get(g).oldTo; a++) {
        groupOf[a] = g;
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < h.rank(); ) {
      Group g = groups.get(groupOf[h.order()[i]]);
      for (int a = g.oldFrom; a < g.oldTo; a++, i++) {
        if (i >= h.rank() || h.order()[i] != a) {
          return null;
        }
      }
      for (int a = g.newFrom; a < g.newTo; a++) {
        order.add(a);
      }
    }
    if (order.size() != to.rank()) {
      return null;
    }
    int[] axes = order.stream().mapToInt(Integer::intValue).toArray();
    Shape held = Shape.of(order.stream().mapToInt(to::dim).toArray());
    return new Operand.Held(h.value().reshape(held), axes, h.type());
  }

  /** Cuts both shapes into the smallest runs of axes with the same number of elements. */
  private static @Nullable List<Group> groups(Shape from, Shape to) {
    if (from.elements() != to.elements() || from.elements() == 0) {
      return null;
    }
    List<Group> groups = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < from.rank() || j < to.rank()) {
      int i0 = i;
      int j0 = j;
      long p = i < from.rank() ? from.dim(i++) : 1;
      long q = j < to.rank() ? to.dim(j++) : 1;
      while (p != q) {
        if (p < q) {
          p *= from.dim(i++);
        } else {
          q *= to.dim(j++);
        }
      }
      if (i0 == i) {
        // New axes of extent 1 at the end: they go with the group before.
        Group last = groups.isEmpty() ? new Group(0, 0, 0, 0) : groups.removeLast();
        groups.add(new Group(last.oldFrom, last.oldTo, last.newFrom, j));
      } else {
        groups.add(new Group(i0, i, j0, j));
      }
    }
    return groups;
  }
}
