package dev.fovea.formats.torch;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.formats.weights.NamedTensors;
import dev.fovea.formats.weights.ZooMatch;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads PyTorch's state dicts: weights by name, whose network is found in the zoo.
 *
 * <p>Nothing of the file is run and no class is looked up: of objects that its pickle asks for,
 * only the tensors and dictionaries in them are read.
 */
public final class TorchReader implements FormatReader {
  @Override
  public Format format() {
    return Format.PYTORCH;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    boolean named =
        name.endsWith(".pt")
            || name.endsWith(".pth")
            || name.endsWith(".th")
            || name.endsWith(".bin");
    boolean zip = head.length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3;
    boolean pickle = head.length > 2 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5;
    return named || zip || pickle;
  }

  @Override
  public ImportedNetwork read(Path file) {
    return read(file, Optional.empty());
  }

  @Override
  public ImportedNetwork read(Path file, Optional<String> net) {
    NamedTensors tensors = TorchFile.read(file);
    return ModelFiles.reading(file, () -> ZooMatch.network(Format.PYTORCH, tensors, net));
  }

  @Override
  public NamedTensors tensors(Path file) {
    return TorchFile.read(file);
  }
}
