package dev.fovea.formats.tflite;

import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Description;
import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.network.NetworkSize;
import dev.fovea.formats.onnx.network.OnnxNetwork;
import dev.fovea.formats.onnx.operators.Operators;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.StringStringEntryProto;
import dev.fovea.formats.weights.Missing;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files of TensorFlow Lite (LiteRT): floats of 32 and 16 bits, weights of 8 bits, and whole
 * networks of 8 and 16 bits, which stay such networks.
 *
 * <p>Inputs and outputs have the file's order of axes, pictures H, W, C. Where they are whole
 * numbers that stand for real ones, the network takes and gives these; the text {@code
 * preprocessing} says how the bytes of a picture become them. That and the names of classes are
 * taken from the file's metadata where it has such.
 */
public final class TfliteReader implements FormatReader {
  private static final String PREPROCESSING = "preprocessing";
  private static final String LABELS = "labels";
  private static final int MARK_AT = 4;
  private static final int MOST_CHANNELS = 4;

  /** By how much whole numbers with a sign are less than a picture's bytes. */
  private static final float BYTE_MIDDLE = 128;

  /** Creates a reader; it holds nothing. */
  public TfliteReader() {}

  @Override
  public Format format() {
    return Format.TFLITE;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    boolean marked =
        new String(head, StandardCharsets.ISO_8859_1).startsWith(TfliteFile.MARK, MARK_AT);
    return marked || name.endsWith(".tflite");
  }

  @Override
  public ImportedNetwork read(Path file) {
    return ModelFiles.reading(
        file,
        () -> {
          TfliteFile parsed = TfliteFile.read(file);
          TfliteOperators.missing(parsed).require(Format.TFLITE.title());
          ModelProto told = Translation.of(parsed);
          OnnxModel model = OnnxModel.of(told);
          Operators.require(model);
          OnnxNetwork network = NetworkSize.network(model);
          return new ImportedNetwork(
              Format.TFLITE,
              parsed.description(),
              network,
              network.inputs(),
              network.outputs(),
              operators(parsed),
              texts(file, parsed, told, network));
        });
  }

  @Override
  public Optional<Description> description(Path file) {
    return Optional.of(
        ModelFiles.reading(
            file,
            () -> {
              TfliteFile parsed = TfliteFile.read(file);
              return new Description(
                  parsed.description(),
                  slots(parsed, parsed.inputs()),
                  slots(parsed, parsed.outputs()),
                  operators(parsed),
                  missing(parsed));
            }));
  }

  private static List<Description.Slot> slots(TfliteFile file, int... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(file.tensors()::get)
        .map(t ->
            new Description.Slot(t.name(), Optional.of(Arrays.stream(t.free()).boxed().toList())))
        .toList();
  }

  /** Returns the operators that are not there, or what else keeps a file from being read. */
  private static Map<String, List<String>> missing(TfliteFile file) {
    Missing missing = TfliteOperators.missing(file);
    if (!missing.isEmpty()) {
      return missing.nodes();
    }
    try {
      NetworkSize.network(OnnxModel.of(Translation.of(file)));
      return Map.of();
    } catch (FoveaException e) {
      return Map.of("what does not fit", List.of(String.valueOf(e.getMessage())));
    }
  }

  /** Counts operators; those on whole numbers apart from those on real ones. */
  private static Map<String, Integer> operators(TfliteFile file) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (TfliteNode n : file.nodes()) {
      boolean rounded = Arrays.stream(n.outputs()).anyMatch(o -> file.tensors().get(o).isRounded());
      String mark = rounded ? ImportedNetwork.ROUNDED : "";
      counts.merge(n.operator() + mark, 1, Integer::sum);
    }
    return counts;
  }

  /** Returns the texts of a network: how pictures go in, and what its classes are called. */
  private static Map<String, String> texts(
      Path path, TfliteFile file, ModelProto told, OnnxNetwork network) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (StringStringEntryProto e : told.getMetadataPropsList()) {
      if (!e.getKey().startsWith(ImportedNetwork.PLAIN)) {
        texts.put(e.getKey(), e.getValue());
      }
    }
    Shape sample = network.inputs().get(0).sample();
    if (sample.rank() == 3 && sample.dim(2) <= MOST_CHANNELS) {
      TfliteTensor input = file.tensors().get(file.inputs()[0]);
      TfliteMetadata.pictureRule(file, sample)
          .or(() -> pictureRule(input, sample))
          .ifPresent(rule -> texts.put(PREPROCESSING, rule.toText()));
    }
    Shape scores = network.outputs().get(network.outputs().size() - 1).sample();
    List<String> labels = TfliteMetadata.labels(path);
    int classes = scores.rank() == 0 ? 0 : scores.dim(-1);
    boolean detector = texts.containsKey(DetectionOperators.DETECTOR);
    if (!labels.isEmpty() && labels.size() == classes) {
      List<String> names = detector ? labels.subList(1, classes) : labels;
      texts.put(LABELS, String.join("\n", names));
    } else if (detector && labels.size() == classes - 1) {
      texts.put(LABELS, String.join("\n", labels));
    }
    return texts;
  }

  /** Bytes of a picture are the input's whole numbers, less 128 where these have a sign. */
  private static Optional<Preprocessing> pictureRule(TfliteTensor input, Shape sample) {
    boolean signed = input.type() == ElementType.INT8;
    if (!signed && input.type() != ElementType.UINT8) {
      return Optional.empty();
    }
    Optional<Rounding> r = input.rounding().filter(x -> x.isSingle() && x.scale(0) > 0);
    float zero = r.map(x -> (float) x.zero(0)).orElse(0f) + (signed ? BYTE_MIDDLE : 0);
    float step = r.map(x -> 1 / x.scale(0)).orElse(1f);
    int channels = sample.dim(2);
    return Optional.of(
        Preprocessing.unscaled(sample)
            .withMeanAndStd(
                Collections.nCopies(channels, zero), Collections.nCopies(channels, step)));
  }
}
