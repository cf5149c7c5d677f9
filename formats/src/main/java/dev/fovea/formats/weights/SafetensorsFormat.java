package dev.fovea.formats.weights;

import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.io.Safetensors;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads weights in safetensors files: those that Fovea wrote say themselves which network of the
 * zoo they belong to; of others it is found by names and shapes.
 */
public final class SafetensorsFormat implements FormatReader {
  private static final String NET = "net";
  private static final String PREPROCESSING = "preprocessing";

  @Override
  public Format format() {
    return Format.SAFETENSORS;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    return name.endsWith(".safetensors") || isHeader(head);
  }

  /** A length that is read, below 2²⁴, in eight bytes, the lowest first; then an object of JSON. */
  private static boolean isHeader(byte[] head) {
    boolean begins = head.length > Long.BYTES && head[Long.BYTES] == '{';
    return begins && IntStream.range(3, Long.BYTES).allMatch(i -> head[i] == 0);
  }

  @Override
  public ImportedNetwork read(Path file) {
    return read(file, Optional.empty());
  }

  @Override
  public ImportedNetwork read(Path file, Optional<String> net) {
    Safetensors content = Safetensors.read(file);
    Map<String, String> texts = content.metadata();
    Optional<String> name = net.or(() -> Optional.ofNullable(texts.get(NET)));
    NamedTensors tensors = new NamedTensors(content.tensors(), content.unread());
    NamedTensors own = texts.containsKey(NET) ? tensors : tensors.withoutPrefix();
    return ModelFiles.reading(
        file,
        () -> {
          ImportedNetwork network = ZooMatch.network(Format.SAFETENSORS, own, name, input(texts));
          Map<String, String> all = new LinkedHashMap<>(network.metadata());
          all.putAll(texts);
          return network.withMetadata(all);
        });
  }

  @Override
  public NamedTensors tensors(Path file) {
    Safetensors content = Safetensors.read(file);
    return new NamedTensors(content.tensors(), content.unread());
  }

  /** Returns the shape of the pictures that the file's own description says. */
  private static Optional<Shape> input(Map<String, String> texts) {
    return Optional.ofNullable(texts.get(PREPROCESSING))
        .map(text -> Preprocessing.parse(text, PREPROCESSING).shape());
  }
}
