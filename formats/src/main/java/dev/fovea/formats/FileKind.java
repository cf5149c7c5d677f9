package dev.fovea.formats;

import dev.fovea.io.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Recognises files that no reader accepts by their first bytes and name, and says what to do with
 * them.
 */
public final class FileKind {
  private static final int TAR_NAME = 257;
  private static final String HDF5 = "\u0089HDF\r\n\u001a\n";

  /** How the files of networks in other formats end, and what to do. */
  private static final List<Sign> NAMES =
      List.of(
          new Sign(".npz", "an archive of NumPy arrays, not a network; save them as safetensors"),
          new Sign(".npy", "an array of NumPy, not a network"),
          new Sign(".pt2", "a program of torch.export; export it as ONNX: torch.onnx.export"),
          new Sign(".gguf", "a GGUF file of a language model, which is not read"),
          new Sign(".pb", "a graph of TensorFlow; convert it to ONNX with tf2onnx"),
          new Sign(".mlmodel", "a model of Core ML; export the original as ONNX"),
          new Sign(".mlpackage", "a model of Core ML; export the original as ONNX"),
          new Sign(".mar", "an archive of TorchServe; unpack it and give the weights in it"),
          new Sign(".engine", "an engine of TensorRT for one GPU; give the network it was made of"),
          new Sign(".zip", "a zip archive; unpack it and give the network in it"),
          new Sign(".tar", "a tar archive; unpack it and give the network in it"));

  /** What files of a kind begin with. */
  private static final List<Sign> STARTS =
      List.of(
          new Sign("\u0093NUMPY", "an array of NumPy, not a network"),
          new Sign("GGUF", "a GGUF file of a language model, which is not read"),
          new Sign("\u001f\u008b", "packed with gzip; unpack it (gunzip, or tar -xf) first"),
          new Sign("BZh", "packed with bzip2; unpack it first"),
          new Sign("\u00fd7zXZ", "packed with xz; unpack it first"),
          new Sign("(\u00b5/\u00fd", "packed with zstd; unpack it first"),
          new Sign("7z\u00bc\u00af", "a 7z archive; unpack it and give the network in it"),
          new Sign("Rar!", "a rar archive; unpack it and give the network in it"),
          new Sign("\u0089PNG", "a picture (PNG), not a network"),
          new Sign("\u00ff\u00d8\u00ff", "a picture (JPEG), not a network"),
          new Sign("GIF8", "a picture (GIF), not a network"),
          new Sign("BM", "a picture (BMP), not a network"),
          new Sign("II*\0", "a picture (TIFF), not a network"),
          new Sign("MM\0*", "a picture (TIFF), not a network"),
          new Sign("RIFF", "a picture, sound or film (RIFF), not a network"),
          new Sign("%PDF", "a document (PDF), not a network"));

  /** Endings of zip archives that are none of {@code torch.save}. */
  private static final Set<String> ZIPS = Set.of(".npz", ".pt2", ".mar", ".mlpackage");

  private FileKind() {}

  /** Bytes or an ending, and what files are that have them. */
  private record Sign(String mark, String meaning) {}

  /**
   * Returns the first bytes of a file, at most {@link Formats#HEAD}.
   *
   * @throws FormatException if it cannot be read
   */
  static byte[] head(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Formats.HEAD);
    } catch (IOException e) {
      throw new FormatException("cannot be read: " + AtomicFiles.reason(e), e).in(file);
    }
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** Returns the end of a message about a file that no reader takes. */
  static Optional<String> other(Path file) {
    Optional<String> content = content(head(file));
    return content.isPresent() ? content : named(name(file));
  }

  private static Optional<String> named(String name) {
    return NAMES.stream().filter(s -> name.endsWith(s.mark)).findFirst().map(Sign::meaning);
  }

  /**
   * Requires that a file is not obviously of another kind.
   *
   * @throws FormatException with the kind of file and what to do, or because it cannot be read
   */
  public static void require(Format format, Path file) {
    byte[] head = head(file);
    String name = name(file);
    String start = new String(head, StandardCharsets.ISO_8859_1);
    if (format == Format.SAFETENSORS && start.startsWith("{", Long.BYTES)) {
      return; // The length before the header may have any bytes, those of other files too.
    }
    boolean numbers = name.endsWith(".weights");
    Optional<String> problem = numbers && isWeak(start) ? Optional.empty() : content(head);
    if (problem.isEmpty()) {
      problem = otherFormat(format, name, start, numbers);
    }
    if (problem.isEmpty() && isText(start) && isBinary(format, name)) {
      problem = Optional.of("a text file, not " + one(format));
    }
    problem.ifPresent(p -> {
      throw new FormatException(p).in(file);
    });
  }

  private static Optional<String> otherFormat(
      Format format, String name, String start, boolean numbers) {
    boolean zip = start.startsWith("PK\u0003\u0004");
    boolean pickle = start.length() > 1 && start.charAt(0) == 0x80 && start.charAt(1) <= 5;
    boolean caffemodel = name.endsWith(".caffemodel");
    if (format != Format.KERAS && start.startsWith(HDF5)) {
      return Optional.of("an HDF5 file by its content; name it .h5");
    }
    if (zip && format == Format.PYTORCH && ZIPS.stream().anyMatch(name::endsWith)) {
      return named(name);
    }
    if (zip && format != Format.PYTORCH && format != Format.KERAS) {
      return Optional.of(
          "a zip file by its content; one of torch.save is named .pth, one of Keras .keras");
    }
    if (pickle && format != Format.PYTORCH && !numbers) {
      return Optional.of("a pickle by its content; one of torch.save is named .pth");
    }
    boolean onnx = isOnnx(start) && format != Format.ONNX && !numbers && !caffemodel;
    return onnx ? Optional.of("an ONNX file by its content; name it .onnx") : Optional.empty();
  }

  private static boolean isBinary(Format format, String name) {
    return format == Format.ONNX
        || format == Format.TFLITE
        || (!name.endsWith(".cfg") && !name.endsWith(".prototxt"));
  }

  private static String one(Format format) {
    return switch (format) {
      case PYTORCH -> "a file of torch.save";
      case KERAS -> "an HDF5 file";
      case CAFFE -> "a caffemodel";
      case DARKNET -> "a weights file";
      case ONNX -> "an ONNX file";
      case SAFETENSORS, TFLITE -> "a " + format.title() + " file";
    };
  }

  /** Two letters, which numbers may begin with as well. */
  private static boolean isWeak(String start) {
    return start.startsWith("BM") || start.startsWith("\u001f\u008b");
  }

  private static Optional<String> content(byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    String text = start.stripLeading().toLowerCase(Locale.ROOT);
    if (head.length == 0) {
      return Optional.of("empty");
    }
    if (start.startsWith("version https://git-lfs.github.com/spec/")) {
      return Optional.of("a pointer of Git LFS, not the file itself; fetch it with: git lfs pull");
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return Optional.of("a page of a web server (HTML), not the file itself; download it again");
    }
    if (start.startsWith("ustar", TAR_NAME)) {
      return Optional.of("a tar archive; unpack it (tar -xf) and give the network in it");
    }
    if (isNumpyArchive(start)) {
      return Optional.of("an archive of NumPy arrays, not a network; save them as safetensors");
    }
    return STARTS.stream().filter(s -> start.startsWith(s.mark)).findFirst().map(Sign::meaning);
  }

  /** Returns whether the first entry of a zip file is an array: its name begins at byte 30. */
  private static boolean isNumpyArchive(String start) {
    if (!start.startsWith("PK\u0003\u0004") || start.length() < 30) {
      return false;
    }
    int length = start.charAt(26) | start.charAt(27) << Byte.SIZE;
    return start.length() >= 30 + length && start.substring(30, 30 + length).endsWith(".npy");
  }

  /** Field 1, the version of the format, as a number below 32, then field 2 or 7 or 8. */
  private static boolean isOnnx(String start) {
    return start.length() > 2
        && start.charAt(0) == 0x08
        && start.charAt(1) > 0
        && start.charAt(1) < 32
        && "\u0012:B".indexOf(start.charAt(2)) >= 0;
  }

  private static boolean isText(String start) {
    return start
        .chars()
        .allMatch(c -> (c >= ' ' && c < 127) || c == '\n' || c == '\r' || c == '\t');
  }
}
