package dev.fovea.engine.compile.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Scan;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A recurrence to test scans with.
 *
 * @param name what it is
 * @param shapes the shapes of its inputs
 * @param formula what is computed of them
 */
public record ScanCase(String name, List<Shape> shapes, Formula formula) {
  private static final int UNITS = 3;

  /** Makes steps one after the other: a scan, or as many values as there are steps. */
  @FunctionalInterface
  public interface Recurrence {
    /** Applies a step along an axis, as {@link Scan#over} does. */
    Scan.Results over(
        int axis, boolean backwards, List<Value> carries, List<Value> sequences, Scan.Step step);
  }

  /** What is computed of some inputs. */
  @FunctionalInterface
  public interface Formula {
    /** Returns all results. */
    List<Value> of(List<Value> inputs, Recurrence recurrence);
  }

  /** Takes a copy of the list. */
  public ScanCase {
    shapes = List.copyOf(shapes);
  }

  /** Returns the sum of all results with factors that depend on their places. */
  public Value scalar(List<Value> inputs, Recurrence recurrence) {
    Value sum = Value.constant(0);
    for (Value y : formula.of(inputs, recurrence)) {
      sum = sum.plus(y.times(0.5f).plus(y.times(y)).sum().reshape(Shape.scalar()));
    }
    return sum;
  }

  /** Applies a step by as many values as there are steps. */
  public static Scan.Results unrolled(
      int axis, boolean backwards, List<Value> carries, List<Value> sequences, Scan.Step step) {
    int length = sequences.get(0).shape().dim(axis);
    List<Value> now = carries;
    List<List<Value>> collected = new ArrayList<>();
    for (int k = 0; k < length; k++) {
      int t = backwards ? length - 1 - k : k;
      Scan.Next next = step.next(now, sequences.stream().map(s -> part(s, axis, t)).toList());
      now = next.carries();
      for (int i = 0; i < next.outputs().size(); i++) {
        if (k == 0) {
          collected.add(new ArrayList<>());
        }
        Value y = next.outputs().get(i);
        List<Value> all = collected.get(i);
        all.add(backwards ? 0 : all.size(), y.reshape(y.shape().insert(axis, 1)));
      }
    }
    return new Scan.Results(
        now, collected.stream().map(all -> Value.of(new Movement.Concat(axis), all)).toList());
  }

  private static Value part(Value s, int axis, int t) {
    return s.slice(axis, t, 1).reshape(s.shape().drop(axis));
  }

  private static List<Value> all(Scan.Results r) {
    List<Value> all = new ArrayList<>(r.carries());
    all.addAll(r.outputs());
    return all;
  }

  /** Returns recurrences of so many steps. */
  public static List<ScanCase> of(int length) {
    List<ScanCase> cases = new ArrayList<>(cells(length));
    cases.addAll(shapes(length));
    cases.addAll(orders(length));
    return cases;
  }

  /** Returns recurrences of matrices of so many steps. */
  public static List<ScanCase> cells(int t) {
    Shape x = Shape.of(2, t, UNITS);
    Shape state = Shape.of(2, UNITS);
    Shape square = Shape.of(UNITS, UNITS);
    return List.of(
        new ScanCase(
            "simple, " + t,
            List.of(x, state, square, square, Shape.of(UNITS)),
            (in, recurrence) ->
                all(
                    recurrence.over(
                        1,
                        false,
                        List.of(in.get(1)),
                        List.of(in.get(0)),
                        (c, p) -> {
                          Value own = c.get(0).matmul(in.get(3)).plus(in.get(4));
                          Value h = tanh(p.get(0).matmul(in.get(2)).plus(own));
                          return new Scan.Next(List.of(h), List.of(h));
                        }))),
        new ScanCase(
            "lstm backwards, " + t,
            List.of(Shape.of(2, t, 4 * UNITS), state, state, Shape.of(UNITS, 4 * UNITS)),
            (in, recurrence) ->
                all(
                    recurrence.over(
                        1,
                        true,
                        in.subList(1, 3),
                        List.of(in.get(0)),
                        (c, p) -> lstm(p.get(0).plus(c.get(0).matmul(in.get(3))), c.get(1))))),
        new ScanCase(
            "attention, " + t,
            List.of(x, state, Shape.of(2, 4, UNITS), square),
            (in, recurrence) ->
                all(
                    recurrence.over(
                        1,
                        false,
                        List.of(in.get(1)),
                        List.of(in.get(0)),
                        (c, p) -> attention(c.get(0), p.get(0), in.get(2), in.get(3))))));
  }

  private static Scan.Next lstm(Value all, Value memory) {
    Value[] gates = new Value[4];
    for (int i = 0; i < 4; i++) {
      Value gate = all.slice(1, i * UNITS, UNITS);
      gates[i] = i == 2 ? tanh(gate) : gate.activate(Activation.SIGMOID);
    }
    Value c = gates[1].times(memory).plus(gates[0].times(gates[2]));
    Value h = gates[3].times(tanh(c));
    return new Scan.Next(List.of(h, c), List.of(h));
  }

  /** A state that looks at places [N, P, C] by its products with them. */
  private static Scan.Next attention(Value h, Value x, Value places, Value weight) {
    Shape row = Shape.of(h.shape().dim(0), 1, UNITS);
    Value query = h.matmul(weight).reshape(row);
    Value scores = Value.of(new Contraction.MatMul(false, true), query, places);
    Value seen = Value.of(new Normalization.Softmax(), scores).matmul(places);
    Value next = tanh(seen.reshape(h.shape()).plus(x).plus(h.times(0.5f)));
    return new Scan.Next(List.of(next), List.of(next, scores.reshape(Shape.of(2, 4))));
  }

  private static List<ScanCase> shapes(int t) {
    Shape images = Shape.of(2, t, 4, 3, 2);
    return List.of(
        new ScanCase(
            "convolution, " + t,
            List.of(images, Shape.of(2, 4, 3, 2), Shape.of(3, 3, 2, 2)),
            (in, recurrence) ->
                all(
                    recurrence.over(
                        1,
                        false,
                        List.of(in.get(1)),
                        List.of(in.get(0)),
                        (c, p) -> {
                          Window2d same = Window2d.of(3, 3).padding(1, 1, 1, 1);
                          Value h =
                              Value.of(new Contraction.Conv2d(same, 1), c.get(0), in.get(2))
                                  .times(0.2f);
                          Value next = tanh(h.plus(p.get(0)));
                          return new Scan.Next(List.of(next), List.of());
                        }))),
        new ScanCase(
            "numbers along the first axis, " + t,
            List.of(Shape.of(t), Shape.scalar(), Shape.scalar()),
            (in, recurrence) ->
                all(
                    recurrence.over(
                        0,
                        false,
                        List.of(in.get(1)),
                        List.of(in.get(0)),
                        (c, p) -> {
                          Value next = c.get(0).times(tanh(in.get(2))).plus(p.get(0));
                          return new Scan.Next(List.of(next), List.of(next.times(next)));
                        }))),
        new ScanCase(
            "a scan in each step, " + t,
            List.of(Shape.of(2, t, 3, UNITS), Shape.of(2, UNITS), Shape.of(UNITS, UNITS)),
            (in, recurrence) ->
                all(
                    recurrence.over(
                        1,
                        false,
                        List.of(in.get(1)),
                        List.of(in.get(0)),
                        (c, p) -> {
                          Scan.Results inner =
                              recurrence.over(
                                  1,
                                  true,
                                  List.of(c.get(0)),
                                  List.of(p.get(0)),
                                  (d, q) -> {
                                    Value h = tanh(d.get(0).plus(q.get(0)).matmul(in.get(2)));
                                    return new Scan.Next(List.of(h), List.of(h));
                                  });
                          Value next = inner.carries().get(0).plus(c.get(0).times(0.3f));
                          return new Scan.Next(List.of(next), inner.outputs());
                        }))));
  }

  private static List<ScanCase> orders(int t) {
    Shape x = Shape.of(2, t, UNITS);
    Shape state = Shape.of(2, UNITS);
    return List.of(
        new ScanCase(
            "carries that change places, " + t,
            List.of(x, x, state, state, state),
            (in, recurrence) -> {
              Scan.Results r =
                  recurrence.over(
                      1,
                      false,
                      in.subList(2, 5),
                      in.subList(0, 2),
                      (c, p) ->
                          new Scan.Next(
                              List.of(c.get(1), c.get(2), c.get(0).times(0.9f)),
                              List.of(
                                  p.get(0),
                                  c.get(2).plus(p.get(1)),
                                  Value.constant(2).broadcastTo(state))));
              return all(r);
            }),
        new ScanCase(
            "a sum and who reads it, " + t,
            List.of(x, state, state, Shape.of(UNITS)),
            (in, recurrence) -> {
              Scan.Results r =
                  recurrence.over(
                      1,
                      true,
                      in.subList(1, 3),
                      in.subList(0, 1),
                      (c, p) -> {
                        Value sum = c.get(0).plus(p.get(0).times(in.get(3)));
                        Value next =
                            c.get(1)
                                .map(UnaryFunction.SQUARE)
                                .plus(sum)
                                .activate(Activation.SIGMOID);
                        return new Scan.Next(List.of(sum, next), List.of(sum));
                      });
              return List.of(r.carries().get(1));
            }),
        new ScanCase(
            "nobody reads the sequence's end, " + t,
            List.of(x, state),
            (in, recurrence) ->
                recurrence
                    .over(
                        1,
                        false,
                        in.subList(1, 2),
                        in.subList(0, 1),
                        (c, p) ->
                            new Scan.Next(
                                List.of(p.get(0)), List.of(c.get(0).times(p.get(0)), c.get(0))))
                    .outputs()));
  }

  private static Value tanh(Value x) {
    return x.activate(Activation.TANH);
  }

  @Override
  public String toString() {
    return name;
  }
}
