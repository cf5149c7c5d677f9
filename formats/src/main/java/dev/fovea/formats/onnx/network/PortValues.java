package dev.fovea.formats.onnx.network;

import dev.fovea.formats.onnx.file.OnnxFile;
import dev.fovea.formats.onnx.proto.Onnx.OptionalProto;
import dev.fovea.formats.onnx.proto.Onnx.SequenceProto;
import dev.fovea.formats.onnx.proto.Onnx.TypeProto;
import dev.fovea.formats.onnx.tensors.Tensors;
import dev.fovea.formats.onnx.walk.Operand;
import java.nio.file.Path;

/** Reads files that hold what goes into a graph or comes out of it. */
public final class PortValues {
  private PortValues() {}

  /** Returns what a file holds that belongs to an input or output of some type. */
  public static Operand read(Path file, TypeProto type) {
    Tensors tensors = new Tensors(file.getParent());
    if (type.hasOptionalType()) {
      return optional(file, tensors);
    }
    return type.hasSequenceType()
        ? sequence(OnnxFile.parse(file, SequenceProto.parser()), tensors)
        : new Operand.Known(OnnxFile.tensor(file), "");
  }

  private static Operand optional(Path file, Tensors tensors) {
    OptionalProto o = OnnxFile.parse(file, OptionalProto.parser());
    if (o.hasSequenceValue()) {
      return sequence(o.getSequenceValue(), tensors);
    }
    return o.hasTensorValue()
        ? new Operand.Known(tensors.read(o.getTensorValue()), "")
        : new Operand.Nothing();
  }

  private static Operand sequence(SequenceProto s, Tensors tensors) {
    return new Operand.Sequence(
        s.getTensorValuesList().stream()
            .<Operand>map(t -> new Operand.Known(tensors.read(t), ""))
            .toList());
  }
}
