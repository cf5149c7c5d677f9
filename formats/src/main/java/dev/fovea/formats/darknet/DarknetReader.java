package dev.fovea.formats.darknet;

import dev.fovea.data.Task;
import dev.fovea.formats.FileKind;
import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.formats.weights.FloatFile;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.LayerImport;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.io.FileNames;
import dev.fovea.io.TextFile;
import dev.fovea.nn.Output;
import dev.fovea.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads Darknet's networks: a cfg file with its weights file beside it, whichever of both is named.
 *
 * <p>The outputs are what reaches the sections {@code yolo}, {@code region} and the like, before
 * their own functions, in the order of the file; of networks without such sections, what the last
 * layer gives. Those of such sections answer with boxes ({@link Task#BOXES}); anchors and classes
 * of {@code yolo} are told in the metadata.
 */
public final class DarknetReader implements FormatReader {
  private static final int MOST_TEXT = 4_000_000;

  @Override
  public Format format() {
    return Format.DARKNET;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    return name.endsWith(".cfg") || name.endsWith(".weights");
  }

  @Override
  public ImportedNetwork read(Path file) {
    boolean isText = FileNames.hasEnding(file, ".cfg");
    Path cfg = isText ? file : ModelFiles.beside(file, ".cfg");
    Path weights = isText ? ModelFiles.beside(file, ".weights") : file;
    return read(cfg, weights);
  }

  /**
   * Reads a network.
   *
   * @param cfg the file of its layers
   * @param weights the file of its numbers
   * @throws dev.fovea.formats.FormatException if a file is broken or needs what is not known
   */
  public static ImportedNetwork read(Path cfg, Path weights) {
    FileKind.require(Format.DARKNET, cfg);
    FileKind.require(Format.DARKNET, weights);
    List<Section> sections =
        ModelFiles.reading(cfg, () -> Section.parse(TextFile.readAscii(cfg, MOST_TEXT)));
    return ModelFiles.reading(
        weights,
        () -> {
          try (FloatFile numbers = FloatFile.open(weights)) {
            DarknetWeights source = DarknetWeights.of(numbers);
            LayerGraph graph = ModelFiles.reading(cfg, () -> DarknetNetwork.of(sections, source));
            Map<String, Tensor> tensors = graph.tensors();
            source.requireEnd();
            ImportedNetwork network =
                LayerImport.channelsFirst(
                    Format.DARKNET, "darknet " + source.version(), graph, tensors);
            return ModelFiles.reading(cfg, () -> told(network, sections));
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  /** Returns a network that says which task the sections at its ends have. */
  private static ImportedNetwork told(ImportedNetwork network, List<Section> sections) {
    List<Port> ends = network.outputs();
    if (!ends.stream().allMatch(end -> DarknetNetwork.isHead(end.name()))) {
      return network;
    }
    String tasks = ends.stream().map(_ -> Task.BOXES.text()).collect(Collectors.joining(","));
    Map<String, String> texts = new LinkedHashMap<>(Map.of(Output.TASKS, tasks));
    YoloSections.text(sections).ifPresent(text -> texts.put(YoloSections.KEY, text));
    return network.withMetadata(texts);
  }
}
