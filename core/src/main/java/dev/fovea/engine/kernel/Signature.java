package dev.fovea.engine.kernel;

import dev.fovea.op.Op;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * An op with the shapes and element types of its operands: what a kernel is chosen by.
 *
 * @param op the op
 * @param inputs the shapes of its inputs
 * @param types their element types
 * @param output the shape of its result
 * @param type the element type of its result
 */
public record Signature(
    Op op, List<Shape> inputs, List<ElementType> types, Shape output, ElementType type) {
  /** Takes copies of the lists. */
  public Signature {
    inputs = List.copyOf(inputs);
    types = List.copyOf(types);
  }

  /** Returns the signature of a value. */
  public static Signature of(Value v) {
    return new Signature(
        v.op(),
        v.inputs().stream().map(Value::shape).toList(),
        v.inputs().stream().map(Value::type).toList(),
        v.shape(),
        v.type());
  }

  /** Returns the signature of an op on inputs of these types. */
  public static Signature of(Op op, List<Shape> inputs, List<ElementType> types) {
    return new Signature(op, inputs, types, op.shape(inputs), op.type(types));
  }

  /** Returns the signature of an op on floats. */
  public static Signature of(Op op, List<Shape> inputs) {
    return of(op, inputs, Collections.nCopies(inputs.size(), ElementType.FLOAT32));
  }

  /** Returns whether all operands are 32-bit floats. */
  public boolean isFloat() {
    return Stream.concat(types.stream(), Stream.of(type)).allMatch(t -> t == ElementType.FLOAT32);
  }

  /** Returns whether no operand has elements. */
  public boolean isEmpty() {
    return Stream.concat(inputs.stream(), Stream.of(output)).anyMatch(s -> s.elements() == 0);
  }

  /** Returns the op's name with shapes and types: {@code matmul float32[2,3] int8[3,4]}. */
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(op.name());
    for (int i = 0; i < inputs.size(); i++) {
      s.append(" ").append(types.get(i)).append(inputs.get(i));
    }
    return s + " to " + type + output;
  }
}
