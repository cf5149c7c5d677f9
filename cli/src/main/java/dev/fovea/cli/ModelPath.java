package dev.fovea.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/** Reads the name of a model's file, for which the output folder of a training may stand. */
final class ModelPath implements ITypeConverter<Path> {
  @Override
  public Path convert(String name) {
    return NetworkFile.inside(FileName.convert(name));
  }
}
