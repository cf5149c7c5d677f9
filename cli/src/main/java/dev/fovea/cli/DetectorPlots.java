package dev.fovea.cli;

import dev.fovea.vision.ConfusionPicture;
import dev.fovea.vision.Images;
import java.nio.file.Path;

/** The pictures of a detector's evaluation: precision over recall, and what is taken for what. */
final class DetectorPlots {
  private DetectorPlots() {}

  /**
   * Writes precision.png and confusion.png into a folder.
   *
   * @throws dev.fovea.tensor.FoveaException if one cannot be written
   */
  static void write(Path folder, DetectorEval eval) {
    PrecisionPlot.write(folder.resolve("precision.png"), "an overlap", eval.coco().classes());
    Images.writePng(folder.resolve("confusion.png"), ConfusionPicture.of(eval.used()));
  }
}
