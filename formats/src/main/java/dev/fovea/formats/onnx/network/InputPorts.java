package dev.fovea.formats.onnx.network;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.file.FreeExtents;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The inputs of a graph as Fovea takes them: images channels last, all extents known. */
final class InputPorts {
  private static final int MOST_CHANNELS = 4;

  private final OnnxModel model;
  private final FreeExtents weights;

  InputPorts(OnnxModel model) {
    this.model = model;
    this.weights = new FreeExtents(model.graph());
  }

  /** Returns the inputs; a free height or width is what is given here. */
  List<Port> of(int height, int width) {
    List<Port> ports = new ArrayList<>();
    for (OnnxModel.Input in : model.inputs()) {
      ports.add(port(in, ports.size(), height, width));
    }
    if (ports.isEmpty()) {
      throw new FormatException("has no input");
    }
    return ports;
  }

  /** Returns whether the height or width of an input is free. */
  boolean areFree() {
    int index = 0;
    for (OnnxModel.Input in : model.inputs()) {
      int[] dims = dims(in);
      boolean last = isLast(in, dims, index++);
      if (dims.length == 4 && (dims[last ? 1 : 2] < 0 || dims[last ? 2 : 3] < 0)) {
        return true;
      }
    }
    return false;
  }

  /** Images come channels last, unless the file has them so already. */
  private Port port(OnnxModel.Input in, int index, int height, int width) {
    int[] dims = dims(in);
    if (dims.length == 0) {
      throw new FormatException("input " + in.name() + " has no batch axis");
    }
    boolean last = isLast(in, dims, index);
    if (dims.length == 4) {
      int first = last ? 1 : 2;
      dims[first] = dims[first] < 0 ? height : dims[first];
      dims[first + 1] = dims[first + 1] < 0 ? width : dims[first + 1];
    }
    int[] sample = Arrays.copyOfRange(dims, 1, dims.length);
    for (int a = 0; a < sample.length; a++) {
      if (sample[a] < 0) {
        throw new FormatException(
            "input "
                + in.name()
                + ": the extent of axis "
                + (a + 1)
                + " is neither in the file nor in its weights: "
                + in.dims());
      }
    }
    return isImage(in, dims, last) && !last
        ? Port.image(in.name(), Shape.of(sample[1], sample[2], sample[0]))
        : Port.plain(in.name(), Shape.of(sample));
  }

  /** Pictures are floats, or bytes that a network scales by itself. */
  private static boolean isImage(OnnxModel.Input in, int[] dims, boolean last) {
    boolean bytes = in.type() == DataType.UINT8 && dims.length == 4;
    return dims.length == 4 && (in.type().isFloat() || (bytes && !last && isChannels(dims[1])));
  }

  private boolean isLast(OnnxModel.Input in, int[] dims, int index) {
    boolean written = model.isImage("input" + index).map(first -> !first).orElse(false);
    boolean told = model.isImage("input" + index).isPresent();
    return dims.length == 4
        && ((told && in.type().isFloat()) ? written : isChannels(dims[3]) && !isChannels(dims[1]));
  }

  private static boolean isChannels(int extent) {
    return extent >= 1 && extent <= MOST_CHANNELS;
  }

  /** Returns the extents, those that weights tell filled in; −1 where they stay free. */
  private int[] dims(OnnxModel.Input in) {
    int[] dims = in.dims().stream().mapToInt(Integer::intValue).toArray();
    boolean ranked = in.ranked();
    if (ranked && Arrays.stream(dims).skip(1).allMatch(d -> d >= 0)) {
      return dims;
    }
    FreeExtents.Found found = weights.of(in.name());
    if (!ranked) {
      dims = new int[found.rank()];
      Arrays.fill(dims, -1);
    }
    int rank = dims.length;
    for (var e : found.extents().entrySet()) {
      int axis = e.getKey() < 0 ? e.getKey() + rank : e.getKey();
      if (axis > 0 && axis < rank && dims[axis] < 0) {
        dims[axis] = e.getValue();
      }
    }
    return dims;
  }
}
