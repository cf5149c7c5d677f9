package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A symbolic tensor: the result of one {@link Op} on other values, with its shape and element type
 * known.
 *
 * <p>Values form an acyclic graph by pointing at their inputs; they are compared by identity and
 * never change. Creating one checks the op's shape rule at once. The methods build further values
 * and are what gradient rules, layers and losses are written in; whatever is not needed for a
 * result is never reached from it and so never computed.
 */
public final class Value {
  private final Op op;
  private final List<Value> inputs;
  private final Shape shape;
  private final ElementType type;

  private Value(Op op, List<Value> inputs) {
    this.op = op;
    this.inputs = inputs;
    this.shape = op.shape(inputs.stream().map(Value::shape).toList());
    this.type = op.type(inputs.stream().map(Value::type).toList());
  }

  /**
   * Returns the value of {@code op} applied to {@code inputs}.
   *
   * @throws dev.fovea.tensor.ShapeException if the shapes break the op's rule
   */
  public static Value of(Op op, Value... inputs) {
    return new Value(op, List.of(inputs));
  }

  /** Returns the value of {@code op} applied to a list of inputs. */
  public static Value of(Op op, List<Value> inputs) {
    return new Value(op, List.copyOf(inputs));
  }

  /** Returns a value that is always this tensor. */
  public static Value constant(Tensor tensor) {
    return of(new Source.Constant(tensor));
  }

  /** Returns a value that is always this number, without axes; it broadcasts to any shape. */
  public static Value constant(float number) {
    return constant(Tensor.scalar(number));
  }

  /** Returns the op that makes this value. */
  public Op op() {
    return op;
  }

  /** Returns the values the op is applied to. */
  public List<Value> inputs() {
    return inputs;
  }

  /** Returns input {@code i}. */
  public Value input(int i) {
    return inputs.get(i);
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns the element type. */
  public ElementType type() {
    return type;
  }

  /** Returns the same numbers as elements of another type; see {@link Elementwise.Convert}. */
  public Value to(ElementType other) {
    return type == other ? this : of(new Elementwise.Convert(type, other), this);
  }

  /** Returns {@code this + other}, broadcast. */
  public Value plus(Value other) {
    return of(new Elementwise.Binary(BinaryFunction.ADD), this, other);
  }

  /** Returns {@code this − other}, broadcast. */
  public Value minus(Value other) {
    return of(new Elementwise.Binary(BinaryFunction.SUBTRACT), this, other);
  }

  /** Returns {@code this · other} element by element, broadcast. */
  public Value times(Value other) {
    return of(new Elementwise.Binary(BinaryFunction.MULTIPLY), this, other);
  }

  /** Returns {@code this · factor}. */
  public Value times(float factor) {
    return times(constant(factor));
  }

  /** Returns {@code this / other} element by element, broadcast. */
  public Value over(Value other) {
    return of(new Elementwise.Binary(BinaryFunction.DIVIDE), this, other);
  }

  /** Returns this value under another two-place function, broadcast. */
  public Value with(BinaryFunction function, Value other) {
    return of(new Elementwise.Binary(function), this, other);
  }

  /** Returns this value under a one-place function. */
  public Value map(UnaryFunction function) {
    return of(new Elementwise.Unary(function), this);
  }

  /** Returns this value under an activation. */
  public Value activate(Activation activation) {
    return of(new Elementwise.Activate(activation), this);
  }

  /** Returns the sum over some axes (all if none is named), which then have extent 1. */
  public Value sum(int... axes) {
    return of(new Reduction(Reduction.Kind.SUM, axesOrAll(axes)), this);
  }

  /** Returns the mean over some axes (all if none is named), which then have extent 1. */
  public Value mean(int... axes) {
    Value total = sum(axes);
    return total.times((float) total.shape.elements() / shape.elements());
  }

  /** Returns the maximum over some axes (all if none is named), which then have extent 1. */
  public Value max(int... axes) {
    return of(new Reduction(Reduction.Kind.MAX, axesOrAll(axes)), this);
  }

  /** Returns this value summed over the axes along which {@code to} was broadcast to it. */
  public Value sumTo(Shape to) {
    if (shape.equals(to)) {
      return this;
    }
    int extra = shape.rank() - to.rank();
    int[] axes =
        IntStream.range(0, shape.rank())
            .filter(i -> i < extra || to.dim(i - extra) != shape.dim(i))
            .toArray();
    return (axes.length == 0 ? this : sum(axes)).reshape(to);
  }

  /** Returns this value repeated along axes of extent 1 (and new outer axes) up to a shape. */
  public Value broadcastTo(Shape to) {
    return shape.equals(to) ? this : of(new Movement.Broadcast(to), this);
  }

  /** Returns the same elements in another shape. */
  public Value reshape(Shape to) {
    return shape.equals(to) ? this : of(new Movement.Reshape(to), this);
  }

  /** Returns this value with its axes in another order: axis {@code i} is axis {@code order[i]}. */
  public Value transpose(int... order) {
    return of(new Movement.Transpose(Ints.of(order)), this);
  }

  /** Returns the part that begins at {@code begin} and has the given extents. */
  public Value slice(int[] begin, Shape size) {
    return of(new Movement.Slice(Ints.of(begin), size), this);
  }

  /** Returns the part {@code [begin, begin + length)} of one axis; −1 is the last axis. */
  public Value slice(int axis, int begin, int length) {
    int[] from = new int[shape.rank()];
    from[axis < 0 ? axis + from.length : axis] = begin;
    return slice(from, shape.withDim(axis, length));
  }

  /** Returns row {@code i} of a matrix [rows, C] as [C]. */
  public Value row(int i) {
    return slice(0, i, 1).reshape(Shape.of(shape.dim(-1)));
  }

  /** Returns the matrix product of the last two axes: […, M, K] · [K, N] or […, K, N]. */
  public Value matmul(Value other) {
    return of(new Contraction.MatMul(false, false), this, other);
  }

  private Ints axesOrAll(int[] axes) {
    return axes.length == 0
        ? Ints.of(IntStream.range(0, shape.rank()).toArray())
        : Ints.of(Arrays.stream(axes).map(a -> a < 0 ? a + shape.rank() : a).sorted().toArray());
  }

  /** Returns the op's name and the shape. */
  @Override
  public String toString() {
    return op.name() + shape;
  }
}
