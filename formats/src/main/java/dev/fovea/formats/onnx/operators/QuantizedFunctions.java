package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.Node;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.HostFunction;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Quantization of known tensors, also in blocks. */
final class QuantizedFunctions {
  private QuantizedFunctions() {}

  /** Returns whether there is one scale, or one per place of an axis. */
  static boolean isPlain(Node n, Shape scale) {
    return n.integer("block_size", 0) == 0 && (scale.elements() == 1 || scale.rank() == 1);
  }

  /** Returns the type that a node asks for, 0 standing for none, or another. */
  static DataType type(Node n, DataType otherwise) {
    int code = n.small("output_dtype", 0);
    return code == 0 ? otherwise : DataType.of(code);
  }

  /** Returns which scale belongs to each element. */
  private static IntUnaryOperator scales(Node n, Shape x, Shape scale) {
    if (scale.elements() == 1) {
      return i -> 0;
    }
    int axis = Index.axis(n.integer("axis", 1), x.rank());
    int inner = Index.product(x, axis + 1, x.rank());
    int extent = x.dim(axis);
    if (scale.rank() == 1 && n.integer("block_size", 0) == 0) {
      if (scale.dim(0) != extent) {
        throw new FormatException("scales " + scale + " do not fit axis " + axis + " of " + x);
      }
      return i -> i / inner % extent;
    }
    int blocks = scale.dim(axis);
    int block =
        n.integer("block_size", 0) > 0 ? n.small("block_size", 1) : (extent + blocks - 1) / blocks;
    return i -> (i / inner / extent * blocks + i / inner % extent / block) * inner + i % inner;
  }

  static HostTensor quantize(Node n, HostFunction.Inputs in) {
    HostTensor x = in.get(0);
    DataType type = in.has(2) ? in.get(2).type() : type(n, DataType.UINT8);
    boolean saturate = n.flag("saturate", true);
    IntUnaryOperator which = scales(n, x.shape(), in.get(1).shape());
    double[] out = x.doubles();
    for (int i = 0; i < out.length; i++) {
      int s = which.applyAsInt(i);
      double zero = in.has(2) ? in.get(2).at(s) : 0;
      float steps = (float) (out[i] / in.get(1).at(s));
      out[i] =
          type.isSmallFloat()
              ? type.held(steps + zero, saturate, "up")
              : ElementFunctions.clip(Math.rint(steps) + zero, type.least(), type.greatest());
    }
    return HostTensor.of(type, x.shape(), out);
  }

  /**
   * Returns real numbers that are computed when they are read: the whole numbers stay as they lie.
   */
  static HostTensor dequantize(Node n, HostFunction.Inputs in) {
    HostTensor q = in.get(0);
    HostTensor scale = in.get(1);
    IntUnaryOperator which = scales(n, q.shape(), scale.shape());
    boolean moved = in.has(2);
    HostTensor zero = moved ? in.get(2) : scale;
    DataType type = type(n, scale.type());
    return HostTensor.reading(
        type,
        q.shape(),
        i -> {
          int s = which.applyAsInt(i);
          return type.hold((q.at(i) - (moved ? zero.at(s) : 0)) * scale.at(s));
        },
        q,
        scale,
        zero);
  }

  /** Quantizes to unsigned bytes with the scale and zero point that fit the elements. */
  static List<HostTensor> dynamic(HostTensor x) {
    double low = 0;
    double high = 0;
    for (int i = 0; i < x.size(); i++) {
      low = Math.min(low, x.at(i));
      high = Math.max(high, x.at(i));
    }
    double scale = (float) ((high - low) / 255);
    double zero = ElementFunctions.clip(Math.rint(scale == 0 ? 0 : -low / scale), 0, 255);
    double[] out = x.doubles();
    for (int i = 0; i < out.length; i++) {
      double q = scale == 0 ? zero : Math.rint((float) (out[i] / scale)) + zero;
      out[i] = ElementFunctions.clip(q, 0, 255);
    }
    return List.of(
        HostTensor.of(DataType.UINT8, x.shape(), out),
        HostTensor.scalar(DataType.FLOAT, scale),
        HostTensor.scalar(DataType.UINT8, zero));
  }
}
