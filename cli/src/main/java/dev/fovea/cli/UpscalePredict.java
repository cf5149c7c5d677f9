package dev.fovea.cli;

import dev.fovea.io.FileNames;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Enlarges pictures.
 *
 * @param upscaler what enlarges
 * @param out a .png file, or a folder in which each picture gets one of its name
 * @param json whether a JSON object per picture is printed
 * @param failure tells why a picture was not enlarged and returns the command's status
 */
record UpscalePredict(
    Upscaler upscaler, Optional<Path> out, boolean json, ToIntFunction<FoveaException> failure) {
  private static final String PNG = ".png";

  /** Enlarges all pictures; returns the command's status. */
  int predict(List<Path> pictures) {
    OutputFiles files = files(pictures);
    PictureProgress progress = new PictureProgress(pictures.size(), json);
    int status = 0;
    for (int i = 0; i < pictures.size(); i++) {
      Path picture = pictures.get(i);
      progress.show(i);
      try {
        Tensor small = Images.read(picture);
        Tensor large = upscaler.upscale(small);
        Path file = files.fileOf(picture);
        Images.writePng(file, large);
        progress.erase();
        print(picture, small.shape(), large.shape(), file);
      } catch (FoveaException e) {
        progress.erase();
        status = Math.max(status, failure.applyAsInt(e));
      }
    }
    return status;
  }

  private OutputFiles files(List<Path> pictures) {
    boolean folder = out.filter(OutputFiles::isFolder).isPresent();
    Path to =
        out.filter(o -> folder || FileNames.hasEnding(o, PNG))
            .orElseThrow(() ->
                new FoveaException(
                    "--out: a .png file or a folder for the enlarged pictures expected"
                        + out.map(o -> ", got " + o).orElse("")));
    return OutputFiles.of("--out", to, folder, pictures, PNG);
  }

  private void print(Path picture, Shape small, Shape large, Path file) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("factor", upscaler.factor());
      fields.put("file", file.toString());
      System.out.println(Json.write(fields));
      return;
    }
    System.out.println(
        "%s: %s×%s pixels from %s×%s, written to %s"
            .formatted(
                Text.oneLine(picture.toString()),
                large.dim(1),
                large.dim(0),
                small.dim(1),
                small.dim(0),
                Text.oneLine(file.toString())));
  }
}
