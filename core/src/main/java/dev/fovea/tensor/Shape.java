package dev.fovea.tensor;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The extents of a tensor's axes, outermost first.
 *
 * <p>Images have the axes N, H, W, C (batch, height, width, channels); a scalar has none. A shape
 * holds at most {@value #MAX_RANK} axes and {@link Integer#MAX_VALUE} elements, since storage is a
 * {@code float[]}.
 */
public final class Shape {
  /** The largest number of axes. */
  public static final int MAX_RANK = 8;

  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int elements;

  private Shape(int[] dims) {
    this.dims = dims;
    this.elements = count(dims);
  }

  /**
   * Returns the shape with these extents.
   *
   * @throws FoveaException if an extent is negative, there are more than {@value #MAX_RANK} axes,
   *     or the number of elements exceeds {@link Integer#MAX_VALUE}
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** Returns the shape of a single number: no axes, one element. */
  public static Shape scalar() {
    return SCALAR;
  }

  private static int count(int[] dims) {
    if (dims.length > MAX_RANK) {
      throw new FoveaException(
          "shape " + Arrays.toString(dims) + " has " + dims.length + " axes, at most " + MAX_RANK);
    }
    long n = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new FoveaException("shape " + Arrays.toString(dims) + " has a negative extent");
      }
      n *= d;
      if (n > Integer.MAX_VALUE) {
        throw new FoveaException(
            "shape "
                + Arrays.toString(dims)
                + " has more than "
                + Integer.MAX_VALUE
                + " elements, the most a tensor holds");
      }
    }
    return (int) n;
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.length;
  }

  /**
   * Returns the extent of an axis; negative axes count from the end, −1 being the last.
   *
   * @throws FoveaException if there is no such axis
   */
  public int dim(int axis) {
    return dims[index(axis)];
  }

  private int index(int axis) {
    int i = axis < 0 ? axis + dims.length : axis;
    if (i < 0 || i >= dims.length) {
      throw new FoveaException("shape %s has no axis %s".formatted(this, axis));
    }
    return i;
  }

  /** Returns the number of elements: the product of all extents, 1 for a scalar. */
  public int elements() {
    return elements;
  }

  /** Returns a copy of the extents. */
  public int[] dims() {
    return dims.clone();
  }

  /** Returns the row-major strides in elements: the distance between neighbours along each axis. */
  public int[] strides() {
    int[] strides = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= dims[i];
    }
    return strides;
  }

  /** Returns this shape with one extent replaced; negative axes count from the end. */
  public Shape withDim(int axis, int extent) {
    int[] d = dims.clone();
    d[index(axis)] = extent;
    return new Shape(d);
  }

  /**
   * Returns this shape with a new outermost axis: the shape of a batch of {@code n} such tensors.
   */
  public Shape prepend(int n) {
    int[] d = new int[dims.length + 1];
    d[0] = n;
    System.arraycopy(dims, 0, d, 1, dims.length);
    return new Shape(d);
  }

  /** Returns this shape without its outermost axis: one sample of a batch. */
  public Shape dropFirst() {
    index(0);
    return of(Arrays.copyOfRange(dims, 1, dims.length));
  }

  /** Returns this shape with a new axis inserted before {@code axis}. */
  public Shape insert(int axis, int extent) {
    int[] d = new int[dims.length + 1];
    System.arraycopy(dims, 0, d, 0, axis);
    d[axis] = extent;
    System.arraycopy(dims, axis, d, axis + 1, dims.length - axis);
    return of(d);
  }

  /** Returns this shape without an axis. */
  public Shape drop(int axis) {
    int[] d = Arrays.copyOf(dims, dims.length - 1);
    System.arraycopy(dims, axis + 1, d, axis, d.length - axis);
    return of(d);
  }

  /** Returns whether two shapes differ in axes of extent 1 only, as [N] and [N, 1] do. */
  public boolean sameButForOnes(Shape other) {
    int j = 0;
    for (int d : dims) {
      if (d != 1) {
        j = other.skipOnes(j);
        if (j == other.dims.length || other.dims[j++] != d) {
          return false;
        }
      }
    }
    return other.skipOnes(j) == other.dims.length;
  }

  private int skipOnes(int from) {
    int i = from;
    while (i < dims.length && dims[i] == 1) {
      i++;
    }
    return i;
  }

  /**
   * Returns the shape that both shapes broadcast to: aligned at the last axis, extents equal or 1.
   *
   * @throws FoveaException if an axis differs and neither extent is 1
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int p = i <= a.rank() ? a.dim(-i) : 1;
      int q = i <= b.rank() ? b.dim(-i) : 1;
      if (p != q && p != 1 && q != 1) {
        throw new FoveaException(
            "shapes "
                + a
                + " and "
                + b
                + " do not broadcast: axis -"
                + i
                + " is "
                + p
                + " and "
                + q);
      }
      d[rank - i] = p == 1 ? q : p;
    }
    return of(d);
  }

  /** Returns the text of this shape with its first extent as {@code N}: {@code [N,28,28,1]}. */
  public String batched() {
    return dims.length == 0 ? "[]" : text("N", 1);
  }

  /** Returns the text of this shape joined by ×, as in {@code 28×28×1}. */
  public String times() {
    StringJoiner s = new StringJoiner("×");
    for (int d : dims) {
      s.add(Integer.toString(d));
    }
    return s.toString();
  }

  private String text(String first, int from) {
    StringJoiner s = new StringJoiner(",", "[", "]");
    if (from > 0) {
      s.add(first);
    }
    for (int i = from; i < dims.length; i++) {
      s.add(Integer.toString(dims[i]));
    }
    return s.toString();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns the extents in brackets: {@code [8,28,28,1]}. */
  @Override
  public String toString() {
    return text("", 0);
  }
}
