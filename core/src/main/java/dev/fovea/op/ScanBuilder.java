package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds scans: turns the formula of a step into a {@link Body} whose inputs are all that the step
 * reads.
 *
 * <p>The formula is built of values that stand for carries and parts of sequences. What depends on
 * none of them is the same in all steps: it is computed once, outside of the scan, and the body
 * reads it as an input. Sequences that nothing reads are left out.
 */
public final class ScanBuilder {
  private final int length;
  private final int axis;
  private final boolean backwards;
  private final boolean hoistsConstants;
  private final Map<Value, Value> carries = new LinkedHashMap<>();
  private final IdentityHashMap<Value, Value> sequences = new IdentityHashMap<>();
  private final IdentityHashMap<Value, Value> given = new IdentityHashMap<>();

  private final Set<Value> unknown = Collections.newSetFromMap(new IdentityHashMap<>());

  // The closed step.
  private final IdentityHashMap<Value, Value> inside = new IdentityHashMap<>();
  private final IdentityHashMap<Value, Value> outside = new IdentityHashMap<>();
  private final Set<Value> constant = Collections.newSetFromMap(new IdentityHashMap<>());
  private final IdentityHashMap<Value, Value> captured = new IdentityHashMap<>();
  private final List<Value> sequenceInputs = new ArrayList<>();
  private final List<Value> sequenceOperands = new ArrayList<>();
  private final List<Value> capturedInputs = new ArrayList<>();
  private final List<Value> capturedOperands = new ArrayList<>();
  private int numbers;

  /**
   * Creates a builder of a scan of {@code length} steps along an axis.
   *
   * @param backwards whether steps go from the last place to the first
   */
  public ScanBuilder(int length, int axis, boolean backwards) {
    this(length, axis, backwards, false);
  }

  private ScanBuilder(int length, int axis, boolean backwards, boolean hoistsConstants) {
    this.length = length;
    this.axis = axis;
    this.backwards = backwards;
    this.hoistsConstants = hoistsConstants;
  }

  /**
   * Creates a builder of a scan with the sequences and constants of another; its carries are named
   * one by one.
   *
   * @param operands the inputs of the other scan
   * @param hoistsConstants whether numbers too become inputs of the body
   */
  public static ScanBuilder like(Scan scan, List<Value> operands, boolean hoistsConstants) {
    ScanBuilder b = new ScanBuilder(scan.length(), scan.axis(), scan.backwards(), hoistsConstants);
    for (int i = scan.carries(); i < operands.size(); i++) {
      Value inner = scan.body().inputs().get(i);
      if (i < scan.carries() + scan.sequences()) {
        b.sequence(inner, operands.get(i));
      } else {
        b.given(inner, operands.get(i));
      }
    }
    return b;
  }

  /** Adds a carry that begins so; returns what stands for it in a step. */
  Value carry(Value first) {
    Value inner = input(first.shape());
    carry(inner, first);
    return inner;
  }

  /** Adds a carry that a step knows as {@code inner}. */
  public void carry(Value inner, Value first) {
    carries.put(inner, first);
  }

  /** Adds a sequence; returns what stands for its part in a step. */
  Value sequence(Value all) {
    Value inner = input(all.shape().drop(axis));
    sequence(inner, all);
    return inner;
  }

  /** Adds a sequence whose part a step knows as {@code inner}, unless that is known already. */
  void sequence(Value inner, Value all) {
    sequences.putIfAbsent(inner, all);
  }

  /** Returns whether a step knows a part of a sequence as {@code inner}. */
  boolean isSequence(Value inner) {
    return sequences.containsKey(inner);
  }

  /** Returns the sequence whose part a step knows as {@code inner}. */
  Value sequenceOf(Value inner) {
    Value all = sequences.get(inner);
    if (all == null) {
      throw new IllegalStateException("scan: no sequence has the part " + inner);
    }
    return all;
  }

  /** Returns how many carries there are. */
  int carries() {
    return carries.size();
  }

  /** Returns whether a value of a step is made of carries or parts of sequences. */
  boolean varies(Value v) {
    return Topology.order(List.of(v), this::isGiven).stream()
        .anyMatch(u -> sequences.containsKey(u) || carries.containsKey(u));
  }

  /** Says that what a step knows as {@code inner} is {@code outer} in all steps. */
  void given(Value inner, Value outer) {
    given.put(inner, outer);
  }

  /** Says that a value of a step cannot be read, unless it is a part of a sequence. */
  void unknown(Value inner) {
    unknown.add(inner);
  }

  private boolean isGiven(Value v) {
    return sequences.containsKey(v) || given.containsKey(v);
  }

  private Value input(Shape shape) {
    return Source.Input.sample(numbers++, shape);
  }

  /** Returns the scan of a step. */
  public Value build(List<Value> next, List<Value> outputs) {
    close(next, outputs);
    return scan(next, outputs);
  }

  /**
   * Returns the scan of a step that gives besides what its gradient reads: the carries that a step
   * gets, unless it only adds to them, and what it multiplies, sums or looks up. What is moved or
   * computed element by element is computed again. A pass leaves out what nobody reads.
   */
  Value differentiable(List<Value> next, List<Value> outputs) {
    List<Value> order = close(next, outputs);
    Map<Value, List<Value>> readers = readers(order);
    Set<Value> all = Collections.newSetFromMap(new LinkedHashMap<>());
    for (Value v : order) {
      List<Value> reads = readers.getOrDefault(v, List.of());
      if (v.shape().rank() < axis || v.type() != ElementType.FLOAT32) {
        continue;
      }
      if (carries.containsKey(v) && !isTotal(v, next, readers)) {
        all.add(v);
      } else if (isCostly(v.op()) && inside.containsKey(v)) {
        boolean summed = reads.size() == 1 && isSum(reads.get(0));
        all.add(summed && reads.get(0).shape().equals(v.shape()) ? reads.get(0) : v);
      }
    }
    all.removeAll(outputs);
    List<Value> results = new ArrayList<>(outputs);
    results.addAll(all);
    return scan(next, results);
  }

  private static boolean isCostly(Op op) {
    return !(op instanceof Elementwise
        || op instanceof Movement
        || op instanceof Source
        || op instanceof Scan);
  }

  /** Returns whether a carry only adds something up, so that no gradient depends on its value. */
  private boolean isTotal(Value carry, List<Value> next, Map<Value, List<Value>> readers) {
    Value own = next.get(List.copyOf(carries.keySet()).indexOf(carry));
    return readers.getOrDefault(carry, List.of()).equals(List.of(own))
        && isSum(own)
        && !readers.containsKey(own);
  }

  private static boolean isSum(Value v) {
    return v.op().equals(new Elementwise.Binary(BinaryFunction.ADD));
  }

  /** Returns who reads each value of a step. */
  private Map<Value, List<Value>> readers(List<Value> order) {
    Map<Value, List<Value>> readers = new IdentityHashMap<>();
    for (Value v : order) {
      if (!isGiven(v)) {
        v.inputs().forEach(in -> readers.computeIfAbsent(in, i -> new ArrayList<>()).add(v));
      }
    }
    return readers;
  }

  /** Copies a step; returns its values in order. */
  private List<Value> close(List<Value> next, List<Value> outputs) {
    carries.keySet().forEach(c -> inside.put(c, input(c.shape())));
    List<Value> roots = new ArrayList<>(next);
    roots.addAll(outputs);
    List<Value> order = Topology.order(roots, this::isGiven);
    order.forEach(this::close);
    return order;
  }

  private void close(Value v) {
    if (sequences.containsKey(v)) {
      inside.put(v, input(v.shape()));
      sequenceInputs.add(read(v));
      sequenceOperands.add(sequenceOf(v));
    } else if (given.containsKey(v)) {
      outside.put(v, given.get(v));
    } else if (v.inputs().stream().anyMatch(inside::containsKey)) {
      inside.put(v, copy(v, v.inputs().stream().map(this::read).toList()));
    } else if (unknown.contains(v)) {
      throw new IllegalStateException("scan: its results do not hold " + v);
    } else if (!inside.containsKey(v)) {
      outside.put(v, copy(v, v.inputs().stream().map(this::outer).toList()));
      boolean number = v.op() instanceof Source.Constant || v.op() instanceof Source.Bytes;
      if (number || (!v.inputs().isEmpty() && constant.containsAll(v.inputs()))) {
        constant.add(v);
      }
    }
  }

  private static Value copy(Value v, List<Value> inputs) {
    boolean same = true;
    for (int i = 0; i < inputs.size(); i++) {
      same &= inputs.get(i) == v.input(i);
    }
    return same ? v : Value.of(v.op(), inputs);
  }

  private Value outer(Value v) {
    Value known = outside.get(v);
    if (known == null) {
      throw new IllegalStateException("scan: " + v + " is not the same in all steps");
    }
    return known;
  }

  /** Returns what stands for a value in the closed step. */
  private Value read(Value v) {
    Value known = inside.get(v);
    if (known != null) {
      return known;
    }
    Value outer = outer(v);
    if (v.op() instanceof Source.Bytes || (constant.contains(v) && !hoistsConstants)) {
      return outer;
    }
    if (v.type() != ElementType.FLOAT32) { // bodies read floats
      return copy(v, v.inputs().stream().map(this::read).toList());
    }
    return captured.computeIfAbsent(
        outer,
        o -> {
          Value inner = input(o.shape());
          capturedInputs.add(inner);
          capturedOperands.add(o);
          return inner;
        });
  }

  private Value scan(List<Value> next, List<Value> outputs) {
    List<Value> results = new ArrayList<>();
    next.forEach(v -> results.add(read(v)));
    outputs.forEach(v -> results.add(read(v)));
    List<Value> inputs = new ArrayList<>();
    carries.keySet().forEach(c -> inputs.add(read(c)));
    inputs.addAll(sequenceInputs);
    inputs.addAll(capturedInputs);
    List<Value> operands = new ArrayList<>(carries.values());
    operands.addAll(sequenceOperands);
    operands.addAll(capturedOperands);
    Body body = new Body(inputs, results);
    return Value.of(
        new Scan(body, carries.size(), sequenceInputs.size(), length, axis, backwards), operands);
  }
}
