package dev.fovea.studio.state;

import dev.fovea.nn.Conv2d;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.studio.web.Fields;
import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.Locale;

/**
 * One layer of a network that is built in the browser: a closed set, each with the layer it makes
 * and the Java that makes the same.
 */
public sealed interface LayerSpec {
  /** The names of layers without numbers. */
  List<String> PLAIN =
      List.of(
          "relu",
          "tanh",
          "sigmoid",
          "gelu",
          "leaky_relu",
          "batch_norm",
          "flatten",
          "global_avg_pool");

  /** All names. */
  List<String> TYPES =
      List.of(
          "conv2d",
          "max_pool",
          "avg_pool",
          "dense",
          "dropout",
          "relu",
          "tanh",
          "sigmoid",
          "gelu",
          "leaky_relu",
          "batch_norm",
          "flatten",
          "global_avg_pool");

  /** Returns the layer. */
  Layer layer();

  /** Returns the Java of the layer, with the methods of {@link Layers}. */
  String java();

  /**
   * Returns the layer that a page describes.
   *
   * @throws FoveaException if it is none of the known, or a number is out of its bounds
   */
  static LayerSpec of(Fields f) {
    String type = f.oneOf("type", TYPES);
    return switch (type) {
      case "conv2d" ->
          new Convolution(
              f.integer("filters", 1, 1024),
              f.integer("kernel", 1, 15),
              f.integer("stride", 1, 8, 1),
              f.text("padding", "valid").equals("same"));
      case "max_pool" -> new Pool(true, f.integer("size", 1, 16));
      case "avg_pool" -> new Pool(false, f.integer("size", 1, 16));
      case "dense" -> new Dense(f.integer("units", 1, 4096));
      case "dropout" -> new Dropout(f.number("rate", 0, 0.95));
      default -> new Plain(type);
    };
  }

  /** A convolution. */
  record Convolution(int filters, int kernel, int stride, boolean same) implements LayerSpec {
    @Override
    public Layer layer() {
      Conv2d c = Layers.conv2d(filters, kernel).stride(stride);
      return same ? c.same() : c;
    }

    @Override
    public String java() {
      return "conv2d(%s, %s)".formatted(filters, kernel)
          + (stride > 1 ? ".stride(" + stride + ")" : "")
          + (same ? ".same()" : "");
    }
  }

  /** A pooling. */
  record Pool(boolean max, int size) implements LayerSpec {
    @Override
    public Layer layer() {
      return max ? Layers.maxPool(size) : Layers.avgPool(size);
    }

    @Override
    public String java() {
      return (max ? "maxPool(" : "avgPool(") + size + ")";
    }
  }

  /** A dense layer. */
  record Dense(int units) implements LayerSpec {
    @Override
    public Layer layer() {
      return Layers.dense(units);
    }

    @Override
    public String java() {
      return "dense(" + units + ")";
    }
  }

  /** Dropout. */
  record Dropout(double rate) implements LayerSpec {
    @Override
    public Layer layer() {
      return Layers.dropout(rate);
    }

    @Override
    public String java() {
      return "dropout(" + rate + ")";
    }
  }

  /** A layer without numbers. */
  record Plain(String type) implements LayerSpec {
    @Override
    public Layer layer() {
      return switch (type) {
        case "relu" -> Layers.relu();
        case "tanh" -> Layers.tanh();
        case "sigmoid" -> Layers.sigmoid();
        case "gelu" -> Layers.gelu();
        case "leaky_relu" -> Layers.leakyRelu(0.01);
        case "batch_norm" -> Layers.batchNorm();
        case "flatten" -> Layers.flatten();
        case "global_avg_pool" -> Layers.globalAvgPool();
        default -> throw new FoveaException("layer: " + type + " is none of " + PLAIN);
      };
    }

    @Override
    public String java() {
      String[] words = type.split("_", -1);
      StringBuilder name = new StringBuilder(words[0]);
      for (int i = 1; i < words.length; i++) {
        name.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT))
            .append(words[i].substring(1));
      }
      return name + (type.equals("leaky_relu") ? "(0.01)" : "()");
    }
  }
}
