package dev.fovea.formats.darknet;

import dev.fovea.formats.weights.FloatFile;
import dev.fovea.formats.weights.Layouts;
import dev.fovea.formats.weights.Weight;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * The numbers of a weights file, taken in the order of the layers.
 *
 * <p>The file is major, minor and revision (int32 each), the number of images seen (int64 from
 * version 0.2 on, else int32), and floats to the end.
 */
final class DarknetWeights {
  private static final int SEEN_IS_LONG = 2;
  private static final int TRANSPOSED = 1000;

  private final FloatFile file;
  private final boolean transposed;
  private final String version;

  private DarknetWeights(FloatFile file, boolean transposed, String version) {
    this.file = file;
    this.transposed = transposed;
    this.version = version;
  }

  /** Begins with the header of a file. */
  static DarknetWeights of(FloatFile file) throws IOException {
    ByteBuffer header = file.bytes(12);
    int major = header.getInt();
    int minor = header.getInt();
    int revision = header.getInt();
    boolean sane = major >= 0 && minor >= 0 && major <= 2 * TRANSPOSED && minor <= 2 * TRANSPOSED;
    if (!sane) {
      throw new FoveaException(
          "no weights file: its version would be %s.%s.%s".formatted(major, minor, revision));
    }
    boolean isLong = major * 10 + minor >= SEEN_IS_LONG && major < TRANSPOSED && minor < TRANSPOSED;
    file.bytes(isLong ? Long.BYTES : Integer.BYTES);
    boolean transposed = major > TRANSPOSED || minor > TRANSPOSED;
    return new DarknetWeights(file, transposed, major + "." + minor + "." + revision);
  }

  /** Returns the version of the format. */
  String version() {
    return version;
  }

  /**
   * Requires that all numbers have been taken.
   *
   * @throws FoveaException if some are left
   */
  void requireEnd() {
    if (file.remaining() > 0) {
      throw new FoveaException(
          "has %s bytes more than the layers of the cfg take; the two files do not belong together"
              .formatted(file.remaining()));
    }
  }

  /** Returns the next numbers as one per channel. */
  Weight vector() {
    return (input, parameter) -> next(parameter);
  }

  /** Returns the next numbers as the weights [Cout, Cin/groups, kh, kw] of a convolution. */
  Weight convolution() {
    return (input, p) ->
        Layouts.convolution(next(Shape.of(p.dim(3), p.dim(2), p.dim(0), p.dim(1))));
  }

  /** Returns the next numbers, which lie as C, H, W, as one per place [H, W, C]. */
  Weight places() {
    return (input, p) -> Layouts.permute(next(Shape.of(p.dim(2), p.dim(0), p.dim(1))), 1, 2, 0);
  }

  /**
   * Returns the next numbers as weights of their own at each place: [places, Cout, Cin, kh·kw] ↦
   * [places, kh·kw·Cin, Cout].
   *
   * @param taps kh·kw
   */
  Weight local(int taps) {
    return (input, p) -> {
      Shape lying = Shape.of(p.dim(0), p.dim(2), p.dim(1) / taps, taps);
      return Layouts.permute(next(lying), 0, 3, 2, 1).reshape(p);
    };
  }

  /** Returns the next numbers as the weights [out, in] of a dense layer, after images C, H, W. */
  Weight dense() {
    return (input, p) -> {
      Tensor plain = next(transposed ? p : Shape.of(p.dim(1), p.dim(0)));
      Tensor outIn = transposed ? Layouts.dense(plain) : plain;
      return input.rank() == 4
          ? Layouts.denseAfterImage(outIn, input.dropFirst())
          : Layouts.dense(outIn);
    };
  }

  private Tensor next(Shape shape) {
    try {
      return Tensor.of(shape, file.floats(shape.elements()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
