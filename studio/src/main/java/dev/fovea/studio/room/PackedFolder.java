package dev.fovea.studio.room;

import dev.fovea.studio.web.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Folders that pages give to their users, as ZIP files. */
final class PackedFolder {
  /** What writes into a folder. */
  interface Writer {
    void write(Path folder) throws IOException;
  }

  private PackedFolder() {}

  /**
   * Returns a folder as a ZIP file, in the order of names, so that the same files give the same
   * bytes.
   *
   * @param name what the folder is called in it
   */
  static Answer answer(String name, Writer writer) throws IOException {
    Path parent = Files.createTempDirectory("fovea-folder");
    try {
      Path folder = parent.resolve(name);
      writer.write(folder);
      return Answer.bytes(zip(parent));
    } finally {
      delete(parent);
    }
  }

  private static byte[] zip(Path parent) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes);
        Stream<Path> all = Files.walk(parent)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
        ZipEntry entry = new ZipEntry(parent.relativize(file).toString().replace('\\', '/'));
        entry.setTime(0);
        out.putNextEntry(entry);
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** Deletes a folder with all that it holds. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
