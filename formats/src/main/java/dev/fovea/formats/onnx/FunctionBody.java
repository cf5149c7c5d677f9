package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes that consist of further nodes: functions of the file, branches and loops. */
final class FunctionBody {
  /** How often a loop may be repeated. */
  private static final long MOST_TURNS = 10_000;

  private FunctionBody() {}

  static void register(Map<String, Operator> to) {
    to.put("If", FunctionBody::branch);
    to.put("Loop", FunctionBody::loop);
  }

  /** Puts the body of a function in the place of a node that calls it. */
  static List<Operand> apply(Call call, FunctionProto body) {
    // The body has versions of its own, whatever those of the graph around it are.
    Opsets opsets =
        body.getOpsetImportCount() > 0
            ? Opsets.of(body.getOpsetImportList())
            : call.graph().model().opsets();
    GraphImport inner = call.graph().function(opsets);
    for (int i = 0; i < body.getInputCount(); i++) {
      if (call.has(i)) {
        inner.set(body.getInput(i), call.input(i));
      }
    }
    Map<String, AttributeProto> given = new HashMap<>();
    body.getAttributeProtoList().forEach(a -> given.put(a.getName(), a));
    call.node().attributes().forEach(a -> given.put(a.getName(), a));
    inner.walk(body.getNodeList().stream().map(n -> filled(n, given)).toList());
    return body.getOutputList().stream().map(inner::get).toList();
  }

  /** Gives attributes that refer to the function's own the values these have. */
  private static NodeProto filled(NodeProto node, Map<String, AttributeProto> given) {
    NodeProto.Builder b = node.toBuilder().clearAttribute();
    for (AttributeProto a : node.getAttributeList()) {
      if (a.getRefAttrName().isEmpty()) {
        b.addAttribute(a);
      } else if (given.containsKey(a.getRefAttrName())) {
        b.addAttribute(given.get(a.getRefAttrName()).toBuilder().setName(a.getName()));
      }
    }
    return b.build();
  }

  private static List<Operand> branch(Call c) {
    boolean condition = c.known(0).item() != 0;
    return run(c.graph().inner(), c.node().graph(condition ? "then_branch" : "else_branch"));
  }

  private static List<Operand> run(GraphImport inner, GraphProto graph) {
    inner.walk(graph);
    return graph.getOutputList().stream().map(o -> inner.get(o.getName())).toList();
  }

  /** Unrolls a loop whose number of turns is known. */
  private static List<Operand> loop(Call c) {
    GraphProto body = c.node().graph("body");
    long turns = c.has(0) ? (long) c.known(0).item() : Long.MAX_VALUE;
    boolean going = !c.has(1) || c.known(1).item() != 0;
    List<Operand> carried = new ArrayList<>();
    for (int i = 2; i < c.count(); i++) {
      carried.add(c.input(i));
    }
    int states = carried.size();
    List<List<HostTensor>> scans = new ArrayList<>();
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
        scans.get(i - 1 - states).add(c.graph().known(results.get(i), "a scanned result"));
      }
    }
    List<Operand> all = new ArrayList<>(carried);
    scans.forEach(s -> all.add(new Operand.Known(ShapeFunctions.stack(s), "")));
    return all;
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
    return run(inner, body);
  }
}
