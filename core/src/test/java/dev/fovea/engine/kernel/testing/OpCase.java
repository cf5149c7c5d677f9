package dev.fovea.engine.kernel.testing;

import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Op;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One op at fixed shapes, with how its inputs are filled.
 *
 * @param name what the case is about
 * @param op the op
 * @param shapes the shapes of the inputs
 * @param types the element types of the inputs
 * @param fills how each input is filled
 */
public record OpCase(
    String name, Op op, List<Shape> shapes, List<ElementType> types, List<Fill> fills) {
  /** Takes copies of the lists. */
  public OpCase {
    shapes = List.copyOf(shapes);
    types = List.copyOf(types);
    fills = List.copyOf(fills);
  }

  /** Creates a case of floats. */
  public OpCase(String name, Op op, List<Shape> shapes, List<Fill> fills) {
    this(name, op, shapes, Collections.nCopies(shapes.size(), ElementType.FLOAT32), fills);
  }

  /** Returns this case with all inputs of a type. */
  public OpCase with(ElementType type) {
    return new OpCase(name, op, shapes, Collections.nCopies(shapes.size(), type), fills);
  }

  /** Returns what a kernel is chosen by. */
  public Signature signature() {
    return Signature.of(op, shapes, types);
  }

  /** Returns a case whose inputs are all filled alike. */
  public static OpCase of(String name, Op op, Fill fill, Shape... shapes) {
    return new OpCase(name, op, List.of(shapes), List.of(shapes).stream().map(_ -> fill).toList());
  }

  /** Returns a case with inputs in [−1, 1). */
  public static OpCase of(String name, Op op, Shape... shapes) {
    return of(name, op, Fill.SYMMETRIC, shapes);
  }

  /** Returns the shape of the result. */
  public Shape output() {
    return op.shape(shapes);
  }

  /** Returns the inputs, the same ones every time. */
  public List<float[]> inputs() {
    Seed seed = Seed.of(1).split(toString());
    List<float[]> inputs = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      inputs.add(fills.get(i).values(seed.split(i).rng(), shapes.get(i).elements()));
    }
    return inputs;
  }

  /** Returns the op's name, the case's name and the shapes. */
  @Override
  public String toString() {
    return op.name() + ": " + name + " " + shapes;
  }
}
