package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.tensors.Tensors;
import dev.fovea.io.HeapBound;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The weights that a walk takes from a file: one per tensor, whatever shapes it is used in.
 *
 * <p>Inner graphs may call different tensors by one name; the second is then called {@code name_2}.
 */
final class FileWeights {
  private final Weights weights;
  private final Tensors tensors;
  private final Map<String, Map<Object, String>> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final HeapBound bound = HeapBound.ofThisProcess();
  private long bytes;

  /** A parameter in the order of axes of its first use, and the shape that the file gives it. */
  private record Parameter(Operand.Held held, Shape shape) {}

  FileWeights(Weights weights, Tensors tensors) {
    this.weights = weights;
    this.tensors = tensors;
  }

  /**
   * Returns whether a tensor is kept as bytes, and not as floats, where a plan computes with it.
   */
  static boolean isBytes(HostTensor t) {
    return t.type().isByte() && t.size() > 1;
  }

  /** Returns whole numbers of 8 bits with their axes in an order, a byte each. */
  Value bytes(HostTensor tensor, int[] order) {
    bytes += tensor.size();
    bound.check("the weights of 8 bits", bytes);
    return tensors.bytes(tensor, order);
  }

  /** Returns the name of a tensor's weight, which no other elements have. */
  String name(HostTensor tensor, String local) {
    Map<Object, String> known = names.computeIfAbsent(local, _ -> new IdentityHashMap<>());
    String name = known.get(tensor.source());
    if (name == null) {
      name = known.isEmpty() ? local : local + "_" + (known.size() + 1);
      while (!taken.add(name)) {
        name += "_2";
      }
      known.put(tensor.source(), name);
    }
    return name;
  }

  /** Returns the parameter of a tensor; the order of its first use is the one it is kept in. */
  Value parameter(HostTensor tensor, String local, int[] order) {
    String name = name(tensor, local);
    Parameter known = parameters.get(name);
    if (known == null) {
      Shape shape = Shape.of(Arrays.stream(order).map(tensor.shape()::dim).toArray());
      bytes += 4L * shape.elements();
      bound.check("the weights as far as " + name, bytes);
      Value v = weights.parameter(name, shape, GraphImport.values(tensor, order));
      known = new Parameter(new Operand.Held(v, order.clone(), tensor.type()), tensor.shape());
      parameters.put(name, known);
    }
    Operand.Held h = known.held;
    return known.shape.equals(tensor.shape())
        ? h.in(order)
        : Operand.Held.plain(h.in(Index.range(h.rank())).reshape(tensor.shape()), h.type())
            .in(order);
  }
}
