package dev.fovea.cli;

import java.nio.file.Path;
import javax.tools.SimpleJavaFileObject;

/** A source text that a compiler reads from memory. */
final class MemorySource extends SimpleJavaFileObject {
  private final String file;
  private final String text;

  /**
   * Makes a source.
   *
   * @param file what messages call it; its last part names the class of a compact source file
   */
  MemorySource(String file, String text) {
    super(Path.of(file).toAbsolutePath().toUri(), Kind.SOURCE);
    this.file = file;
    this.text = text;
  }

  @Override
  public String getName() {
    return file;
  }

  @Override
  public boolean isNameCompatible(String simpleName, Kind kind) {
    return kind == Kind.SOURCE;
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
