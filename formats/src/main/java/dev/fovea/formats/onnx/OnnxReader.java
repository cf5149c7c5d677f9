package dev.fovea.formats.onnx;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import java.nio.file.Path;

/** Reads ONNX files. */
public final class OnnxReader implements FormatReader {
  /** Creates a reader; it holds nothing. */
  public OnnxReader() {}

  @Override
  public Format format() {
    return Format.ONNX;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    return name.endsWith(".onnx");
  }

  @Override
  public ImportedNetwork read(Path file) {
    throw new FormatException("ONNX files are not read yet").in(file);
  }
}
