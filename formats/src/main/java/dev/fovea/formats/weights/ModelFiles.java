package dev.fovea.formats.weights;

import dev.fovea.formats.FormatException;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.FileNames;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The files that make up a model: telling what is wrong with one, and finding the one beside. */
public final class ModelFiles {
  private static final int MOST_LISTED = 1000;

  private ModelFiles() {}

  /** What is done with a file. */
  public interface Body<T> {
    /** Reads; messages of what it throws need not name the file. */
    T read() throws IOException;
  }

  /**
   * Reads a file.
   *
   * @throws FormatException one line that begins with the file's name, for whatever went wrong
   */
  public static <T> T reading(Path file, Body<T> body) {
    try {
      return body.read();
    } catch (FormatException e) {
      throw e.getMessage() != null && e.getMessage().startsWith(file.getFileName() + ": ")
          ? e
          : e.in(file);
    } catch (FoveaException e) {
      String message = String.valueOf(e.getMessage());
      String name = file + ": ";
      throw new FormatException(
              message.startsWith(name) ? message.substring(name.length()) : message, e)
          .in(file);
    } catch (IOException e) {
      throw new FormatException("cannot be read: " + AtomicFiles.reason(e), e).in(file);
    } catch (ArithmeticException e) {
      throw new FormatException("holds sizes beyond all bounds: " + e.getMessage(), e).in(file);
    }
  }

  /**
   * Returns the file that belongs to another one: of the same name but for the ending, else the
   * only one in the folder with the ending.
   *
   * @param ending such as {@code .cfg}
   * @throws FormatException if there is none or the choice is not clear
   */
  public static Path beside(Path file, String ending) {
    Path same = file.resolveSibling(FileNames.stem(file) + ending);
    if (Files.isRegularFile(same)) {
      return same;
    }
    List<Path> all = withEnding(file, ending);
    if (all.size() == 1) {
      return all.get(0);
    }
    String found =
        all.isEmpty()
            ? "there is none beside it"
            : "beside it are "
                + String.join(
                    ", ", all.stream().limit(5).map(p -> String.valueOf(p.getFileName())).toList());
    throw new FormatException(
            "needs a file %s of the same name; %s".formatted(same.getFileName(), found))
        .in(file);
  }

  private static List<Path> withEnding(Path file, String ending) {
    Path folder = file.toAbsolutePath().getParent();
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path p : entries) {
        if (FileNames.hasEnding(p, ending) && all.size() < MOST_LISTED) {
          all.add(p);
        }
      }
    } catch (IOException e) {
      throw new FormatException("its folder cannot be read: " + AtomicFiles.reason(e), e).in(file);
    }
    Collections.sort(all);
    return all;
  }
}
