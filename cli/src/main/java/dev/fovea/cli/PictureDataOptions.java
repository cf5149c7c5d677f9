package dev.fovea.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose a data set with a class for each picture. */
final class PictureDataOptions extends DataOptions {
  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "Data set: digits (embedded, needs no files), mnist, fashion-mnist, cifar10, folder (one"
              + " folder of pictures per class) or csv (a list of file,class).")
  private @Nullable String name;

  @Override
  @Nullable String given() {
    return name;
  }

  /** Pictures of one class have no masks. */
  @Override
  MaskValueOption maskValues() {
    return new MaskValueOption();
  }
}
