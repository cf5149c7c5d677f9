package dev.fovea.studio.room;

import dev.fovea.nn.Model;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Fields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Networks as files that pages give to their users. */
final class Networks {
  private static final List<String> FORMATS = List.of("safetensors", "onnx");

  private Networks() {}

  /** Returns a network as a file of the format that was asked for. */
  static Answer save(Model model, Fields f) throws IOException {
    Path file = Files.createTempFile("fovea-network", "." + f.oneOf("format", FORMATS));
    try {
      model.save(file);
      return Answer.bytes(Files.readAllBytes(file));
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
