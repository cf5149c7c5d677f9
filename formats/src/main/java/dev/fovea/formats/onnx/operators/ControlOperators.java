package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes that consist of further nodes: branches and loops. */
final class ControlOperators {
  /** How often a loop may be repeated. */
  private static final long MOST_TURNS = 10_000;

  private ControlOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("If", ControlOperators::branch);
    to.put("Loop", ControlOperators::loop);
    to.put("Scan", ControlOperators::scan);
  }

  private static List<Operand> branch(Call c) {
    boolean condition = c.known(0).item() != 0;
    c.node().obeys("then_branch", "else_branch");
    return c.graph().inner().outputs(c.node().graph(condition ? "then_branch" : "else_branch"));
  }

  /** Unrolls a loop whose number of turns is known. */
  private static List<Operand> loop(Call c) {
    GraphProto body = c.node().graph("body");
    long turns = c.has(0) ? (long) c.known(0).item() : Long.MAX_VALUE;
    boolean going = !c.has(1) || c.known(1).item() != 0;
    List<Operand> carried = new ArrayList<>();
    for (int i = 2; i < c.count(); i++) {
      carried.add(c.any(i));
    }
    int states = carried.size();
    List<List<Operand>> scans = new ArrayList<>();
    for (long turn = 0; turn < turns && going; turn++) {
      if (turn >= MOST_TURNS) {
        throw new FormatException("runs more than " + MOST_TURNS + " times");
      }
      List<Operand> results = turn(c, body, turn, carried);
      going = c.graph().known(results.get(0), "the condition").item() != 0;
      carried = results.subList(1, 1 + states);
      for (int i = 1 + states; i < results.size(); i++) {
        if (turn == 0) {
          scans.add(new ArrayList<>());
        }
        scans.get(i - 1 - states).add(results.get(i));
      }
    }
    List<Operand> all = new ArrayList<>(carried);
    scans.forEach(s -> all.add(SequenceOperators.joined(c, s, 0, true)));
    return all;
  }

  /**
   * Returns a loop over the places of an axis: operands are the states that each turn changes, then
   * what is taken apart; results the last states, then what is put together again.
   */
  private static List<Operand> scan(Call c) {
    if (c.node().opset() < 9) {
      throw new FormatException("is of opset 8, whose batches and lengths are not supported");
    }
    GraphProto body = c.node().graph("body");
    int parts = c.node().small("num_scan_inputs", 1);
    int states = c.count() - parts;
    int outputs = body.getOutputCount() - states;
    if (parts < 1 || states < 0 || outputs < 0) {
      throw new FormatException("takes " + parts + " of " + c.count() + " operands apart");
    }
    List<Operand> carried = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      carried.add(c.any(i));
    }
    int[] axes = c.node().integers("scan_input_axes", new int[parts]);
    boolean[] back = reversed(c, "scan_input_directions", parts);
    boolean[] turned = reversed(c, "scan_output_directions", outputs);
    int[] joins = c.node().integers("scan_output_axes", new int[outputs]);
    List<Operand> whole = ScanOperator.of(c, body, states, axes, joins, back, turned);
    if (!whole.isEmpty()) {
      return whole;
    }
    int turns = c.shape(states).dim(Index.axis(axes[0], c.shape(states).rank()));
    if (turns > MOST_TURNS) {
      throw new FormatException("runs more than " + MOST_TURNS + " times");
    }
    List<List<Operand>> made = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      made.add(new ArrayList<>());
    }
    for (int turn = 0; turn < turns; turn++) {
      c.graph().budget().nodes(1);
      GraphImport inner = c.graph().inner();
      for (int i = 0; i < c.count(); i++) {
        int at = i < states || !back[i - states] ? turn : turns - 1 - turn;
        Operand given = i < states ? carried.get(i) : taken(c, i, axes[i - states], at);
        inner.set(body.getInput(i).getName(), given);
      }
      List<Operand> results = inner.outputs(body);
      carried = results.subList(0, states);
      for (int i = 0; i < outputs; i++) {
        made.get(i).add(turned[i] ? 0 : turn, results.get(states + i));
      }
    }
    List<Operand> all = new ArrayList<>(carried);
    for (int i = 0; i < outputs; i++) {
      all.add(SequenceOperators.joined(c, made.get(i), joins[i], true));
    }
    return all;
  }

  private static boolean[] reversed(Call c, String directions, int count) {
    int[] given = c.node().integers(directions, new int[count]);
    if (given.length != count) {
      throw new FormatException("needs " + count + " " + directions + ", got " + given.length);
    }
    boolean[] reversed = new boolean[count];
    for (int i = 0; i < count; i++) {
      reversed[i] = given[i] == 1;
    }
    return reversed;
  }

  private static Operand taken(Call c, int i, int axis, int at) {
    Call one = new Call(c.node(), List.of(c.input(i)), c.graph());
    return SequenceOperators.part(one, Index.axis(axis, one.rank()), at, 1, false);
  }

  private static List<Operand> turn(Call c, GraphProto body, long turn, List<Operand> carried) {
    c.graph().budget().nodes(1);
    GraphImport inner = c.graph().inner();
    inner.set(
        body.getInput(0).getName(),
        new Operand.Known(HostTensor.scalar(DataType.INT64, (double) turn), ""));
    inner.set(
        body.getInput(1).getName(), new Operand.Known(HostTensor.scalar(DataType.BOOL, 1), ""));
    for (int i = 0; i < carried.size(); i++) {
      inner.set(body.getInput(2 + i).getName(), carried.get(i));
    }
    return inner.outputs(body);
  }
}
