package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A recurrence: one step, applied along an axis of sequences, that hands carries on to the next.
 *
 * <p>With carries c, parts x of sequences, and w that all steps read: (cₜ₊₁, yₜ) = body(cₜ, xₜ, w)
 * for t = 0 … T − 1, or from T − 1 down to 0. Inputs are the first carries, the sequences, which
 * have an axis of T parts more than a part, and w. The result holds the last carries and then the
 * outputs y, which stand along that axis each at the place of its part, one after the other,
 * row-major: {@link #result} takes them apart. Its gradient is a scan in the other direction.
 *
 * @param body a step
 * @param carries how many values a step hands on
 * @param sequences how many sequences a step reads a part of
 * @param length the number of steps T
 * @param axis the axis of sequences and outputs along which steps go
 * @param backwards whether steps go from the last place to the first
 */
public record Scan(Body body, int carries, int sequences, int length, int axis, boolean backwards)
    implements Op {

  /** What a step computes. */
  @FunctionalInterface
  public interface Step {
    /**
     * Returns what a step makes of carries and parts; all else that it reads, such as weights, is
     * the same in all steps.
     */
    Next next(List<Value> carries, List<Value> parts);
  }

  /**
   * The results of a step.
   *
   * @param carries what the next step gets, in the shapes that this step got
   * @param outputs what is collected
   */
  public record Next(List<Value> carries, List<Value> outputs) {
    /** Copies the lists. */
    public Next {
      carries = List.copyOf(carries);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * The results of all steps.
   *
   * @param carries the carries after the last step
   * @param outputs what steps gave, along the axis
   */
  public record Results(List<Value> carries, List<Value> outputs) {
    /** Copies the lists. */
    public Results {
      carries = List.copyOf(carries);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Applies a step along an axis.
   *
   * @param axis the axis of the sequences along which steps go
   * @param backwards whether steps go from the last place to the first
   * @param carries what the first step gets
   * @param sequences what is taken apart, at least one, as long as each other along the axis
   * @throws dev.fovea.tensor.ShapeException if a sequence lacks the axis or its length differs, or
   *     a step changes the number of carries or a carry's shape
   */
  public static Results over(
      int axis, boolean backwards, List<Value> carries, List<Value> sequences, Step step) {
    List<Shape> shapes = sequences.stream().map(Value::shape).toList();
    ScanRules.requireSequences(axis, shapes);
    int length = shapes.get(0).dim(axis);
    ScanBuilder builder = new ScanBuilder(length, axis, backwards);
    List<Value> inner = new ArrayList<>();
    for (Value c : carries) {
      inner.add(builder.carry(c));
    }
    List<Value> parts = new ArrayList<>();
    for (Value s : sequences) {
      parts.add(builder.sequence(s));
    }
    Next next = step.next(List.copyOf(inner), List.copyOf(parts));
    ScanRules.requireCarries(axis, inner, next.carries());
    ScanRules.requireOutputs(axis, next.outputs());
    Value all = builder.differentiable(next.carries(), next.outputs());
    Scan scan = (Scan) all.op();
    return new Results(
        scan.results(all, 0, carries.size()),
        scan.results(all, carries.size(), next.outputs().size()));
  }

  @Override
  public String name() {
    return "scan";
  }

  /** Returns how many outputs there are. */
  public int outputs() {
    return body.results().size() - carries;
  }

  /** Returns the shape of a result: of a carry, or of an output of all steps. */
  public Shape resultShape(int result) {
    Shape one = body.results().get(result).shape();
    return result < carries ? one : stacked(one);
  }

  /** Returns the index of the first element of a result in what this op gives. */
  public int begin(int result) {
    return (int) elements(result);
  }

  private long elements(int results) {
    return IntStream.range(0, results).mapToLong(i -> resultShape(i).elements()).sum();
  }

  /** Returns a result of a value of this op. */
  public Value result(Value all, int result) {
    Shape shape = resultShape(result);
    return all.slice(0, begin(result), shape.elements()).reshape(shape);
  }

  /** Returns which result of a scan a value is, before it has its shape; −1 if it is none. */
  public static int resultOf(Value v) {
    if (v.op() instanceof Movement.Slice s && v.input(0).op() instanceof Scan scan) {
      for (int i = 0; i < scan.body.results().size(); i++) {
        if (scan.begin(i) == s.begin().get(0)
            && scan.resultShape(i).elements() == v.shape().elements()) {
          return i;
        }
      }
    }
    return -1;
  }

  private List<Value> results(Value all, int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> result(all, i)).toList();
  }

  /** Returns the shape of a sequence of such parts. */
  Shape stacked(Shape part) {
    return part.insert(axis, length);
  }

  @Override
  public Shape shape(List<Shape> inputs) {
    Rules.count(this, inputs, body.inputs().size());
    for (int i = 0; i < inputs.size(); i++) {
      Shape part = body.inputs().get(i).shape();
      boolean sequence = i >= carries && i < carries + sequences;
      Shape wanted = sequence ? stacked(part) : part;
      Rules.check(inputs.get(i).equals(wanted), this, "input " + i + " must be " + wanted, inputs);
    }
    long elements = elements(body.results().size());
    Rules.check(elements <= Integer.MAX_VALUE, this, "gives more than 2³¹ numbers", inputs);
    return Shape.of((int) elements);
  }

  @Override
  public List<@Nullable Value> gradient(Value y, Value dy) {
    return new ScanGradient(this, y).of(dy);
  }

  @Override
  public long flops(List<Shape> inputs, Shape output) {
    return length * body.flops();
  }

  /** Returns the number and direction of the steps, and what a step does. */
  @Override
  public String toString() {
    String steps = length + (backwards ? " steps backwards" : " steps");
    return "Scan[" + steps + " along axis " + axis + " of " + body + "]";
  }
}
