package dev.fovea.formats.onnx.file;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Parses protobuf files within limits: the file is mapped, and weights are not copied. */
public final class OnnxFile {
  /** How deeply messages may lie within each other: a graph in a node in a graph, and so on. */
  private static final int DEPTH = 64;

  private OnnxFile() {}

  /**
   * Returns the model that a file holds.
   *
   * @throws FormatException if it has fields that would be passed over
   */
  static ModelProto model(Path file) {
    ModelProto model = parse(file, ModelProto.parser());
    FileFields.requireKnown(model);
    return model;
  }

  /** Returns the single tensor that a file holds. */
  public static HostTensor tensor(Path file) {
    return new Tensors(file.getParent()).read(parse(file, TensorProto.parser()));
  }

  /** Returns the message that a file holds. */
  public static <T extends MessageLite> T parse(Path file, Parser<T> parser) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new FormatException("larger than 2 GB, the most that protobuf holds").in(file);
      }
      return parse(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), parser);
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException("no ONNX file: " + e.getMessage(), e).in(file);
    } catch (IOException e) {
      throw new FormatException("cannot be read: " + e, e).in(file);
    }
  }

  private static <T extends MessageLite> T parse(ByteBuffer bytes, Parser<T> parser)
      throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.enableAliasing(true);
    in.setRecursionLimit(DEPTH);
    T message = parser.parseFrom(in);
    in.checkLastTagWas(0);
    return message;
  }
}
