package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.proto.Onnx.SparseTensorProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Map;

/** Operators that make tensors, or give their elements another type. */
final class SourceOperators {
  private SourceOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Constant", SourceOperators::constant);
    to.put("ConstantOfShape", SourceOperators::filled);
    to.put("Range", HostOperator.of((n, in) -> List.of(range(in)), 0, 1, 2));
    to.put("EyeLike", SourceOperators::eye);
    to.put("Cast", c -> cast(c, DataType.of(code(c))));
    to.put("CastLike", c -> cast(c, c.input(1).type()));
    to.put("BitCast", HostOperator.of((n, in) -> List.of(reinterpreted(n, in.get(0)))));
    to.put("Dropout", SourceOperators::dropout);
  }

  private static List<Operand> constant(Call c) {
    return List.of(new Operand.Known(constant(c.node(), c.graph()), ""));
  }

  private static HostTensor constant(Node n, GraphImport graph) {
    TensorProto t = n.tensor("value");
    if (t != null) {
      return graph.read(t);
    } else if (n.has("value_float")) {
      return HostTensor.scalar(DataType.FLOAT, n.number("value_float", 0));
    } else if (n.has("value_int")) {
      return HostTensor.scalar(DataType.INT64, (double) n.integer("value_int", 0));
    } else if (n.has("value_floats")) {
      double[] d = n.numbers("value_floats").stream().mapToDouble(Float::doubleValue).toArray();
      return HostTensor.of(DataType.FLOAT, Shape.of(d.length), d);
    }
    int[] ints = n.integers("value_ints");
    if (ints != null) {
      return HostTensor.longs(ints);
    }
    SparseTensorProto sparse = n.sparse("sparse_value");
    if (sparse != null) {
      return graph.model().tensors().read(sparse);
    }
    throw new FormatException("holds no tensor of numbers");
  }

  private static List<Operand> filled(Call c) {
    TensorProto t = c.node().tensor("value");
    HostTensor value = t == null ? HostTensor.scalar(DataType.FLOAT, 0) : c.graph().read(t);
    int[] dims = c.known(0).ints();
    for (int d : dims) {
      if (d < 0) {
        throw new FormatException("needs extents of at least 0, got " + d);
      }
    }
    return List.of(
        new Operand.Known(HostTensor.full(value.type(), Shape.of(dims), value.item()), ""));
  }

  private static HostTensor range(HostFunction.Inputs in) {
    double start = in.get(0).item();
    double limit = in.get(1).item();
    double delta = in.get(2).item();
    double count = Math.max(Math.ceil((limit - start) / delta), 0);
    if (!(count <= HostTensor.MOST)) {
      throw new FormatException("makes " + count + " numbers");
    }
    DataType type = in.get(0).type();
    return new HostTensor(type, Shape.of((int) count), i -> type.hold(start + i * delta));
  }

  private static List<Operand> eye(Call c) {
    Shape s = c.shape(0);
    int k = c.node().small("k", 0);
    DataType type = c.node().has("dtype") ? DataType.of(c.node().small("dtype", 1)) : c.type();
    int columns = s.dim(1);
    return List.of(
        new Operand.Known(
            new HostTensor(type, s, i -> i % columns - i / columns == k ? 1 : 0), ""));
  }

  /** The type is a number from opset 6 on and a word before. */
  private static int code(Call c) {
    return c.node().isText("to")
        ? DataType.valueOf(c.node().text("to", "")).code()
        : c.node().small("to", 0);
  }

  private static List<Operand> cast(Call c, DataType to) {
    c.node().obeys("saturate", "round_mode");
    if (c.input(0) instanceof Operand.Known k) {
      String name = to.isFloat() && k.type().isFloat() ? k.name() : "";
      return List.of(new Operand.Known(cast(c.node(), k.tensor(), to), name));
    }
    Operand.Held h = c.held(0);
    boolean places = to == DataType.INT64 && SelectionOperators.isSearch(h.value());
    return isFree(h.type(), to) || places
        ? List.of(new Operand.Held(h.value(), h.order(), to))
        : HostOperator.of((n, in) -> List.of(cast(n, in.get(0), to)))
            .apply(new Call(c.node(), List.of(h), c.graph()));
  }

  /** Floats of 8 bits have rules of their own for what lies beyond the greatest. */
  private static HostTensor cast(Node n, HostTensor t, DataType to) {
    boolean saturate = n.flag("saturate", true);
    String rounding = n.text("round_mode", "up");
    return to.isSmallFloat() && to != t.type()
        ? HostTensor.reading(to, t.shape(), i -> to.held(t.at(i), saturate, rounding), t)
        : t.as(to);
  }

  /** Wider types hold all that narrower ones do; a plan computes in floats all the same. */
  private static boolean isFree(DataType from, DataType to) {
    boolean wide = to == DataType.FLOAT || to == DataType.DOUBLE;
    boolean inside = from.least() >= to.least() && from.greatest() <= to.greatest();
    boolean whole = !from.isFloat() && inside && !to.isFloat();
    return from == to || wide || whole;
  }

  /** Takes the bits of elements for those of another type as long. */
  private static HostTensor reinterpreted(Node n, HostTensor t) {
    DataType to = DataType.of(n.small("to", 0));
    if (to.bits() != t.type().bits()) {
      throw new FormatException("elements of " + t.type() + " and of " + to + " differ in length");
    }
    long mask = -1L >>> (Long.SIZE - to.bits());
    return HostTensor.reading(to, t.shape(), i -> to.value(t.type().element(t.at(i)) & mask), t);
  }

  /**
   * Drops elements at random where the network is trained; the second result says which stay. From
   * opset 12 on the rate and whether to train are operands.
   */
  private static List<Operand> dropout(Call c) {
    c.node().obeys("ratio");
    double rate = c.has(1) ? c.known(1).item() : c.node().number("ratio", 0.5);
    boolean training = c.graph().weights().training() || (c.has(2) && c.known(2).item() != 0);
    DataType mask = c.node().opset() < 10 ? c.type() : DataType.BOOL;
    if (!training || rate == 0) {
      return List.of(c.input(0), new Operand.Known(HostTensor.full(mask, c.shape(0), 1), ""));
    }
    Operand.Held x = c.held(0);
    var kept = c.graph().weights().mask(x.value().shape(), (float) (1 - rate));
    Operand.Held masked = x.with(x.value().times(kept));
    var ones = kept.with(dev.fovea.op.BinaryFunction.GREATER, dev.fovea.op.Value.constant(0));
    return List.of(masked, new Operand.Held(ones, x.order(), mask));
  }
}
