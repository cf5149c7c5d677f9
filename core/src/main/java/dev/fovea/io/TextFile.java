package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Reads text files in UTF-8, or in UTF-16 as some spreadsheets write it.
 *
 * <p>A byte order mark at the beginning is removed. UTF-16 is recognised by that mark, or by every
 * second byte of Latin text being 0. Other encodings cannot be recognised for certain; the error
 * message names the likely one.
 */
public final class TextFile {
  private static final int EXAMINED = 1000;

  /** How files begin that are often given for a text, a byte a character. */
  private static final Map<String, String> STARTS =
      Map.of(
          "\u0089PNG", "a PNG picture",
          "\u00ff\u00d8\u00ff", "a JPEG picture",
          "GIF8", "a GIF picture",
          "II*\0", "a TIFF picture",
          "MM\0*", "a TIFF picture",
          "%PDF", "a PDF document",
          "PK\3\4", "a ZIP archive",
          "\u001f\u008b", "a gzip file");

  private static final int LONGEST_START = 4;

  private TextFile() {}

  /**
   * Reads a text file.
   *
   * @param most the largest number of bytes allowed
   * @throws FoveaException if it cannot be read, is longer, or has another encoding
   */
  public static String read(Path file, long most) {
    return read(file, most, "text in UTF-8");
  }

  /**
   * Reads a text file.
   *
   * @param most the largest number of bytes allowed
   * @param expected what the file should hold, for the message about a picture or the like
   * @throws FoveaException if it cannot be read, is longer, or has another encoding
   */
  public static String read(Path file, long most, String expected) {
    byte[] bytes = FileBytes.read(file, most);
    Charset charset = charset(bytes);
    return decoded(bytes, charset).orElseThrow(() -> wrong(bytes, charset, file, expected));
  }

  /**
   * Reads a text file of a format whose keywords are ASCII. In an encoding that {@link #read} does
   * not know, only ASCII characters are right; others occur in comments.
   *
   * @param most the largest number of bytes allowed
   * @throws FoveaException if it cannot be read, is too long, or is not text
   */
  public static String readAscii(Path file, long most) {
    byte[] bytes = FileBytes.read(file, most);
    String text =
        decoded(bytes, charset(bytes))
            .orElseGet(() -> new String(bytes, StandardCharsets.ISO_8859_1));
    if (text.indexOf('\0') >= 0) {
      requireText(bytes, file, "text");
      throw new FoveaException(file + ": not a text file: it holds bytes of 0");
    }
    return text;
  }

  private static Optional<String> decoded(byte[] bytes, Charset charset) {
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static FoveaException wrong(byte[] bytes, Charset charset, Path file, String expected) {
    requireText(bytes, file, expected);
    if (!charset.equals(StandardCharsets.UTF_8)) {
      return new FoveaException(file + ": a damaged text in " + charset);
    }
    int at = firstWrong(bytes);
    return new FoveaException(
        "%s: text in UTF-8 expected, byte %s at %s is none; it looks like %s: save it as UTF-8"
            .formatted(
                file,
                HexFormat.of().toHexDigits(bytes[at]),
                at,
                isPaired(bytes) ? "GBK" : "Latin-1"));
  }

  /** Requires that a file does not begin as a picture or another file that is not text. */
  private static void requireText(byte[] bytes, Path file, String expected) {
    int length = Math.min(bytes.length, LONGEST_START);
    String start = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    STARTS.forEach((of, kind) -> {
      if (start.startsWith(of)) {
        throw new FoveaException("%s: %s, expected %s".formatted(file, kind, expected));
      }
    });
  }

  private static Charset charset(byte[] bytes) {
    int first = bytes.length < 2 ? 0 : (bytes[0] & 0xFF) << Byte.SIZE | (bytes[1] & 0xFF);
    if (first == 0xFEFF || isZero(bytes, 0)) {
      return StandardCharsets.UTF_16BE;
    }
    return first == 0xFFFE || isZero(bytes, 1) ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8;
  }

  /** Returns whether every second byte of the beginning is zero and the others are not. */
  private static boolean isZero(byte[] bytes, int from) {
    int length = Math.min(bytes.length & ~1, EXAMINED);
    for (int i = 0; i < length; i++) {
      if ((bytes[i] == 0) != (i % 2 == from)) {
        return false;
      }
    }
    return length > 0;
  }

  private static int firstWrong(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    var _ = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    return in.position();
  }

  /** Returns whether bytes above 127 come in pairs, as those of Chinese letters do. */
  private static boolean isPaired(byte[] bytes) {
    int run = 0;
    for (byte b : bytes) {
      if (b < 0) {
        run++;
      } else if (run % 2 == 1) {
        return false;
      } else {
        run = 0;
      }
    }
    return run % 2 == 0;
  }
}
