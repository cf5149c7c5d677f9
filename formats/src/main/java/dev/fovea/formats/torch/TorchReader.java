package dev.fovea.formats.torch;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.formats.weights.ZooMatch;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads PyTorch's state dicts: weights by name, whose network is found in the zoo.
 *
 * <p>Nothing of the file is run: only tensors and dictionaries of them are read, and whatever else
 * its pickle asks for is refused by name.
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
    Map<String, Tensor> tensors = TorchFile.read(file);
    return ModelFiles.reading(file, () -> ZooMatch.network(Format.PYTORCH, tensors, net));
  }

  @Override
  public Map<String, Shape> tensors(Path file) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    TorchFile.read(file).forEach((name, t) -> shapes.put(name, t.shape()));
    return shapes;
  }
}
