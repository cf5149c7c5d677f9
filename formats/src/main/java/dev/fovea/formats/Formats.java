package dev.fovea.formats;

import dev.fovea.formats.caffe.CaffeReader;
import dev.fovea.formats.darknet.DarknetReader;
import dev.fovea.formats.keras.KerasReader;
import dev.fovea.formats.onnx.OnnxReader;
import dev.fovea.formats.tflite.TfliteReader;
import dev.fovea.formats.torch.TorchReader;
import dev.fovea.formats.weights.SafetensorsFormat;
import dev.fovea.formats.weights.ZooMatch;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads files of all formats; the format is recognised by the file's first bytes and name. */
public final class Formats {
  /** The number of bytes by which the format of a file is recognised. */
  public static final int HEAD = 512;

  /** What the names of files end in, in lower case, in which a network or its weights may be. */
  public static final List<String> ENDINGS =
      List.of(
          ".onnx",
          ".safetensors",
          ".pth",
          ".pt",
          ".th",
          ".bin",
          ".h5",
          ".hdf5",
          ".keras",
          ".prototxt",
          ".caffemodel",
          ".cfg",
          ".weights",
          ".tflite");

  /** The readers, the surest first. */
  private static final List<FormatReader> READERS =
      List.of(
          new SafetensorsFormat(),
          new CaffeReader(),
          new DarknetReader(),
          new KerasReader(),
          new TorchReader(),
          new TfliteReader(),
          new OnnxReader());

  private Formats() {}

  /**
   * Reads a network with its weights.
   *
   * @throws FormatException if the format is unknown, or the file is damaged or needs something
   *     that is not supported
   */
  public static ImportedNetwork read(Path file) {
    return reader(file).read(file);
  }

  /**
   * Reads a network, or weights of a network of the zoo.
   *
   * @param net the name of the network in the zoo; if empty, it is found by names and shapes of the
   *     weights
   * @throws FormatException if the file is damaged, or its weights belong to no or another network
   */
  public static ImportedNetwork read(Path file, Optional<String> net) {
    return reader(file).read(file, net);
  }

  /**
   * Returns the shapes of the tensors of a file of weights, by name; none if the file contains a
   * network.
   *
   * @throws FormatException if the format is not known or the file is broken
   */
  public static Map<String, Shape> tensors(Path file) {
    return reader(file).tensors(file).shapes();
  }

  /**
   * Returns the tensors of a file of weights that cannot be read, with the reason for each; none if
   * the file contains a network.
   *
   * @throws FormatException if the format is not known or the file is broken
   */
  public static Map<String, String> unread(Path file) {
    return reader(file).tensors(file).unread();
  }

  /**
   * Returns the values that a file of weights has for the parameters of a network if they belong to
   * a part of it, such as all but the last layers.
   *
   * @return values by the names of the network's parameters; none if the weights do not belong to a
   *     part of it
   * @throws FormatException if the format is not known or the file is broken
   */
  public static Map<String, Tensor> part(Path file, Model model) {
    return ZooMatch.part(model, reader(file).tensors(file).withoutPrefix());
  }

  /**
   * Returns the information that a file has about its network, even if that cannot be read; empty
   * for formats without any.
   *
   * @throws FormatException if the format is not known or the file is broken
   */
  public static Optional<Description> description(Path file) {
    return reader(file).description(file);
  }

  /**
   * Returns the format of a file.
   *
   * @throws FormatException if it is not known
   */
  public static Format format(Path file) {
    return reader(file).format();
  }

  /**
   * Returns whether a file looks like one of a known format.
   *
   * @throws FormatException if it cannot be read
   */
  public static boolean isKnown(Path file) {
    return find(file).isPresent();
  }

  private static Optional<FormatReader> find(Path file) {
    String name = FileKind.name(file);
    byte[] head = FileKind.head(file);
    return READERS.stream().filter(r -> r.matches(name, head)).findFirst();
  }

  private static FormatReader reader(Path file) {
    FormatReader reader =
        find(file)
            .orElseThrow(() ->
                new FormatException(
                        FileKind.other(file)
                            .orElse("not a network of a known format; known: " + known()))
                    .in(file));
    FileKind.require(reader.format(), file);
    return reader;
  }

  private static String known() {
    return String.join(", ", READERS.stream().map(r -> r.format().title()).toList());
  }
}
