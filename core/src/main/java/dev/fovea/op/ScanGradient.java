package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The gradient of a scan: a scan in the other direction.
 *
 * <p>Its carries are the gradients of the carries. Each step recomputes the cheap values of the
 * step that it reverses, from the carries and products that the scan has stored ({@link
 * ScanBuilder#differentiable}). The gradient of a value that all steps read is a sum over the
 * steps: where it has the form of a product or a sum, it is computed behind the scan for all steps
 * at once; otherwise it is accumulated in a further carry.
 */
final class ScanGradient {
  private final Scan scan;
  private final Value y;
  private final ScanBuilder builder;
  private final List<Value> next = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Map<Value, Integer> outputAt = new IdentityHashMap<>();

  ScanGradient(Scan scan, Value y) {
    this.scan = scan;
    this.y = y;
    this.builder = new ScanBuilder(scan.length(), scan.axis(), !scan.backwards());
  }

  List<@Nullable Value> of(Value dy) {
    ScanParts parts = new ScanParts(scan, dy);
    List<Value> results = scan.body().results();
    List<@Nullable Value> seeds = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      seeds.add(seed(i, parts.of(i)));
    }
    declareForward();
    List<@Nullable Value> pulled =
        Pullback.of(results, seeds, scan.body().inputs(), GradientRule.EXACT, (gradient, of) -> {});
    List<@Nullable UnaryOperator<Value>> later = new ArrayList<>();
    for (int i = 0; i < pulled.size(); i++) {
      later.add(later(i, pulled.get(i)));
    }
    Value backward = builder.differentiable(next, outputs);
    List<@Nullable Value> gradients = new ArrayList<>();
    later.forEach(l -> gradients.add(l == null ? null : l.apply(backward)));
    return gradients;
  }

  /** Returns what stands in a step for the gradient of a result of the step that it reverses. */
  private @Nullable Value seed(int result, @Nullable Value gradient) {
    if (result < scan.carries()) {
      Shape shape = scan.resultShape(result);
      return builder.carry(gradient == null ? zeros(shape) : gradient);
    }
    return gradient == null ? null : builder.sequence(gradient);
  }

  private static Value zeros(Shape shape) {
    return Value.constant(0).broadcastTo(shape);
  }

  /** Names what the reversed step reads of the step and its results. */
  private void declareForward() {
    List<Value> inputs = scan.body().inputs();
    int after = scan.carries() + scan.sequences();
    inputs.subList(0, scan.carries()).forEach(builder::unknown);
    for (int i = scan.carries(); i < after; i++) {
      builder.sequence(inputs.get(i), y.input(i));
    }
    for (int i = after; i < inputs.size(); i++) {
      builder.given(inputs.get(i), y.input(i));
    }
    List<Value> results = scan.body().results();
    for (int i = scan.carries(); i < results.size(); i++) {
      Value inner = results.get(i);
      if (!inputs.subList(after, inputs.size()).contains(inner)) {
        builder.sequence(inner, scan.result(y, i));
      }
    }
  }

  /** Plans the gradient of an input; returns what makes it of the reversed scan. */
  private @Nullable UnaryOperator<Value> later(int input, @Nullable Value pulled) {
    if (input < scan.carries()) {
      Shape shape = scan.body().inputs().get(input).shape();
      next.add(input, pulled == null ? zeros(shape) : pulled);
      return all -> result(all, input);
    }
    if (pulled == null) {
      return null;
    }
    return input < scan.carries() + scan.sequences() ? stacked(pulled) : total(pulled);
  }

  private static Value result(Value all, int i) {
    return ((Scan) all.op()).result(all, i);
  }

  /** Returns what makes the values that all steps have for {@code inner}, along the axis. */
  private UnaryOperator<Value> stacked(Value inner) {
    if (builder.isSequence(inner)) {
      Value known = builder.sequenceOf(inner);
      return all -> known;
    }
    int at =
        outputAt.computeIfAbsent(
            inner,
            v -> {
              outputs.add(v);
              return outputs.size() - 1;
            });
    return all -> result(all, ((Scan) all.op()).carries() + at);
  }

  /** Returns what makes the sum over all steps. */
  private UnaryOperator<Value> total(Value g) {
    return switch (g.op()) {
      case Movement.Reshape r -> {
        UnaryOperator<Value> in = total(g.input(0));
        yield all -> in.apply(all).reshape(r.to());
      }
      case Movement.Transpose t -> {
        UnaryOperator<Value> in = total(g.input(0));
        yield all -> Value.of(t, in.apply(all));
      }
      case Elementwise.Binary b when b.function() == BinaryFunction.ADD && hasOneShape(g) -> {
        UnaryOperator<Value> left = total(g.input(0));
        UnaryOperator<Value> right = total(g.input(1));
        yield all -> left.apply(all).plus(right.apply(all));
      }
      case Contraction.MatMul m
          when m.transposeA() && !m.transposeB() && g.shape().rank() == 2 && canStack(g) -> {
        UnaryOperator<Value> a = stacked(g.input(0));
        UnaryOperator<Value> b = stacked(g.input(1));
        yield all -> Value.of(m, rows(a.apply(all)), rows(b.apply(all)));
      }
      case Reduction r when r.kind() == Reduction.Kind.SUM && canStack(g) -> {
        UnaryOperator<Value> x = stacked(g.input(0));
        yield all -> x.apply(all).sum(axesAndTime(r.axes())).reshape(g.shape());
      }
      default -> accumulated(g);
    };
  }

  private static boolean hasOneShape(Value g) {
    return g.inputs().stream().allMatch(x -> x.shape().equals(g.shape()));
  }

  /** Returns whether the operands differ from step to step and can be laid out along the axis. */
  private boolean canStack(Value g) {
    return g.inputs().stream().allMatch(x -> x.shape().rank() >= scan.axis() && builder.varies(x));
  }

  /** Returns [T·M, K] of a sequence of matrices [M, K], in whatever order of rows. */
  private static Value rows(Value sequence) {
    int k = sequence.shape().dim(-1);
    return sequence.reshape(Shape.of(sequence.shape().elements() / Math.max(k, 1), k));
  }

  private int[] axesAndTime(Ints axes) {
    int[] all = new int[axes.size() + 1];
    for (int i = 0; i < axes.size(); i++) {
      all[i] = axes.get(i) < scan.axis() ? axes.get(i) : axes.get(i) + 1;
    }
    all[axes.size()] = scan.axis();
    return all;
  }

  private UnaryOperator<Value> accumulated(Value g) {
    Value sum = builder.carry(zeros(g.shape()));
    int at = builder.carries() - 1;
    next.add(sum.plus(g));
    return all -> result(all, at);
  }
}
