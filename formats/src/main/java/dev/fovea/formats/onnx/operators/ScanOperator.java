package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A Scan of ONNX as one op, where all that its body must know is the same in all turns. */
final class ScanOperator {
  private final Call call;
  private final GraphProto body;
  private final int states;
  private final int[] axes;
  private final int[] joins;

  /** The axis of all sequences and outputs in the op. */
  private final int axis;

  private ScanOperator(Call call, GraphProto body, int states, int[] axes, int[] joins) {
    this.call = call;
    this.body = body;
    this.states = states;
    this.axes = axes;
    this.joins = joins;
    this.axis = axis();
  }

  /**
   * Returns the results; none if a turn needs what others do not, and turns must be walked one by
   * one.
   *
   * @param axes the axes along which operands are taken apart
   * @param joins the axes along which results are put together
   * @param back which operands are read from their end
   * @param turned which results are written from their end
   */
  static List<Operand> of(
      Call call,
      GraphProto body,
      int states,
      int[] axes,
      int[] joins,
      boolean[] back,
      boolean[] turned) {
    boolean tensors =
        IntStream.range(0, call.count())
            .allMatch(
                i -> call.any(i) instanceof Operand.Held || call.any(i) instanceof Operand.Known);
    boolean inPlace = true;
    for (boolean b : back) {
      inPlace &= b == back[0];
    }
    for (boolean t : turned) {
      inPlace &= t == back[0];
    }
    if (!tensors || !inPlace || axes.length != back.length || joins.length != turned.length) {
      return List.of();
    }
    try {
      return new ScanOperator(call, body, states, axes, joins).results(back[0]);
    } catch (FoveaException e) {
      return List.of(); // each turn alone may know more, or says what is wrong
    }
  }

  /** Returns the axis that all name, if all have the axes before it; else the first. */
  private int axis() {
    int all = axes[0];
    boolean same =
        all > 0
            && IntStream.concat(Arrays.stream(axes), Arrays.stream(joins)).allMatch(a -> a == all)
            && IntStream.range(0, states).allMatch(i -> call.shape(i).rank() >= all);
    return same ? all : 0;
  }

  private List<Operand> results(boolean backwards) {
    List<Value> first = new ArrayList<>();
    List<Value> sequences = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      first.add(call.plain(i));
    }
    for (int i = 0; i < axes.length; i++) {
      int rank = call.shape(states + i).rank();
      sequences.add(call.in(states + i, order(Index.axis(axes[i], rank), rank)));
    }
    List<Operand> made = new ArrayList<>();
    Scan.Results all =
        Scan.over(
            axis,
            backwards,
            first,
            sequences,
            (carries, parts) -> {
              made.addAll(turn(carries, parts));
              List<Value> results = made.stream().map(this::plain).toList();
              return new Scan.Next(
                  results.subList(0, states), results.subList(states, results.size()));
            });
    List<Operand> results = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      results.add(Operand.Held.plain(all.carries().get(i), call.input(i).type()));
    }
    for (int i = 0; i < joins.length; i++) {
      Value y = all.outputs().get(i);
      int rank = y.shape().rank();
      int[] order = order(Index.axis(joins[i], rank), rank);
      results.add(new Operand.Held(y, order, made.get(states + i).type()));
    }
    return results;
  }

  private Value plain(Operand o) {
    return call.graph().in(o, Index.range(o.rank()));
  }

  /** Returns the order of axes of a sequence in the op, whose axis is axis {@code own} in ONNX. */
  private int[] order(int own, int rank) {
    int[] order = Index.range(rank);
    for (int i = own; i > axis; i--) {
      order[i] = order[i - 1];
    }
    order[axis] = own;
    return order;
  }

  private List<Operand> turn(List<Value> carries, List<Value> parts) {
    GraphImport inner = call.graph().inner();
    for (int i = 0; i < call.count(); i++) {
      Value v = i < states ? carries.get(i) : parts.get(i - states);
      inner.set(body.getInput(i).getName(), Operand.Held.plain(v, call.input(i).type()));
    }
    return inner.outputs(body);
  }
}
