package dev.fovea.formats.testing;

import com.google.protobuf.CodedOutputStream;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Small networks of Caffe. */
public final class CaffeFiles {
  private CaffeFiles() {}

  /** Returns a network of the usual layers. */
  public static String prototxt() {
    return """
    name: "small"  # a comment
    input: "data"
    input_dim: 1 input_dim: 2 input_dim: 8 input_dim: 7
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
      convolution_param { num_output: 4 kernel_size: 3 pad: 1 stride: 1 } }
    layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "conv" }
    layer { name: "scale" type: "Scale" bottom: "conv" top: "conv"
      scale_param { bias_term: true } }
    layer { name: "prelu" type: "PReLU" bottom: "conv" top: "conv" }
    layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool"
      pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
    layer { name: "slice" type: "Slice" bottom: "pool" top: "a" top: "b"
      slice_param { slice_point: [1] } }
    layer { name: "concat" type: "Concat" bottom: "b" bottom: "a" top: "both" }
    layer { name: "sum" type: "Eltwise" bottom: "both" bottom: "pool" top: "sum"
      eltwise_param { operation: SUM coeff: 1 coeff: -0.5 } }
    layer { name: "lrn" type: "LRN" bottom: "sum" top: "lrn" }
    layer { name: "drop" type: "Dropout" bottom: "lrn" top: "lrn"
      include: { phase: TEST } }
    layer { name: "ip" type: "InnerProduct" bottom: "lrn" top: "ip"
      inner_product_param { num_output: 3 } }
    layer { name: "prob" type: "Softmax" bottom: "ip" top: "prob" }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "ip" bottom: "label" top: "loss"
      include { phase: TRAIN } }
    """;
  }

  /** Returns the weights of {@link #prototxt}; its image of 8×7 is pooled to 4×3. */
  public static Map<String, List<Tensor>> weights() {
    return Map.of(
        "conv",
        List.of(RandomTensors.random(1, 4, 2, 3, 3), RandomTensors.random(2, 4)),
        "bn",
        List.of(RandomTensors.random(3, 4), RandomTensors.positive(4, 4), Tensor.of(shape(1), 2f)),
        "scale",
        List.of(RandomTensors.random(5, 4), RandomTensors.random(6, 4)),
        "prelu",
        List.of(RandomTensors.random(7, 4)),
        "ip",
        List.of(RandomTensors.random(8, 3, 4 * 4 * 3), RandomTensors.random(9, 3)));
  }

  /** Returns one array of {@link #weights}. */
  public static Tensor blob(String layer, int i) {
    return weights().getOrDefault(layer, List.of()).get(i);
  }

  private static dev.fovea.tensor.Shape shape(int n) {
    return dev.fovea.tensor.Shape.of(n);
  }

  /** Returns a caffemodel in today's form. */
  public static byte[] caffemodel(Map<String, List<Tensor>> weights) {
    return model(weights, 100, 1, 7);
  }

  /** Returns a caffemodel in the form of the first version. */
  public static byte[] firstVersion(Map<String, List<Tensor>> weights) {
    return model(weights, 2, 4, 6);
  }

  private static byte[] model(Map<String, List<Tensor>> weights, int layers, int name, int blobs) {
    return message(net -> {
      net.writeString(1, "small");
      for (Map.Entry<String, List<Tensor>> e : weights.entrySet()) {
        net.writeByteArray(
            layers,
            message(layer -> {
              layer.writeString(name, e.getKey());
              for (Tensor t : e.getValue()) {
                layer.writeByteArray(blobs, blob(t, layers == 2));
              }
            }));
      }
    });
  }

  private static byte[] blob(Tensor t, boolean legacy) {
    return message(out -> {
      int[] dims = t.shape().dims();
      for (int i = 0; legacy && i < 4; i++) {
        int at = i - (4 - dims.length);
        out.writeInt32(i + 1, at < 0 ? 1 : dims[at]);
      }
      out.writeByteArray(5, RandomTensors.bytes(t.data()));
      if (!legacy) {
        byte[] packed =
            message(p -> {
              for (int d : dims) {
                p.writeInt64NoTag(d);
              }
            });
        out.writeByteArray(7, message(s -> s.writeByteArray(1, packed)));
      }
    });
  }

  private interface Body {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      body.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
