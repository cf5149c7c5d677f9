package dev.fovea.formats.keras;

import dev.fovea.formats.keras.KerasLayers.Built;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.LayerFunctions;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keras's layers without windows and weights: element-wise functions, reshaping and the like. */
final class KerasFunctions {
  /** Layers that do nothing when predicting. */
  private static final Set<String> IDLE =
      Set.of(
          "GaussianNoise",
          "GaussianDropout",
          "ActivityRegularization",
          "Identity",
          "MixUp",
          "CutMix",
          "AugMix",
          "RandAugment",
          "AutoContrastAugment");

  private static final Set<String> DROPOUTS =
      Set.of("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout");

  private final KerasWeights weights;
  private final boolean modern;

  KerasFunctions(KerasWeights weights, boolean modern) {
    this.weights = weights;
    this.modern = modern;
  }

  /** Returns whether a version before Keras 3 wrote the file. */
  boolean isFirst() {
    return !modern;
  }

  /** Returns whether a layer changes nothing when predicting. */
  static boolean isIdle(String kind) {
    boolean random = kind.startsWith("Random") && !kind.equals("RandomCrop");
    return random || IDLE.contains(kind) || DROPOUTS.contains(kind);
  }

  /** Returns what such a layer becomes: dropout still drops when the network is trained. */
  Layer idle(LayerConfig c) {
    return DROPOUTS.contains(c.kind()) ? Layers.dropout(rate(c)) : LayerFunctions.identity();
  }

  private static double rate(LayerConfig c) {
    float rate = c.number("rate", c.number("p", 0.5));
    if (!(rate >= 0 && rate < 1)) {
      throw new FoveaException("layer " + c.name() + ": rate " + rate + ", expected 0 to below 1");
    }
    return rate;
  }

  @Nullable Built of(LayerConfig c, LayerPlace place) {
    return switch (c.kind()) {
      case "Flatten" -> Built.plain(Layers.flatten());
      case "Reshape" -> {
        List<Integer> target = c.integers("target_shape");
        yield Built.plain(ImageSteps.layer("reshape", x -> reshape(x, target)));
      }
      case "Permute" -> {
        List<Integer> order = c.integers("dims");
        yield Built.plain(ImageSteps.layer("permute", x -> permute(x, order)));
      }
      case "RepeatVector" -> {
        int n = c.size("n");
        yield Built.plain(ImageSteps.layer("repeat", x -> repeat(x, n)));
      }
      case "Rescaling" -> rescaling(c);
      case "PReLU" -> {
        KerasWeights.Of own = KerasWeights.Of.biased(place, false, "alpha");
        Layer prelu = new PreluSlopes(c.integers("shared_axes"));
        yield new Built(prelu, () -> Map.of("weight", weights.weight(own, "alpha")));
      }
      default -> {
        @Nullable Layer function = activation(c);
        if (function == null && c.kind().equals("Activation")) {
          throw c.unsupported("activation");
        }
        yield function == null ? null : Built.plain(function);
      }
    };
  }

  private static Built rescaling(LayerConfig c) {
    Value scale = constant(c.numbers("scale", 1));
    Value offset = constant(c.numbers("offset", 0));
    return Built.plain(
        ImageSteps.layer("rescaling", x -> x.with(x.value().times(scale).plus(offset))));
  }

  private static Value constant(float... numbers) {
    return numbers.length == 1
        ? Value.constant(numbers[0])
        : Value.constant(Tensor.of(Shape.of(numbers.length), numbers));
  }

  private static Signal permute(Signal x, List<Integer> order) {
    int[] whole = new int[order.size() + 1];
    for (int i = 0; i < order.size(); i++) {
      whole[i + 1] = order.get(i);
    }
    boolean all =
        whole.length == x.shape().rank()
            && order.stream().sorted().distinct().toList().size() == order.size()
            && order.stream().allMatch(i -> i >= 1 && i < whole.length);
    if (!all) {
      throw new ShapeException("permute", "cannot order axes as " + order, List.of(x.shape()));
    }
    return x.with(x.value().transpose(whole));
  }

  private static Signal repeat(Signal x, int n) {
    KerasSteps.require("repeat", x, 2);
    int c = x.shape().dim(1);
    Value one = x.value().reshape(Shape.of(x.shape().dim(0), 1, c));
    return x.with(one.broadcastTo(Shape.of(x.shape().dim(0), n, c)));
  }

  private static Signal reshape(Signal x, List<Integer> target) {
    int known = 1;
    int open = -1;
    int[] dims = new int[target.size()];
    for (int i = 0; i < dims.length; i++) {
      int d = target.get(i);
      if (d == -1 && open < 0) {
        open = i;
      } else if (d < 1 || dims.length >= Shape.MAX_RANK) {
        throw new ShapeException("reshape", "cannot make " + target, List.of(x.shape()));
      } else {
        dims[i] = d;
        known = Math.multiplyExact(known, d);
      }
    }
    if (open >= 0) {
      dims[open] = x.shape().elements() / x.shape().dim(0) / known;
    }
    return x.reshape(Shape.of(dims));
  }

  /** Returns an activation as a layer with its settings, or null if it is not known. */
  @Nullable Layer activation(LayerConfig c) {
    return switch (c.kind()) {
      case "Activation" -> {
        LayerConfig inner = c.function("activation", "linear");
        yield inner.kind().equals("Activation")
            ? named(inner.text("activation", "linear"))
            : activation(inner);
      }
      case "ReLU" -> relu(c);
      case "LeakyReLU" -> LayerFunctions.leaky(c.number("negative_slope", c.number("alpha", 0.3)));
      case "ELU" -> Layers.elu(c.number("alpha", 1));
      case "Softmax" -> {
        List<Integer> axes = c.field("axis").isPresent() ? c.integers("axis") : List.of(-1);
        yield axes.equals(List.of(-1))
            ? LayerFunctions.softmax()
            : ImageSteps.layer("softmax", x -> softmax(x, axes));
      }
      default -> null;
    };
  }

  private static Signal softmax(Signal x, List<Integer> axes) {
    int[] over = new AxesNorm(axes, 1, true, false, false).over(x.shape());
    Value e = x.value().minus(x.value().max(over)).map(UnaryFunction.EXP);
    return x.with(e.over(e.sum(over)));
  }

  private static Layer relu(LayerConfig c) {
    if (c.number("threshold", 0) != 0) {
      throw c.unsupported("threshold");
    }
    float slope = c.number("negative_slope", 0);
    float most = c.number("max_value", Double.POSITIVE_INFINITY);
    if (Float.isInfinite(most)) {
      return LayerFunctions.leaky(slope);
    }
    if (slope < 0 || most < 0) {
      throw c.unsupported("negative_slope");
    }
    return slope == 0
        ? LayerFunctions.clip("relu", 0, most)
        : each(
            "relu",
            x ->
                x.activate(Activation.leakyRelu(slope))
                    .with(BinaryFunction.MIN, Value.constant(most)));
  }

  private static Layer each(String kind, UnaryOperator<Value> f) {
    return ImageSteps.layer(kind, x -> x.with(f.apply(x.value())));
  }

  private static Value clip(Value x, float most) {
    return x.with(BinaryFunction.MAX, Value.constant(-most))
        .with(BinaryFunction.MIN, Value.constant(most));
  }

  /** Returns the function of this name, or null. */
  private @Nullable Layer named(String name) {
    return switch (name) {
      case "linear" -> LayerFunctions.identity();
      case "relu", "ReLU" -> Layers.relu();
      case "relu6" -> Layers.relu6();
      case "sigmoid" -> Layers.sigmoid();
      case "tanh" -> Layers.tanh();
      case "softmax", "Softmax" -> LayerFunctions.softmax();
      case "log_softmax" -> Layers.logSoftmax();
      case "softplus" -> Layers.softplus();
      case "softsign" -> LayerFunctions.softsign();
      case "elu", "celu" -> Layers.elu();
      case "selu" -> Layers.selu();
      case "swish", "silu" -> Layers.silu();
      case "mish" -> Layers.mish();
      case "gelu" -> Layers.gelu();
      case "hard_swish", "hard_silu" -> Layers.hardSwish();
      case "exponential" -> LayerFunctions.exponential();
      case "leaky_relu" -> LayerFunctions.leaky(0.2f);
      case "hard_sigmoid" -> LayerFunctions.hardSigmoid(modern ? 1 / 6f : 0.2f, 0.5f);
      default -> rare(name);
    };
  }

  private static @Nullable Layer rare(String name) {
    return switch (name) {
      case "hard_tanh" -> LayerFunctions.clip("hard_tanh", -1, 1);
      case "log_sigmoid" -> each(name, x -> x.times(-1).activate(Activation.SOFTPLUS).times(-1));
      case "tanh_shrink" -> each(name, x -> x.minus(x.activate(Activation.TANH)));
      case "soft_shrink" -> each(name, x -> x.minus(clip(x, 0.5f)));
      case "squareplus" ->
          each(
              name,
              x ->
                  x.map(UnaryFunction.SQUARE)
                      .plus(Value.constant(4))
                      .map(UnaryFunction.SQRT)
                      .plus(x)
                      .times(0.5f));
      case "glu" ->
          each(
              name,
              x -> {
                int half = x.shape().dim(-1) / 2;
                int axis = x.shape().rank() - 1;
                return x.slice(axis, 0, half)
                    .times(x.slice(axis, half, half).activate(Activation.SIGMOID));
              });
      default -> null;
    };
  }
}
