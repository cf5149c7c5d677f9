package dev.fovea.formats.keras;

import dev.fovea.formats.keras.KerasLayers.Made;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.NodeStep;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** Keras's layers of several inputs. */
final class KerasMerges {
  private static final float LEAST_NORM = 1e-12f;

  private KerasMerges() {}

  /** Returns what a layer of several inputs becomes; none where it is no such layer. */
  static Optional<Made> of(LayerConfig c, Inbound arguments) {
    Map<Integer, Double> numbers = arguments.numbers();
    return switch (c.kind()) {
      case "Add" -> join("add", in -> fold(in, numbers, Signal::plus));
      case "Subtract" -> join("subtract", in -> fold(in, numbers, Signal::minus));
      case "Multiply" -> join("multiply", in -> fold(in, numbers, Signal::times));
      case "Divide", "TrueDivide" ->
          join("divide", in -> fold(in, numbers, (a, b) -> a.with(a.value().over(b.value()))));
      case "Average" ->
          join("average", in -> fold(in, numbers, Signal::plus).times(1f / in.size()));
      case "Maximum" -> join("maximum", in -> fold(in, numbers, binary(BinaryFunction.MAX)));
      case "Minimum" -> join("minimum", in -> fold(in, numbers, binary(BinaryFunction.MIN)));
      case "Concatenate" -> {
        int axis = Math.round(c.number("axis", -1));
        yield join("concat", in -> concat(in, axis));
      }
      case "Dot" -> dot(c);
      default -> Optional.empty();
    };
  }

  private static Optional<Made> join(String kind, Function<List<Signal>, Signal> f) {
    return Optional.of(new Made(NodeStep.join(kind, f), Map::of));
  }

  private static BinaryOperator<Signal> binary(BinaryFunction f) {
    return (a, b) -> a.with(a.value().with(f, b.value()));
  }

  /** Joins inputs and the plain numbers that stand between them. */
  private static Signal fold(
      List<Signal> in, Map<Integer, Double> numbers, BinaryOperator<Signal> f) {
    List<Signal> all = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < in.size() + numbers.size(); i++) {
      all.add(
          numbers.containsKey(i)
              ? in.get(0).with(Value.constant(numbers.get(i).floatValue()))
              : in.get(next++));
    }
    return ImageSteps.fold(all, f);
  }

  private static Signal concat(List<Signal> in, int axis) {
    int rank = in.get(0).shape().rank();
    return in.size() == 1 ? in.get(0) : ImageSteps.concat(in, axis < 0 ? axis + rank : axis);
  }

  /** Sums the products along an axis of each of two inputs. */
  private static Optional<Made> dot(LayerConfig c) {
    List<Integer> axes = c.integers("axes");
    boolean normalize = c.bool("normalize", false);
    if (axes.isEmpty() || axes.size() > 2) {
      throw c.unsupported("axes");
    }
    return join("dot", in -> dot(in, axes.get(0), axes.getLast(), normalize));
  }

  private static Signal dot(List<Signal> in, int first, int second, boolean normalize) {
    ImageSteps.requireInputs("dot", in, 2);
    Signal a = last(in.get(0), first, normalize);
    Signal b = last(in.get(1), second, normalize);
    int rank = a.shape().rank();
    if (rank != b.shape().rank() || rank < 2 || rank > 3) {
      throw new ShapeException(
          "dot", "takes two of rows or of sequences", List.of(a.shape(), b.shape()));
    }
    if (rank == 2) {
      return a.with(a.value().times(b.value()).sum(1)).reshape(Shape.of(1));
    }
    return a.with(a.value().matmul(b.value().transpose(0, 2, 1)));
  }

  private static Signal last(Signal x, int axis, boolean normalize) {
    int rank = x.shape().rank();
    int at = axis < 0 ? axis + rank : axis;
    if (at < 1 || at >= rank) {
      throw new FoveaException("dot: there is no axis " + axis + " in " + x.shape());
    }
    Signal y = KerasSteps.moved(x, at, rank - 1);
    if (!normalize) {
      return y;
    }
    Value squares =
        y.value()
            .map(UnaryFunction.SQUARE)
            .sum(rank - 1)
            .with(BinaryFunction.MAX, Value.constant(LEAST_NORM));
    return y.with(y.value().over(squares.map(UnaryFunction.SQRT)));
  }
}
