package dev.fovea.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that choose a data set of any kind, of labelled objects and pixels too. */
final class AnyDataOptions extends DataOptions {
  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "Data set: digits (embedded, needs no files), mnist, fashion-mnist, cifar10, folder (one"
              + " folder of pictures per class) or csv (a list of file,class). For systems:"
              + " shapes (embedded), voc, coco, yolo, panoptic or keypoints. For classes of pixels:"
              + " shapes or masks (a folder with images and masks).")
  private @Nullable String name;

  @Mixin private MaskValueOption maskValues;

  @Override
  @Nullable String given() {
    return name;
  }

  @Override
  MaskValueOption maskValues() {
    return maskValues;
  }
}
