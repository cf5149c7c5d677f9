package dev.fovea.engine.runtime;

import dev.fovea.engine.kernel.Span;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A value that is the same in every run until parameters change: a constant, folded or packed
 * weights. It is known by what it is made of, so that graphs of several batch sizes have one.
 */
final class FixedValue {
  private final Object op;
  private final List<FixedValue> inputs;
  private final Set<ParameterStore> stores = new HashSet<>();
  private Span memory = Span.EMPTY;
  private long computedFor = -1;
  private long begunFor;

  /** Equal numbers in equal bits, whatever array they lie in. */
  @SuppressWarnings("ArrayRecordComponent") // compared by its elements
  private record Numbers(Shape shape, float[] data) {
    @Override
    public boolean equals(Object o) {
      return o instanceof Numbers(Shape s, float[] d) && shape.equals(s) && Arrays.equals(data, d);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(data);
    }
  }

  /**
   * Creates a value without memory.
   *
   * @param inputs what it is made of, where equal values are one object
   */
  FixedValue(Value value, List<FixedValue> inputs) {
    this.op =
        value.op() instanceof Source.Constant(Tensor t)
            ? new Numbers(t.shape(), t.data())
            : value.op();
    this.inputs = inputs;
    inputs.forEach(in -> stores.addAll(in.stores));
    if (value.op() instanceof Source.Parameter p) {
      stores.add(p.store());
    }
  }

  /** Gives the value its place. */
  void place(Span at) {
    memory = at;
    if (op instanceof Numbers(_, float[] data)) {
      System.arraycopy(data, 0, at.array(), at.offset(), at.length());
      computedFor = 0;
    }
  }

  /** Returns where the value lies; nowhere if it is needed for others only. */
  Span memory() {
    return memory;
  }

  /** Returns whether the value has been computed from the parameters as they are. */
  boolean isComputed() {
    return computedFor == version();
  }

  /** Notes that the value is about to be computed from the parameters as they are. */
  void begin() {
    begunFor = version();
  }

  /** Notes that the value has been computed from the parameters as they were at {@link #begin}. */
  void computed() {
    computedFor = begunFor;
  }

  private long version() {
    return stores.stream().mapToLong(ParameterStore::version).sum();
  }

  /** Returns the parameters that the value is made of. */
  Set<ParameterStore> stores() {
    return stores;
  }

  @Override
  public boolean equals(Object o) {
    if (!(o instanceof FixedValue f) || !op.equals(f.op) || inputs.size() != f.inputs.size()) {
      return false;
    }
    boolean same = true;
    for (int i = 0; i < inputs.size(); i++) {
      same &= inputs.get(i) == f.inputs.get(i);
    }
    return same;
  }

  @Override
  public int hashCode() {
    int hash = op.hashCode();
    for (FixedValue in : inputs) {
      hash = 31 * hash + System.identityHashCode(in);
    }
    return hash;
  }
}
