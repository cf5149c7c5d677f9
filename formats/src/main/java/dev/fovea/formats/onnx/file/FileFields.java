package dev.fovea.formats.onnx.file;

import com.google.protobuf.Message;
import dev.fovea.formats.FormatException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields of a file that the schema of this reader does not have. */
final class FileFields {
  /**
   * Fields that change no result of a network that is run, by the name of their message: texts for
   * people, what trains a network, on which devices its nodes run, how quantized tensors are
   * annotated, and the types that sequences announce.
   */
  private static final Map<String, Set<Integer>> WITHOUT_EFFECT =
      Map.of(
          "AttributeProto", Set.of(14, 15),
          "FunctionProto", Set.of(2, 3, 8, 12, 14),
          "GraphProto", Set.of(14, 16),
          "ModelProto", Set.of(20, 26),
          "NodeProto", Set.of(9, 10),
          "TensorProto", Set.of(16),
          "ValueInfoProto", Set.of(4),
          "TypeProto", Set.of(5, 7, 8));

  private FileFields() {}

  /**
   * Checks that a message has no fields but those known, and so do the messages in it.
   *
   * @throws FormatException naming the first field that would be passed over
   */
  static void requireKnown(Message message) {
    String name = message.getDescriptorForType().getName();
    for (int field : message.getUnknownFields().asMap().keySet()) {
      if (!WITHOUT_EFFECT.getOrDefault(name, Set.of()).contains(field)) {
        throw new FormatException(
            "field "
                + field
                + " of a "
                + name
                + " is not known: newer than this reader, or broken");
      }
    }
    for (Object value : message.getAllFields().values()) {
      Collection<?> values = value instanceof List<?> list ? list : List.of(value);
      if (!values.isEmpty() && values.iterator().next() instanceof Message) {
        values.forEach(v -> requireKnown((Message) v));
      }
    }
  }
}
