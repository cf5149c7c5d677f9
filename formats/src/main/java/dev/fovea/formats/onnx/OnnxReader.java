package dev.fovea.formats.onnx;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads ONNX files: opsets 7 to 22, and older forms of operators where they differ little.
 *
 * <p>Images come channels last, whatever the file has; a free height or width is taken as 224. The
 * first axis of all inputs is the batch, which is free as far as the graph lets it be.
 */
public final class OnnxReader implements FormatReader {
  private static final int LONGEST = 2000;

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
    try {
      OnnxModel model = OnnxModel.read(file);
      model.requireOperators();
      OnnxNetwork network = new OnnxNetwork(model);
      return new ImportedNetwork(
          Format.ONNX,
          producer(model.proto()),
          network,
          network.inputs(),
          network.outputs(),
          model.operatorCounts(),
          metadata(model.proto()));
    } catch (FoveaException e) {
      throw new FormatException(line(String.valueOf(e.getMessage())), e).in(file);
    }
  }

  /** Returns a message in one line of bounded length: names in a broken file may hold anything. */
  private static String line(String message) {
    return Text.cut(Text.oneLine(message), LONGEST);
  }

  private static String producer(ModelProto proto) {
    return (proto.getProducerName() + " " + proto.getProducerVersion()).strip();
  }

  private static Map<String, String> metadata(ModelProto proto) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (StringStringEntryProto e : proto.getMetadataPropsList()) {
      texts.put(e.getKey(), e.getValue());
    }
    return texts;
  }
}
