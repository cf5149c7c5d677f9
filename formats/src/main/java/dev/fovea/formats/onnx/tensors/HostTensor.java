package dev.fovea.formats.onnx.tensors;

import dev.fovea.formats.FormatException;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;

/**
 * A tensor of any element type whose values are known while a network is being built.
 *
 * <p>It reads its elements from wherever they lie (the mapped file, an array, one repeated number)
 * and never copies them unasked. Whole numbers are exact up to 2⁵³.
 */
public final class HostTensor {
  /** The most elements that a computation before the run may make. */
  public static final int MOST = 1 << 23;

  /** How many tensors may read from each other before one is computed for good. */
  private static final int DEEPEST = 64;

  private final DataType type;
  private final Shape shape;
  private final IntToDoubleFunction elements;
  private final int depth;
  private final int made;
  private final long work;

  private HostTensor(
      DataType type, Shape shape, IntToDoubleFunction elements, int depth, int made, long work) {
    this.type = type;
    this.shape = shape;
    this.elements = elements;
    this.depth = depth;
    this.made = made;
    this.work = work;
  }

  public HostTensor(DataType type, Shape shape, IntToDoubleFunction elements) {
    this(type, shape, elements, 1, 0, 1);
  }

  /** Returns a tensor that is computed from others each time it is read. */
  public static HostTensor reading(
      DataType type, Shape shape, IntToDoubleFunction elements, HostTensor... from) {
    return reading(type, shape, 0, elements, from);
  }

  private static HostTensor reading(
      DataType type, Shape shape, int made, IntToDoubleFunction elements, HostTensor... from) {
    int depth = 1 + Arrays.stream(from).mapToInt(t -> t.depth).sum();
    HostTensor t = new HostTensor(type, shape, elements, depth, made, 1);
    return depth <= DEEPEST ? t : of(type, shape, t.doubles());
  }

  /**
   * Returns a tensor whose elements are each computed in many steps, not before they are wanted.
   *
   * @param work the number of steps of one element
   */
  public static HostTensor costly(
      DataType type, Shape shape, long work, IntToDoubleFunction elements) {
    return new HostTensor(type, shape, elements, 1, 0, Math.max(work, 2));
  }

  /** Returns a tensor over an array, row-major. */
  public static HostTensor of(DataType type, Shape shape, double[] values) {
    if (values.length != shape.elements()) {
      throw new FormatException(
          "a tensor of " + shape + " needs " + shape.elements() + " values, got " + values.length);
    }
    return new HostTensor(type, shape, i -> values[i], 1, values.length, 1);
  }

  /** Returns a tensor over an array whose elements are rounded, in place, as the type needs. */
  public static HostTensor rounded(DataType type, Shape shape, double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = type.hold(values[i]);
    }
    return of(type, shape, values);
  }

  /** Returns one number without axes. */
  public static HostTensor scalar(DataType type, double value) {
    return new HostTensor(type, Shape.scalar(), i -> value);
  }

  /** Returns a tensor with one number everywhere. */
  public static HostTensor full(DataType type, Shape shape, double value) {
    return new HostTensor(type, shape, i -> value);
  }

  /** Returns a list of 64-bit whole numbers. */
  public static HostTensor longs(long... values) {
    return of(
        DataType.INT64, Shape.of(values.length), Arrays.stream(values).asDoubleStream().toArray());
  }

  /** Returns a list of 64-bit whole numbers. */
  public static HostTensor longs(int... values) {
    return longs(Arrays.stream(values).asLongStream().toArray());
  }

  public DataType type() {
    return type;
  }

  public Shape shape() {
    return shape;
  }

  public int rank() {
    return shape.rank();
  }

  public int size() {
    return shape.elements();
  }

  /** Returns how many elements it keeps in memory of its own. */
  public int made() {
    return made;
  }

  /** Returns what the elements are read from: the same for all shapes of one tensor. */
  public Object source() {
    return elements;
  }

  /** Returns this tensor with all elements computed, if each takes many steps. */
  public HostTensor settled(Budget budget) {
    if (work == 1) {
      return this;
    }
    budget.steps(size(), work);
    return of(type, shape, doubles());
  }

  /** Returns the element at a row-major index. */
  public double at(int i) {
    return elements.applyAsDouble(i);
  }

  /** Returns the only element. */
  public double item() {
    if (size() != 1) {
      throw new FormatException("needs one number, got a tensor of " + shape);
    }
    return at(0);
  }

  /** Returns a copy of all elements. */
  public double[] doubles() {
    bounded(shape);
    double[] d = new double[size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = at(i);
    }
    return d;
  }

  /** Returns a copy of all elements as whole numbers that fit 32 bits; larger ones are cut off. */
  public int[] ints() {
    if (size() > 1 << 16) {
      throw new FormatException("needs a short list of numbers, got " + shape);
    }
    int[] d = new int[size()];
    for (int i = 0; i < d.length; i++) {
      d[i] = (int) at(i);
    }
    return d;
  }

  /** Returns the same elements in another shape. */
  public HostTensor reshape(Shape to) {
    if (to.elements() != size()) {
      throw new FormatException("cannot make " + to + " of " + shape);
    }
    return new HostTensor(type, to, elements, depth, 0, work);
  }

  /** Returns the elements as another type, rounded as it needs. */
  public HostTensor as(DataType to) {
    return to == type ? this : reading(to, shape, i -> to.hold(at(i)), this);
  }

  /** Returns the elements under another name for their type; nothing is rounded. */
  HostTensor named(DataType to) {
    return new HostTensor(to, shape, elements, depth, 0, work);
  }

  /** Returns a function of each element, held as this type. */
  public HostTensor map(DoubleUnaryOperator function) {
    double[] d = doubles();
    for (int i = 0; i < d.length; i++) {
      d[i] = function.applyAsDouble(d[i]);
    }
    return rounded(type, shape, d);
  }

  /** Returns the tensor whose element i is element {@code index[i]} of this one. */
  public HostTensor pick(Shape to, int[] index) {
    return reading(type, to, index.length, i -> at(index[i]), this);
  }

  /** Returns the axes in another order: axis {@code i} is axis {@code order[i]} of this one. */
  public HostTensor transpose(int[] order) {
    Shape to = Shape.of(Arrays.stream(order).map(shape::dim).toArray());
    int[] from = shape.strides();
    int[] steps = Arrays.stream(order).map(a -> from[a]).toArray();
    int[] own = to.strides();
    return reading(
        type,
        to,
        i -> {
          int at = 0;
          int rest = i;
          for (int a = 0; a < own.length; a++) {
            at += rest / own[a] * steps[a];
            rest %= own[a];
          }
          return at(at);
        },
        this);
  }

  /** Returns this tensor repeated up to a shape, by the rules of broadcasting. */
  public HostTensor broadcast(Shape to) {
    if (to.equals(shape)) {
      return this;
    }
    bounded(to);
    if (size() == 1) {
      double value = at(0);
      return full(type, to, value);
    }
    return pick(to, Index.broadcast(shape, to));
  }

  /** Returns the elements as floats in another order of axes. */
  public float[] floats(int[] order) {
    float[] f = new float[size()];
    write(order, f, 0);
    return f;
  }

  /** Takes an element and its row-major index. */
  public interface Visitor {
    void visit(int index, double element);
  }

  /** Writes the elements as floats in another order of axes. */
  public void write(int[] order, float[] to, int offset) {
    visit(order, (i, x) -> to[offset + i] = (float) x);
  }

  /** Visits all elements in another order of axes. */
  public void visit(int[] order, Visitor visitor) {
    int[] dims = Arrays.stream(order).map(shape::dim).toArray();
    int[] from = shape.strides();
    int[] steps = Arrays.stream(order).map(a -> from[a]).toArray();
    if (size() > 0) {
      visit(dims, steps, 0, 0, visitor, 0);
    }
  }

  private int visit(int[] dims, int[] steps, int axis, int source, Visitor visitor, int target) {
    if (axis == dims.length) {
      visitor.visit(target, at(source));
      return target + 1;
    }
    int next = target;
    boolean last = axis == dims.length - 1;
    for (int i = 0; i < dims[axis]; i++) {
      int at = source + i * steps[axis];
      if (last) {
        visitor.visit(next++, at(at));
      } else {
        next = visit(dims, steps, axis + 1, at, visitor, next);
      }
    }
    return next;
  }

  /** Refuses tensors that no network needs, before memory is taken. */
  public static Shape bounded(Shape shape) {
    if (shape.elements() > MOST) {
      throw new FormatException(
          "a tensor of " + shape + " is too large to be computed before the run");
    }
    return shape;
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
