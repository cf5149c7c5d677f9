package dev.fovea.formats.onnx.walk;

import dev.fovea.formats.onnx.file.Opsets;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.FunctionProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes that call functions of the file. */
final class FunctionCall {
  private FunctionCall() {}

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
        inner.set(body.getInput(i), call.any(i));
      }
    }
    Map<String, AttributeProto> given = new HashMap<>();
    body.getAttributeProtoList().forEach(a -> given.put(a.getName(), a));
    call.node().attributes().forEach(a -> given.put(a.getName(), a));
    call.node().obeys(body.getAttributeList().toArray(String[]::new));
    body.getAttributeProtoList().forEach(a -> call.node().obeys(a.getName()));
    inner.walk(body.getNodeList().stream().map(n -> filled(n, given)).toList());
    return body.getOutputList().stream().map(inner::get).toList();
  }

  /** Gives attributes that refer to the function's own the values these have, in graphs as well. */
  private static NodeProto filled(NodeProto node, Map<String, AttributeProto> given) {
    NodeProto.Builder b = node.toBuilder().clearAttribute();
    for (AttributeProto a : node.getAttributeList()) {
      if (a.getRefAttrName().isEmpty()) {
        b.addAttribute(withGraphs(a, given));
      } else if (given.containsKey(a.getRefAttrName())) {
        b.addAttribute(given.get(a.getRefAttrName()).toBuilder().setName(a.getName()));
      }
    }
    return b.build();
  }

  private static AttributeProto withGraphs(AttributeProto a, Map<String, AttributeProto> given) {
    if (!a.hasG() && a.getGraphsCount() == 0) {
      return a;
    }
    AttributeProto.Builder b = a.toBuilder().clearGraphs();
    if (a.hasG()) {
      b.setG(filled(a.getG(), given));
    }
    a.getGraphsList().forEach(g -> b.addGraphs(filled(g, given)));
    return b.build();
  }

  private static GraphProto filled(GraphProto graph, Map<String, AttributeProto> given) {
    GraphProto.Builder b = graph.toBuilder().clearNode();
    graph.getNodeList().forEach(n -> b.addNode(filled(n, given)));
    return b.build();
  }
}
