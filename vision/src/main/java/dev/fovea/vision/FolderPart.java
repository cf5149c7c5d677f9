package dev.fovea.vision;

import dev.fovea.data.ChannelStatistics;
import dev.fovea.data.Dataset;
import dev.fovea.data.InMemoryImages;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The readable pictures of a part of a folder.
 *
 * @param entries the files that are pictures
 * @param problems what is wrong with the others, one line each
 * @param statistics the count of the pictures' values
 * @param pixels the decoded pictures, where they are kept in memory
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record FolderPart(
    List<ImageFolder.Entry> entries,
    List<String> problems,
    ChannelStatistics statistics,
    byte @Nullable [] pixels) {
  private static final int CHUNK = 256;

  /** What became of one file: its values or what is wrong with it. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Decoded(byte @Nullable [] values, String problem) {}

  /** Decodes every file in parallel; what is counted and kept follows the order of the files. */
  static FolderPart decode(
      List<ImageFolder.Entry> files, Preprocessing rule, boolean keep, PictureReader reader) {
    int size = rule.shape().elements();
    byte[] pixels = keep ? new byte[files.size() * size] : new byte[0];
    List<ImageFolder.Entry> good = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    ChannelStatistics statistics = new ChannelStatistics(rule.channels());
    for (int from = 0; from < files.size(); from += CHUNK) {
      List<ImageFolder.Entry> some = files.subList(from, Math.min(files.size(), from + CHUNK));
      List<Decoded> decoded =
          IntStream.range(0, some.size())
              .parallel()
              .mapToObj(i -> decode(some.get(i).file(), rule, reader))
              .toList();
      for (int i = 0; i < some.size(); i++) {
        byte[] values = decoded.get(i).values;
        if (values == null) {
          problems.add(decoded.get(i).problem);
          continue;
        }
        if (keep) {
          System.arraycopy(values, 0, pixels, good.size() * size, size);
        }
        statistics.add(values);
        good.add(some.get(i));
      }
    }
    return new FolderPart(
        List.copyOf(good),
        problems,
        statistics,
        keep ? Arrays.copyOf(pixels, good.size() * size) : null);
  }

  private static Decoded decode(Path file, Preprocessing rule, PictureReader reader) {
    try {
      return new Decoded(bytes(file, rule, reader), "");
    } catch (FoveaException e) {
      return new Decoded(null, String.valueOf(e.getMessage()));
    }
  }

  /** Returns the shape of the picture if the file is one. */
  static Optional<Shape> tryShape(Path file, PictureReader reader) {
    try {
      return Optional.of(reader.read(file, PictureRows::shape));
    } catch (FoveaException e) {
      return Optional.empty();
    }
  }

  /** Returns a picture's values in the size of the rule, rounded to bytes. */
  static byte[] bytes(Path file, Preprocessing rule, PictureReader reader) {
    float[] values = reader.read(file, rows -> Images.place(rule, rows)).input().data();
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) PicturePixels.toByte(values[i]);
    }
    return bytes;
  }

  /** Returns these pictures as a data set, from memory or decoded when they are read. */
  Dataset dataset(Preprocessing rule, List<String> classes, PictureReader reader) {
    int[] labels = entries.stream().mapToInt(ImageFolder.Entry::label).toArray();
    return pixels == null
        ? new FolderImages(
            rule, entries.stream().map(ImageFolder.Entry::file).toList(), labels, classes, reader)
        : new InMemoryImages(rule, pixels, labels, classes);
  }
}
