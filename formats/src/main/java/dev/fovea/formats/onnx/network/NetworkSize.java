package dev.fovea.formats.onnx.network;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.walk.InnerExtents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The height and width of the pictures that a network is read for, where its file leaves them free:
 * 224, unless its weights need others.
 */
public final class NetworkSize {
  private static final int USUAL = 224;

  /** What is tried where 224 does not fit: multiples of what networks usually shrink by, and 28. */
  private static final int[] OTHERS = {
    28, 32, 64, 96, 112, 128, 160, 192, 227, 256, 299, 320, 384, 416, 448, 480, 512, 608, 640
  };

  private static final int LARGEST = 1 << 11;

  private NetworkSize() {}

  /** Returns the network of a file. */
  public static OnnxNetwork network(OnnxModel model) {
    InputPorts ports = new InputPorts(model);
    if (!ports.areFree()) {
      return new OnnxNetwork(model, ports.of(USUAL, USUAL));
    }
    OnnxNetwork usual = null;
    FormatException complaint = new FormatException("puts samples together");
    try {
      usual = new OnnxNetwork(model, ports.of(USUAL, USUAL));
      if (usual.isPerSample()) {
        return usual;
      }
    } catch (FormatException e) {
      complaint = e;
    }
    OnnxNetwork fitting = fitting(model, ports, complaint);
    if (fitting == null && usual == null) {
      throw new FormatException(
          complaint.getMessage()
              + "; its height and width are free and were taken as "
              + USUAL
              + ": say which they are",
          complaint);
    }
    return fitting != null ? fitting : java.util.Objects.requireNonNull(usual);
  }

  /** Returns the inputs of a file for pictures of a size. */
  static List<Port> inputs(OnnxModel model, int height, int width) {
    return new InputPorts(model).of(height, width);
  }

  private static @Nullable OnnxNetwork fitting(
      OnnxModel model, InputPorts ports, FormatException complaint) {
    InnerExtents unlike = InnerExtents.in(complaint);
    for (int size : OTHERS) {
      if (unlike == null || unlike.isTooLong() == size < USUAL) {
        OnnxNetwork n = at(model, ports, size);
        if (n != null) {
          return n;
        }
      }
    }
    return unlike == null ? null : between(model, ports);
  }

  private static @Nullable OnnxNetwork at(OnnxModel model, InputPorts ports, int size) {
    try {
      OnnxNetwork n = new OnnxNetwork(model, ports.of(size, size));
      return n.isPerSample() ? n : null;
    } catch (FormatException e) {
      return null;
    }
  }

  /** Halves what lies between too small and too large: larger pictures make longer rows. */
  private static @Nullable OnnxNetwork between(OnnxModel model, InputPorts ports) {
    int low = 1;
    int high = LARGEST;
    while (low <= high) {
      int size = (low + high) / 2;
      try {
        return new OnnxNetwork(model, ports.of(size, size));
      } catch (FormatException e) {
        InnerExtents unlike = InnerExtents.in(e);
        if (unlike != null && unlike.isTooLong()) {
          high = size - 1;
        } else {
          low = size + 1;
        }
      }
    }
    return null;
  }
}
