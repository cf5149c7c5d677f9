package dev.fovea.formats.keras;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.LayerImport;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;

/** Reads Keras's models in HDF5: the configuration of the network and its weights. */
public final class KerasReader implements FormatReader {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  @Override
  public Format format() {
    return Format.KERAS;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    boolean signed = head.length >= SIGNATURE.length;
    for (int i = 0; signed && i < SIGNATURE.length; i++) {
      signed = head[i] == SIGNATURE[i];
    }
    return signed || name.endsWith(".h5") || name.endsWith(".hdf5");
  }

  @Override
  public ImportedNetwork read(Path file) {
    return ModelFiles.reading(
        file,
        () -> {
          try (Hdf5 content = Hdf5.open(file)) {
            return read(content);
          }
        });
  }

  /** Returns whether a version is 3 or later. */
  private static boolean isModern(String version) {
    char first = version.isEmpty() ? '0' : version.charAt(0);
    return (first >= '3' && first <= '9') || version.matches("[1-9]\\d{1,8}\\..{0,40}");
  }

  /** Reads a model from an open file. */
  static ImportedNetwork read(Hdf5 file) {
    String config =
        file.text(file.root(), "model_config")
            .orElseThrow(() ->
                new FoveaException(
                    "holds no model_config: weights alone, or no file of Keras; save the whole"
                        + " model"));
    String version = file.text(file.root(), "keras_version").orElse("");
    LayerGraph graph =
        KerasNetwork.of(ModelConfig.parse(config), new KerasWeights(file), isModern(version));
    return LayerImport.channelsLast(
        dev.fovea.formats.Format.KERAS,
        Text.shown(("Keras " + version).strip()),
        graph,
        graph.tensors());
  }
}
