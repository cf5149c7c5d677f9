package dev.fovea.formats.caffe;

import dev.fovea.formats.FileKind;
import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.LayerImport;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.io.FileNames;
import dev.fovea.io.TextFile;
import java.nio.file.Path;

/**
 * Reads Caffe's networks: a prototxt for deployment with its caffemodel beside it, whichever of
 * both is named.
 */
public final class CaffeReader implements FormatReader {
  private static final int MOST_TEXT = 16_000_000;

  @Override
  public Format format() {
    return Format.CAFFE;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    return name.endsWith(".prototxt") || name.endsWith(".caffemodel");
  }

  @Override
  public ImportedNetwork read(Path file) {
    boolean isText = FileNames.hasEnding(file, ".prototxt");
    return read(
        isText ? file : ModelFiles.beside(file, ".prototxt"),
        isText ? ModelFiles.beside(file, ".caffemodel") : file);
  }

  /**
   * Reads a network.
   *
   * @param prototxt the file of its layers
   * @param caffemodel the file of its weights
   * @throws dev.fovea.formats.FormatException if a file is broken or needs what is not known
   */
  public static ImportedNetwork read(Path prototxt, Path caffemodel) {
    FileKind.require(Format.CAFFE, prototxt);
    FileKind.require(Format.CAFFE, caffemodel);
    TextMessage net =
        ModelFiles.reading(
            prototxt, () -> TextFormat.parse(TextFile.readAscii(prototxt, MOST_TEXT)));
    CaffeWeights weights = ModelFiles.reading(caffemodel, () -> CaffeWeights.read(caffemodel));
    return ModelFiles.reading(
        prototxt,
        () -> {
          LayerGraph graph = CaffeNetwork.of(net, weights);
          return LayerImport.channelsFirst(Format.CAFFE, "", graph, graph.tensors());
        });
  }
}
