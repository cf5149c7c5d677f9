package dev.fovea.formats.onnx;

import dev.fovea.formats.onnx.export.OnnxWriter;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.io.AtomicFiles;
import dev.fovea.nn.Model;
import dev.fovea.nn.ModelFormat;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;

/**
 * Writes models as ONNX: opset 17, images channels first, the batch free, metadata as properties.
 *
 * <p>{@link OnnxReader} reads them back with the same names and the same numbers.
 */
public final class OnnxFormat implements ModelFormat {
  /** Creates the format; it holds nothing. */
  public OnnxFormat() {}

  @Override
  public String ending() {
    return ".onnx";
  }

  @Override
  public void write(Model model, Path file) {
    try {
      ModelProto proto = new OnnxWriter(model).write();
      AtomicFiles.write(file, proto::writeTo);
    } catch (FoveaException e) {
      throw new FoveaException("save: " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }
}
