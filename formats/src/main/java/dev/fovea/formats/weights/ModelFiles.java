package dev.fovea.formats.weights;

import dev.fovea.formats.FormatException;
import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The files that make up a model: reading text within bounds, and finding the file beside. */
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
      throw new FormatException(String.valueOf(e.getMessage()), e).in(file);
    } catch (IOException e) {
      throw new FormatException("cannot be read: " + AtomicFiles.reason(e), e).in(file);
    } catch (ArithmeticException e) {
      throw new FormatException("holds sizes beyond all bounds: " + e.getMessage(), e).in(file);
    }
  }

  /**
   * Returns a text file, in UTF-8, in UTF-16 with a byte order mark, or in another encoding of
   * which only the ASCII characters are known: others stand in comments.
   *
   * @throws FoveaException if it is longer than {@code most} bytes or no text
   */
  public static String text(Path file, int most) throws IOException {
    long size = Files.size(file);
    if (size > most) {
      throw new FoveaException("a text of %s bytes, at most %s are read".formatted(size, most));
    }
    String text = decoded(Files.readAllBytes(file));
    if (text.indexOf('\0') >= 0) {
      throw new FoveaException("is no text: it holds bytes of 0");
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static String decoded(byte[] bytes) {
    int first = bytes.length > 1 ? (bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff) : 0;
    if (first == 0xfeff || first == 0xfffe) {
      return new String(bytes, StandardCharsets.UTF_16);
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
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
    Path same = file.resolveSibling(stem(file) + ending);
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
        if (hasEnding(p, ending) && all.size() < MOST_LISTED) {
          all.add(p);
        }
      }
    } catch (IOException e) {
      throw new FormatException("its folder cannot be read: " + AtomicFiles.reason(e), e).in(file);
    }
    Collections.sort(all);
    return all;
  }

  /** Returns whether a file's name ends so, in any case. */
  public static boolean hasEnding(Path file, String ending) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** Returns a file's name without its last ending. */
  public static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
