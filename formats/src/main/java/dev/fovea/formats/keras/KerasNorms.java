package dev.fovea.formats.keras;

import static dev.fovea.nn.Layers.batchNorm;

import dev.fovea.formats.keras.KerasLayers.Built;
import dev.fovea.formats.weights.ImageSteps;
import dev.fovea.formats.weights.Weight;
import dev.fovea.nn.GroupNorm;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keras's normalisations, by statistics of batches, of samples and of the data. */
final class KerasNorms {
  /** What Keras's own normalisations divide by at least. */
  private static final float LEAST_DEVIATION = 1e-7f;

  private static final float LEAST_NORM = 1e-12f;

  private final KerasWeights weights;

  KerasNorms(KerasWeights weights) {
    this.weights = weights;
  }

  @Nullable Built of(LayerConfig c, LayerPlace place) {
    return switch (c.kind()) {
      case "BatchNormalization", "SyncBatchNormalization" -> batch(c, place);
      case "LayerNormalization" -> {
        c.requireOnly("rms_scaling", false);
        yield sample(c, place, true);
      }
      case "RMSNormalization" -> {
        AxesNorm norm = new AxesNorm(axes(c), c.number("epsilon", 1e-6), false, true, false);
        KerasWeights.Of own = KerasWeights.Of.biased(place, false, "scale");
        yield new Built(norm, () -> Map.of("weight", weights.weight(own, "scale")));
      }
      case "GroupNormalization" -> groups(c, place);
      case "UnitNormalization" -> {
        AxesNorm axes = new AxesNorm(axes(c), 1, false, false, false);
        yield Built.plain(ImageSteps.layer("unit_norm", x -> unit(x, axes.over(x.shape()))));
      }
      case "Normalization" -> data(c, place);
      default -> null;
    };
  }

  private static List<Integer> axes(LayerConfig c) {
    return c.field("axis").isPresent() ? c.integers("axis") : List.of(-1);
  }

  /** Returns the names of gamma and beta, those that there are, and of what follows them. */
  private static KerasWeights.Of names(
      LayerPlace place, boolean scale, boolean center, String... more) {
    List<String> names = new ArrayList<>();
    if (scale) {
      names.add("gamma");
    }
    if (center) {
      names.add("beta");
    }
    names.addAll(List.of(more));
    return new KerasWeights.Of(place, names);
  }

  private Weight constantOr(boolean there, KerasWeights.Of own, String name, float otherwise) {
    return there ? weights.weight(own, name) : (in, p) -> Tensor.full(p, otherwise);
  }

  private Built batch(LayerConfig c, LayerPlace place) {
    boolean scale = c.bool("scale", true);
    boolean center = c.bool("center", true);
    List<Integer> axes = axes(c);
    Layer norm =
        batchNorm().epsilon(c.number("epsilon", 1e-3)).momentum(1 - c.number("momentum", 0.99));
    KerasWeights.Of own = names(place, scale, center, "moving_mean", "moving_variance");
    Layer layer =
        axes.size() == 1
            ? axes.get(0) == -1 ? norm : new AxisLast(norm, axes.get(0))
            : new AxesTogether(norm, axes);
    return new Built(
        layer,
        () -> {
          Map<String, Weight> values = new LinkedHashMap<>();
          values.put("weight", constantOr(scale, own, "gamma", 1));
          values.put("bias", constantOr(center, own, "beta", 0));
          values.put("running_mean", weights.weight(own, "moving_mean"));
          values.put("running_var", weights.weight(own, "moving_variance"));
          return values;
        });
  }

  /**
   * A batch normalisation with statistics for each place of several axes, the last of the shape.
   */
  private record AxesTogether(Layer norm, List<Integer> axes) implements Layer {
    @Override
    public Signal forward(Signal x) {
      Shape in = x.shape();
      int[] over = new AxesNorm(axes, 1, true, false, false).over(in);
      boolean last = over[over.length - 1] == in.rank() - 1;
      if (!last || over[0] != in.rank() - over.length) {
        throw new ShapeException(kind(), "over the axes " + axes + " of", List.of(in));
      }
      int together = 1;
      for (int axis : over) {
        together *= in.dim(axis);
      }
      int places = in.elements() / in.dim(0) / together;
      Shape flat = places == 1 ? Shape.of(together) : Shape.of(places, together);
      return norm.forward(x.reshape(flat)).reshape(in.dropFirst());
    }

    @Override
    public String kind() {
      return norm.kind();
    }
  }

  private Built sample(LayerConfig c, LayerPlace place, boolean centred) {
    boolean scale = c.bool("scale", true);
    boolean center = c.bool("center", true);
    AxesNorm norm = new AxesNorm(axes(c), c.number("epsilon", 1e-3), centred, scale, center);
    return new Built(norm, () -> parameters(names(place, scale, center)));
  }

  private Map<String, Weight> parameters(KerasWeights.Of own) {
    Map<String, Weight> values = new LinkedHashMap<>();
    if (own.names().contains("gamma")) {
      values.put("weight", weights.weight(own, "gamma"));
    }
    if (own.names().contains("beta")) {
      values.put("bias", weights.weight(own, "beta"));
    }
    return values;
  }

  private Built groups(LayerConfig c, LayerPlace place) {
    boolean scale = c.bool("scale", true);
    boolean center = c.bool("center", true);
    List<Integer> axes = axes(c);
    int groups = c.sizes("groups", 1, 32, -1)[0];
    if (axes.size() != 1 || groups == 0) {
      throw c.unsupported(groups == 0 ? "groups" : "axis");
    }
    Layer norm =
        new GroupNorm(groups < 0 ? GroupNorm.INSTANCE : groups, c.number("epsilon", 1e-3), true);
    KerasWeights.Of own = names(place, scale, center);
    return new Built(
        axes.get(0) == -1 ? norm : new AxisLast(norm, axes.get(0)),
        () ->
            Map.of(
                "weight", constantOr(scale, own, "gamma", 1),
                "bias", constantOr(center, own, "beta", 0)));
  }

  private static Signal unit(Signal x, int... over) {
    Value squares =
        x.value()
            .map(UnaryFunction.SQUARE)
            .sum(over)
            .with(BinaryFunction.MAX, Value.constant(LEAST_NORM));
    return x.with(x.value().over(squares.map(UnaryFunction.SQRT)));
  }

  /** Statistics of the data, written in the configuration or found by {@code adapt}. */
  private Built data(LayerConfig c, LayerPlace place) {
    List<Integer> axes = c.field("axis").isPresent() ? c.integers("axis") : List.of();
    boolean invert = c.bool("invert", false);
    boolean given = c.field("mean").isPresent();
    KerasWeights.Of own = new KerasWeights.Of(place, List.of("mean", "variance"));
    float[] mean = given ? c.numbers("mean", 0) : weights.tensor(own, "mean").data();
    float[] variance = given ? c.numbers("variance", 1) : weights.tensor(own, "variance").data();
    if (mean.length != variance.length || mean.length == 0) {
      throw new FoveaException(
          "Normalization at %s: %s means and %s variances"
              .formatted(c.name(), mean.length, variance.length));
    }
    float[] deviation = new float[variance.length];
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = Math.max((float) Math.sqrt(variance[i]), LEAST_DEVIATION);
    }
    return Built.plain(
        ImageSteps.layer(
            "normalization",
            x -> {
              Value m = along(x.shape(), axes, mean);
              Value d = along(x.shape(), axes, deviation);
              return x.with(invert ? x.value().times(d).plus(m) : x.value().minus(m).over(d));
            }));
  }

  /** Returns numbers along some axes of a sample, the same at all places of the others. */
  private static Value along(Shape in, List<Integer> axes, float... numbers) {
    if (numbers.length == 1) {
      return Value.constant(numbers[0]);
    }
    int[] spread = new int[in.rank() - 1];
    Arrays.fill(spread, 1);
    int elements = 1;
    for (int axis : new AxesNorm(axes, 1, false, false, false).over(in)) {
      spread[axis - 1] = in.dim(axis);
      elements *= in.dim(axis);
    }
    if (elements != numbers.length) {
      throw new ShapeException(
          "normalization", "has " + numbers.length + " means for the axes " + axes, List.of(in));
    }
    return Value.constant(Tensor.of(Shape.of(spread), numbers.clone()));
  }
}
