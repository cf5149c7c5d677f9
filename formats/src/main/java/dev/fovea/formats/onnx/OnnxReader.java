package dev.fovea.formats.onnx;

import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Description;
import dev.fovea.formats.Format;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.NetworkSize;
import dev.fovea.formats.onnx.network.OnnxNetwork;
import dev.fovea.formats.onnx.operators.Operators;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.walk.NotKnownException;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads ONNX files: opsets 7 to 22, and older forms of operators where they differ little.
 *
 * <p>Images come channels last, whatever the file has; a free height or width is taken as 224, or
 * as what fits the weights. The first axis of all inputs is the batch, which is free as far as the
 * graph lets it be.
 */
public final class OnnxReader implements FormatReader {
  private static final String PREPROCESSING = "preprocessing";

  /** The most channels that a {@link Preprocessing} has. */
  private static final int MOST_CHANNELS = 4;

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
    return reading(file, OnnxReader::network);
  }

  @Override
  public Optional<Description> description(Path file) {
    return Optional.of(
        reading(
            file,
            model ->
                new Description(
                    producer(model.proto()),
                    model.given().stream().map(OnnxModel::slot).toList(),
                    model.graph().getOutputList().stream().map(OnnxModel::slot).toList(),
                    model.operatorCounts(),
                    missing(model))));
  }

  /** Returns the operators that are not there, or what else keeps a graph from being walked. */
  private static Map<String, List<String>> missing(OnnxModel model) {
    Map<String, List<String>> missing = new LinkedHashMap<>(Operators.missing(model).nodes());
    if (missing.isEmpty()) {
      try {
        NetworkSize.network(model);
      } catch (NotKnownException e) {
        missing.put(e.operator() + " on data", List.of(String.valueOf(e.getMessage())));
      } catch (FoveaException e) {
        missing.put("what does not fit", List.of(String.valueOf(e.getMessage())));
      }
    }
    return missing;
  }

  private static ImportedNetwork network(OnnxModel model) {
    Operators.require(model);
    OnnxNetwork network = NetworkSize.network(model);
    return new ImportedNetwork(
        Format.ONNX,
        producer(model.proto()),
        network,
        network.inputs(),
        network.outputs(),
        model.operatorCounts(),
        metadata(model, network.inputs()));
  }

  /** Returns what is made of a file; failures of any kind name it. */
  private static <T> T reading(Path file, Function<OnnxModel, T> result) {
    try {
      return result.apply(OnnxModel.read(file));
    } catch (StackOverflowError e) {
      throw new FormatException("nested too deeply to be read", e).in(file);
    } catch (FoveaException e) {
      throw new FormatException(String.valueOf(e.getMessage()), e).in(file);
    }
  }

  private static String producer(ModelProto proto) {
    return (proto.getProducerName() + " " + proto.getProducerVersion()).strip();
  }

  /** Returns the texts of a file; pictures of bytes go in as they are unless a text says more. */
  private static Map<String, String> metadata(OnnxModel model, List<Port> inputs) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (StringStringEntryProto e : model.proto().getMetadataPropsList()) {
      texts.put(e.getKey(), e.getValue());
    }
    Shape sample = inputs.get(0).sample();
    boolean picture = sample.rank() == 3 && sample.dim(2) <= MOST_CHANNELS;
    if (picture && model.inputs().get(0).type() == DataType.UINT8) {
      texts.putIfAbsent(PREPROCESSING, Preprocessing.unscaled(sample).toText());
    }
    return texts;
  }
}
