package dev.fovea.formats.onnx.file;

import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.proto.Onnx.OperatorSetIdProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The versions of operators that a graph, or the body of a function, is written for.
 *
 * @param versions the version by domain; that of ONNX itself is empty
 */
public record Opsets(Map<String, Integer> versions) {
  /** The version of operators where a file names none. */
  private static final int OLDEST = 1;

  private static final int NEWEST = 1000;

  public static Opsets of(List<OperatorSetIdProto> imports) {
    Map<String, Integer> versions = new HashMap<>();
    for (OperatorSetIdProto o : imports) {
      versions.put(domain(o.getDomain()), Math.clamp(o.getVersion(), 0, NEWEST));
    }
    return new Opsets(versions);
  }

  private static String domain(String name) {
    return name.equals("ai.onnx") ? "" : name;
  }

  /** Returns a node with the version that its operator has here. */
  public Node node(NodeProto proto) {
    return new Node(proto, versions.getOrDefault(domain(proto.getDomain()), OLDEST));
  }
}
