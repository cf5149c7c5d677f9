package dev.fovea.cli;

import dev.fovea.formats.Formats;
import dev.fovea.io.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A folder in the place of a model's file. */
final class ModelFolder {
  /** So many files are named at most. */
  private static final int MOST = 3;

  private ModelFolder() {}

  /** Says why a folder is no model, and what in it may be one. */
  static String refusal(Path folder) {
    return folder
        + ": a folder without model.safetensors or model.onnx, expected a model file or the"
        + " output folder of a training"
        + hint(folder);
  }

  private static String hint(Path folder) {
    List<String> found = networks(folder);
    if (found.isEmpty()) {
      return "";
    }
    if (MtcnnFiles.isComplete(folder)) {
      return "; det1, det2 and det3 are those of MTCNN, which predict reads with --task mtcnn";
    }
    String more = found.size() > MOST ? " and " + (found.size() - MOST) + " more" : "";
    return "; it holds " + String.join(", ", found.subList(0, Math.min(MOST, found.size()))) + more;
  }

  private static List<String> networks(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> Text.oneLine(String.valueOf(f.getFileName())))
          .filter(ModelFolder::isNetwork)
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isNetwork(String name) {
    return Formats.ENDINGS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith);
  }
}
