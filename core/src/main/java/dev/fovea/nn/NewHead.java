package dev.fovea.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.op.Contraction;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The features of a model under another {@link ClassifierHead}.
 *
 * @param model the model, whose parameters are those that the features' begin with
 * @param classes the number of logits
 * @param name the name of the new dense layer
 */
record NewHead(Model model, int classes, String name) implements Network {
  @Override
  public boolean fixesBatch() {
    return model.fixesBatch();
  }

  @Override
  public List<Signal> forward(List<Signal> signals) {
    Signal first = signals.get(0);
    Traced old = model.tracedAs(first.trace(), first.shape().dim(0));
    Value product = ClassifierHead.product(old.outputs().get(0));
    Value features = product.input(0);
    Map<Source.Parameter, Value> updates = before(product, old.updates());
    List<Value> kept = new ArrayList<>(updates.values());
    kept.add(features);
    Map<Value, Value> now = new IdentityHashMap<>();
    for (Value v : Graph.topological(kept)) {
      Value copy = moved(v, now, signals);
      first.trace().paths().label(copy, old.paths().of(v));
      now.put(v, copy);
    }
    updates.forEach(
        (p, next) -> first.trace().update(p.name(), Objects.requireNonNull(now.get(next))));
    Signal rows =
        rows(first.with(Objects.requireNonNull(now.get(features))), product, first.shape().dim(0));
    return List.of(Layers.dense(classes).named(name).apply(rows));
  }

  /** Returns the updates that do not depend on the old head. */
  private static Map<Source.Parameter, Value> before(
      Value product, Map<Source.Parameter, Value> updates) {
    Map<Source.Parameter, Value> kept = new LinkedHashMap<>(updates);
    kept.values().removeIf(next -> Graph.topological(List.of(next)).contains(product));
    return kept;
  }

  private Value moved(Value v, Map<Value, Value> now, List<Signal> signals) {
    Trace trace = signals.get(0).trace();
    return switch (v.op()) {
      case Source.Input in when in.kind() == Source.Input.Kind.SAMPLE ->
          signals.get(in.number()).value();
      case Source.RandomMask mask -> trace.randomMask(mask.maskShape(), mask.keep());
      case Source.Parameter p when p.store().equals(model.parameters()) -> parameter(p, trace);
      default ->
          v.inputs().isEmpty()
              ? v
              : Value.of(
                  v.op(),
                  v.inputs().stream().map(i -> Objects.requireNonNull(now.get(i))).toList());
    };
  }

  private Value parameter(Source.Parameter p, Trace trace) {
    Initializer begin =
        (_, to, offset, _) -> {
          Tensor t = model.parameters().tensor(p.name());
          System.arraycopy(t.data(), 0, to, offset, t.data().length);
        };
    return model.parameters().get(p.name()).trainable()
        ? trace.parameter(p.name(), p.parameterShape(), begin)
        : trace.state(p.name(), p.parameterShape(), begin);
  }

  /** Returns one row of features per sample. */
  private static Signal rows(Signal features, Value product, int batch) {
    Shape s = features.shape();
    if (s.rank() < 2 || s.dim(0) != batch) {
      throw new FoveaException(
          "head: its features %s are not one row or image per sample; it cannot be replaced"
              .formatted(s));
    }
    boolean whole =
        product.op() instanceof Contraction.Conv2d
            && product.shape().elements() == batch * product.shape().dim(-1);
    if (whole || s.rank() == 2) {
      return Layers.flatten().apply(features);
    }
    int channels = s.dim(-1);
    Shape places = Shape.of(s.elements() / batch / channels, 1, channels);
    return Layers.globalAvgPool().apply(features.reshape(places));
  }
}
