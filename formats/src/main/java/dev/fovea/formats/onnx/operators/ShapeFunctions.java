package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators on known tensors that move elements and compute nothing. */
final class ShapeFunctions {
  private ShapeFunctions() {}

  /** Returns the target of a reshape: 0 copies an extent, −1 takes what is left. */
  static Shape reshaped(Shape from, int[] to, boolean allowZero) {
    int[] dims = to.clone();
    int rest = -1;
    long known = 1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == 0 && !allowZero) {
        if (i >= from.rank()) {
          throw new FormatException("extent 0 at axis " + i + " has nothing to copy in " + from);
        }
        dims[i] = from.dim(i);
      }
      if (dims[i] == -1) {
        if (rest >= 0) {
          throw new FormatException("more than one extent is −1 in " + Arrays.toString(to));
        }
        rest = i;
      } else {
        known *= dims[i];
      }
    }
    if (rest >= 0) {
      dims[rest] = known == 0 ? 0 : (int) (from.elements() / known);
    }
    return Shape.of(dims);
  }

  /** Returns tensors one after the other along an axis. */
  static HostTensor concat(List<HostTensor> parts, int axis) {
    Shape first = parts.get(0).shape();
    int total = parts.stream().mapToInt(p -> p.shape().dim(axis)).reduce(0, Math::addExact);
    Shape shape = HostTensor.bounded(first.withDim(axis, total));
    double[] out = new double[shape.elements()];
    int inner = Index.product(shape, axis + 1, shape.rank());
    int outer = Index.product(shape, 0, axis);
    int at = 0;
    for (HostTensor p : parts) {
      if (!p.shape().withDim(axis, total).equals(shape)) {
        throw new FormatException("shapes " + first + " and " + p.shape() + " differ");
      }
      int block = p.shape().dim(axis) * inner;
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < block; i++) {
          out[o * total * inner + at + i] = p.at(o * block + i);
        }
      }
      at += block;
    }
    return HostTensor.of(parts.get(0).type(), shape, out);
  }

  /** Returns tensors of one shape along a new outermost axis. */
  static HostTensor stack(List<HostTensor> parts) {
    return concat(parts.stream().map(p -> p.reshape(p.shape().prepend(1))).toList(), 0);
  }

  /** Returns the elements from a begin on, in steps that may be negative. */
  static HostTensor slice(HostTensor t, Range r) {
    int[] strides = t.shape().strides();
    int first = 0;
    int[] steps = new int[strides.length];
    for (int a = 0; a < strides.length; a++) {
      first += r.begin[a] * strides[a];
      steps[a] = r.step[a] * strides[a];
    }
    return t.pick(r.size, Index.walk(r.size, steps, r.size.elements() == 0 ? 0 : first));
  }

  /**
   * What a slice takes of each axis.
   *
   * @param begin the first index
   * @param step the step, which may be negative
   * @param size how many
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Range(int[] begin, int[] step, Shape size) {
    /** Returns the range of the operator Slice, whose bounds count from the end and are cut off. */
    static Range of(
        Shape shape, int[] starts, int[] ends, int @Nullable [] axes, int @Nullable [] steps) {
      int[] begin = new int[shape.rank()];
      int[] step = new int[shape.rank()];
      int[] size = shape.dims();
      Arrays.fill(step, 1);
      for (int i = 0; i < starts.length; i++) {
        int a = Index.axis(axes == null ? i : axes[i], shape.rank());
        int n = shape.dim(a);
        step[a] = steps == null ? 1 : steps[i];
        if (step[a] == 0) {
          throw new FormatException("a step of 0");
        }
        boolean up = step[a] > 0;
        int from = bound(starts[i], n, up ? 0 : -1, up ? n : n - 1);
        int to = bound(ends[i], n, up ? 0 : -1, up ? n : n - 1);
        long count =
            up
                ? ((long) to - from + step[a] - 1) / step[a]
                : ((long) from - to - step[a] - 1) / -(long) step[a];
        begin[a] = from;
        size[a] = (int) Math.max(count, 0);
      }
      return new Range(begin, step, Shape.of(size));
    }

    private static int bound(int at, int n, int least, int most) {
      long from = at < 0 ? (long) at + n : at;
      return Math.clamp(from, least, Math.max(least, most));
    }
  }

  /** Returns a tensor with borders; a negative width cuts off. */
  static HostTensor pad(HostTensor t, int[] before, int[] after, String mode, double value) {
    int[] dims = t.shape().dims();
    for (int a = 0; a < dims.length; a++) {
      dims[a] = Math.addExact(dims[a], Math.addExact(before[a], after[a]));
    }
    Shape shape = HostTensor.bounded(Shape.of(dims));
    double[] out = new double[shape.elements()];
    int[] strides = t.shape().strides();
    for (int i = 0; i < out.length; i++) {
      int[] at = Index.split(shape, i);
      int from = 0;
      for (int a = 0; a < dims.length && from >= 0; a++) {
        int s = source(at[a] - before[a], t.shape().dim(a), mode);
        from = s < 0 ? -1 : from + s * strides[a];
      }
      out[i] = from < 0 ? value : t.at(from);
    }
    return HostTensor.of(t.type(), shape, out);
  }

  /** Returns the index that a place in or beside an axis is filled from; −1 for the value. */
  static int source(int at, int n, String mode) {
    if (at >= 0 && at < n) {
      return at;
    }
    return switch (mode) {
      case "constant" -> -1;
      case "edge" -> n == 0 ? -1 : Math.clamp(at, 0, n - 1);
      case "wrap" -> Math.floorMod(at, n);
      case "reflect" -> {
        int period = Math.max(2 * (n - 1), 1);
        int m = Math.floorMod(at, period);
        yield m < n ? m : period - m;
      }
      default -> throw new FormatException("padding mode " + mode + " is not known");
    };
  }

  /** Returns blocks of channels laid out in height and width: [N, C, H, W]. */
  static HostTensor tile(HostTensor t, int[] repeats) {
    int[] dims = t.shape().dims();
    for (int a = 0; a < dims.length; a++) {
      dims[a] = Math.multiplyExact(dims[a], repeats[a]);
    }
    Shape shape = HostTensor.bounded(Shape.of(dims));
    int[] index = new int[shape.elements()];
    int[] strides = t.shape().strides();
    for (int i = 0; i < index.length; i++) {
      int[] at = Index.split(shape, i);
      for (int a = 0; a < at.length; a++) {
        index[i] += at[a] % t.shape().dim(a) * strides[a];
      }
    }
    return t.pick(shape, index);
  }

  /** Returns how an axis is split: by given sizes, or into equal parts, the last one smaller. */
  static int[] parts(int extent, int @Nullable [] sizes, int count) {
    if (sizes != null) {
      if (Arrays.stream(sizes).asLongStream().sum() != extent
          || Arrays.stream(sizes).anyMatch(s -> s < 0)) {
        throw new FormatException("parts " + Arrays.toString(sizes) + " do not make " + extent);
      }
      return sizes;
    }
    if (count < 1 || count > 1 << 16) {
      throw new FormatException("cannot split into " + count + " parts");
    }
    int each = (extent + count - 1) / count;
    List<Integer> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(Math.clamp(extent - (long) i * each, 0, each));
    }
    return parts.stream().mapToInt(Integer::intValue).toArray();
  }
}
