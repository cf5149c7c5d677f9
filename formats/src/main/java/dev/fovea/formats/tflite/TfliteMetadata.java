package dev.fovea.formats.tflite;

import dev.fovea.data.Preprocessing;
import dev.fovea.formats.FormatException;
import dev.fovea.io.Text;
import dev.fovea.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What a file of TensorFlow Lite tells beside its network: how the pixels of a picture become its
 * first input, and the names of classes in a zip archive behind the network. The numbers of fields
 * are those of the schema of its metadata.
 */
final class TfliteMetadata {
  private static final String PART = "TFLITE_METADATA";
  private static final int NORMALIZATION = 1;
  private static final int MOST_BYTES = 1 << 20;
  private static final int LEAST_BYTES = 16;

  private TfliteMetadata() {}

  /** Returns (value − mean) / std of the first input, if the file tells them. */
  static Optional<Preprocessing> pictureRule(TfliteFile file, Shape sample) {
    ByteBuffer part = file.parts().get(PART);
    if (part == null || part.remaining() < LEAST_BYTES) {
      return Optional.empty();
    }
    try {
      FlatTable model = FlatTable.root(part.slice().order(ByteOrder.LITTLE_ENDIAN));
      return first(model, 3)
          .flatMap(graph -> first(graph, 2))
          .flatMap(TfliteMetadata::normalization)
          .flatMap(n -> rule(n, sample));
    } catch (IndexOutOfBoundsException e) {
      throw new FormatException("its metadata is damaged: " + TfliteFile.OUTSIDE, e);
    }
  }

  private static Optional<FlatTable> first(FlatTable table, int field) {
    return table.each(field, i -> "metadata " + i, (t, i) -> t).stream().findFirst();
  }

  private static Optional<FlatTable> normalization(FlatTable tensor) {
    return tensor.each(4, i -> "process unit " + i, (t, i) -> t).stream()
        .filter(unit -> unit.small(0, 0) == NORMALIZATION)
        .findFirst()
        .flatMap(unit -> unit.table(1));
  }

  private static Optional<Preprocessing> rule(FlatTable normalization, Shape sample) {
    List<Float> mean = each(normalization.numbers(0), sample.dim(2));
    List<Float> std = each(normalization.numbers(1), sample.dim(2));
    if (mean.isEmpty() || std.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(Preprocessing.unscaled(sample).withMeanAndStd(mean, std));
  }

  /** Returns one number for each channel, none if there are others. */
  private static List<Float> each(float[] numbers, int channels) {
    if (numbers.length == 1) {
      return Collections.nCopies(channels, numbers[0]);
    }
    return numbers.length == channels
        ? IntStream.range(0, channels).mapToObj(i -> numbers[i]).toList()
        : List.of();
  }

  /** Returns the lines of the only text in the archive behind a network; none without one. */
  static List<String> labels(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> texts =
          zip.stream().filter(e -> e.getName().endsWith(".txt")).limit(2).toList();
      if (texts.size() != 1) {
        return List.of();
      }
      try (InputStream in = zip.getInputStream(texts.get(0))) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        return bytes.length > MOST_BYTES
            ? List.of()
            : new String(bytes, StandardCharsets.UTF_8).lines().map(Text::oneLine).toList();
      }
    } catch (ZipException e) {
      return List.of(); // No archive, as in most files.
    }
  }
}
