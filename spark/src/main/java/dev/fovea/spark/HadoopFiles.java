package dev.fovea.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** Files of any file system of Hadoop. */
final class HadoopFiles {
  private HadoopFiles() {}

  /** What is written into a file. */
  @FunctionalInterface
  interface Content {
    /** Writes it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file under another name and renames it, so that a file of this name is always whole;
   * replaces one that is there, and makes its folder.
   */
  static void write(Path file, Configuration configuration, Content content) throws IOException {
    Path whole = file.getFileSystem(configuration).makeQualified(file);
    FileContext files = FileContext.getFileContext(whole.toUri(), configuration);
    Path aside = new Path(whole.getParent(), "." + whole.getName() + ".part");
    files.mkdir(whole.getParent(), null, true);
    try (var out = files.create(aside, EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE))) {
      content.writeTo(out);
    }
    files.rename(aside, whole, Options.Rename.OVERWRITE);
  }
}
