package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.Budget;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator given by a Java function: computed at once where all operands are known, else by a
 * call in the middle of the run.
 *
 * @param function the function
 * @param shaping the operands whose values decide the shape of the result, which must be known
 * @param dynamic whether the values of all operands do
 * @param slopes per operand of an elementwise function the derivative of the result with respect to
 *     it, element by element, null where no gradient flows; empty if there is no gradient
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HostOperator(
    HostFunction function, boolean dynamic, int[] shaping, List<@Nullable HostFunction> slopes)
    implements Operator {
  /** Returns an operator whose result's shape depends on the values of some operands. */
  public static HostOperator of(HostFunction function, int... shaping) {
    return new HostOperator(function, false, shaping, List.of());
  }

  /** Returns an operator whose result's shape depends on all values. */
  public static HostOperator dynamic(HostFunction function) {
    return new HostOperator(function, true, new int[0], List.of());
  }

  /** Returns this elementwise operator with its derivatives, one per operand. */
  public HostOperator slopes(@Nullable HostFunction... derivatives) {
    return new HostOperator(
        function, dynamic, shaping, Collections.unmodifiableList(Arrays.asList(derivatives)));
  }

  /** How many steps an operand's element takes at least: most functions read it more than once. */
  private static final int READ = 4;

  private static final long MOST_READ = 1 << 28;

  @Override
  public List<Operand> apply(Call call) {
    List<@Nullable HostTensor> known = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < call.count(); i++) {
      known.add(call.has(i) ? tensor(call, i) : null);
      if (call.has(i) && known.get(i) == null) {
        values.add(call.plain(i));
        types.add(call.input(i).type());
        places.add(i);
        known.set(i, HostTensor.full(call.input(i).type(), call.shape(i), 0));
      }
    }
    Budget budget = call.graph().budget();
    long read = known.stream().mapToLong(t -> t == null ? 0 : t.size()).sum();
    if (read > MOST_READ) {
      throw new FormatException(read + " operands are too large to be computed before the run");
    }
    List<HostTensor> results = function.apply(call.node(), new HostFunction.Inputs(known, budget));
    if (results.stream().anyMatch(t -> t.made() > 0)) {
      budget.steps(read, READ);
    }
    if (values.isEmpty()) {
      return results.stream().<Operand>map(t -> new Operand.Known(t.settled(budget), "")).toList();
    }
    return called(call.node(), new Plan(known, places, types, results), values);
  }

  private @Nullable HostTensor tensor(Call call, int i) {
    boolean needed = dynamic || Arrays.stream(shaping).anyMatch(s -> s == i);
    return needed ? call.known(i) : call.input(i) instanceof Operand.Known k ? k.tensor() : null;
  }

  /**
   * What a call in the run needs.
   *
   * @param operands the operands; those computed in the run stand as zeros
   * @param places which operands are computed in the run
   * @param types their types
   * @param results results for zeros, which have the shapes and types that all have
   */
  private record Plan(
      List<@Nullable HostTensor> operands,
      List<Integer> places,
      List<DataType> types,
      List<HostTensor> results) {}

  private List<Operand> called(Node node, Plan plan, List<Value> values) {
    List<HostTensor> results = plan.results;
    int total = results.stream().mapToInt(HostTensor::size).reduce(0, Math::addExact);
    Shape shape = results.size() == 1 ? results.get(0).shape() : Shape.of(total);
    HostCall.Function elements = (in, out) -> compute(function, node, plan, in, out);
    HostCall call =
        slopes.isEmpty()
            ? new HostCall(node.type(), shape, elements)
            : new HostCall(node.type(), shape, elements, (y, dy) -> gradient(node, plan, y, dy));
    Value all = Value.of(call, values);
    List<Operand> operands = new ArrayList<>();
    int begin = 0;
    for (HostTensor t : results) {
      boolean only = results.size() == 1;
      Value part = only ? all : all.slice(0, begin, t.size()).reshape(t.shape());
      operands.add(t.size() == 0 ? new Operand.Known(t, "") : Operand.Held.plain(part, t.type()));
      begin += t.size();
    }
    return operands;
  }

  /** Returns dy times the derivative by each operand, summed where the operand was repeated. */
  private List<@Nullable Value> gradient(Node node, Plan plan, Value y, Value dy) {
    List<@Nullable Value> all = new ArrayList<>();
    for (int i = 0; i < y.inputs().size(); i++) {
      HostFunction slope = slopes.get(plan.places.get(i));
      all.add(slope == null ? null : gradient(slope, node, plan, y, dy).sumTo(y.input(i).shape()));
    }
    return all;
  }

  private static Value gradient(HostFunction slope, Node node, Plan plan, Value y, Value dy) {
    HostCall call =
        new HostCall(
            node.type() + "Slope", y.shape(), (in, out) -> compute(slope, node, plan, in, out));
    return dy.times(Value.of(call, y.inputs()));
  }

  /** Values that do not fit, such as an index beyond its axis, are told of as those of the file. */
  private static List<HostTensor> applied(
      HostFunction function, Node node, List<@Nullable HostTensor> operands) {
    try {
      return function.apply(node, new HostFunction.Inputs(operands, new Budget()));
    } catch (FoveaException e) {
      throw new FormatException(node.title() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new FormatException(node.title() + " is given what does not fit: " + e, e);
    }
  }

  private static void compute(
      HostFunction function, Node node, Plan plan, List<FloatBuffer> in, FloatBuffer out) {
    List<@Nullable HostTensor> operands = new ArrayList<>(plan.operands);
    for (int i = 0; i < in.size(); i++) {
      FloatBuffer elements = in.get(i);
      HostTensor zeros = operands.get(plan.places.get(i));
      if (zeros != null) {
        operands.set(
            plan.places.get(i), new HostTensor(plan.types.get(i), zeros.shape(), elements::get));
      }
    }
    for (HostTensor t : applied(function, node, operands)) {
      for (int i = 0; i < t.size(); i++) {
        out.put((float) t.at(i));
      }
    }
  }
}
