package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits the gradient of a scan's result into the gradients of the carries and outputs that the
 * result consists of.
 *
 * <p>It arrives as a sum in which each of these gradients is padded with zeros where the others
 * stand; the zeros are never computed.
 */
final class ScanParts {
  private static final Op ADD = new Elementwise.Binary(BinaryFunction.ADD);

  /** A stretch of the gradient; around it there are zeros. */
  private record Part(int begin, Value value) {
    int end() {
      return begin + value.shape().elements();
    }
  }

  private final Scan scan;
  private final List<Part> parts = new ArrayList<>();

  ScanParts(Scan scan, Value dy) {
    this.scan = scan;
    collect(dy);
  }

  private void collect(Value dy) {
    if (dy.op().equals(ADD) && dy.input(0).shape().equals(dy.input(1).shape())) {
      collect(dy.input(0));
      collect(dy.input(1));
    } else if (dy.op() instanceof Movement.Pad p && p.value() == 0) {
      parts.add(new Part(p.before().get(0), dy.input(0)));
    } else {
      parts.add(new Part(0, dy));
    }
  }

  /** Returns the gradient of a result; null if it is zero. */
  @Nullable Value of(int result) {
    Shape shape = scan.resultShape(result);
    int begin = scan.begin(result);
    int end = begin + shape.elements();
    Value sum = null;
    for (Part p : parts) {
      int from = Math.max(begin, p.begin);
      int to = Math.min(end, p.end());
      if (from < to) {
        Value own = whole(p.value, from - p.begin, to - from);
        int[] before = {from - begin};
        int[] after = {end - to};
        boolean fits = before[0] == 0 && after[0] == 0;
        Value all =
            fits ? own : Value.of(new Movement.Pad(Ints.of(before), Ints.of(after), 0), own);
        Value shaped = all.reshape(shape);
        sum = sum == null ? shaped : sum.plus(shaped);
      }
    }
    return sum;
  }

  private static Value whole(Value v, int begin, int length) {
    return length == v.shape().elements() ? v : v.slice(0, begin, length);
  }
}
