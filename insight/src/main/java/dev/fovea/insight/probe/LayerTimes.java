package dev.fovea.insight.probe;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How long each layer of a network takes, measured: each is compiled and run alone, for one sample.
 *
 * <p>What a network fuses over the borders of layers is not fused here, so the sum is more than the
 * whole takes.
 *
 * @param millis the milliseconds of the fastest run, by the path of the layer
 */
public record LayerTimes(Map<String, Double> millis) {
  private static final long ALL_NANOS = 3_000_000_000L;
  private static final long LEAST_NANOS = 2_000_000;
  private static final long MOST_NANOS = 20_000_000;
  private static final int RUNS = 5;

  /** Copies the map. */
  public LayerTimes {
    millis = Collections.unmodifiableMap(new LinkedHashMap<>(millis));
  }

  /** Measures all layers of a model, some milliseconds each and few seconds together. */
  public static LayerTimes of(Model model) {
    Traced traced = model.trace(1, false);
    Map<Value, String> owners = new IdentityHashMap<>();
    traced
        .layers()
        .forEach((path, v) -> owners.merge(v, path, (a, b) -> a.length() >= b.length() ? a : b));
    long each = Math.clamp(ALL_NANOS / Math.max(1, owners.size()), LEAST_NANOS, MOST_NANOS);
    Map<String, Double> millis = new LinkedHashMap<>();
    for (Value end : Graph.topological(traced.outputs())) {
      String path = owners.get(end);
      if (path != null && !(end.op() instanceof Source)) {
        new Alone(end, owners.keySet()).measure(model, each, path, millis);
      }
    }
    return new LayerTimes(millis);
  }

  /** The values of one layer, cut off from what they read. */
  private static final class Alone {
    private final Value end;
    private final List<Value> inputs = new ArrayList<>();
    private final Map<Value, Value> now = new IdentityHashMap<>();

    Alone(Value end, Set<Value> ends) {
      this.end = end;
      Set<Value> own = own(end, ends);
      for (Value v : Graph.topological(List.of(end))) {
        if (own.contains(v)) {
          List<Value> from = v.inputs().stream().map(this::now).toList();
          now.put(v, from.isEmpty() ? v : Value.of(v.op(), from));
        }
      }
    }

    /** Returns the values that no layer before has computed. */
    private static Set<Value> own(Value end, Set<Value> ends) {
      Set<Value> own = Collections.newSetFromMap(new IdentityHashMap<>());
      Deque<Value> open = new ArrayDeque<>(List.of(end));
      while (!open.isEmpty()) {
        Value v = open.pop();
        boolean before = !v.equals(end) && ends.contains(v);
        boolean sample = v.op() instanceof Source.Input;
        if (!before && !sample && own.add(v)) {
          open.addAll(v.inputs());
        }
      }
      return own;
    }

    private Value now(Value v) {
      return now.computeIfAbsent(
          v,
          x -> {
            Value input = Source.Input.sample(inputs.size(), x.shape());
            inputs.add(input);
            return input;
          });
    }

    void measure(Model model, long nanos, String path, Map<String, Double> to) {
      boolean floats = now.keySet().stream().allMatch(v -> v.type() == ElementType.FLOAT32);
      if (inputs.isEmpty() || !floats) {
        return;
      }
      Graph graph = Graph.of(inputs, List.of(Objects.requireNonNull(now.get(end))));
      CompiledFunction function =
          CompiledFunction.of(model.engine().unwrap(Device.class), graph, Compiler.Mode.INFER);
      Tensor[] given =
          inputs.stream().map(v -> Tensor.full(v.shape(), 0.5f)).toArray(Tensor[]::new);
      long begin = System.nanoTime();
      long best = Long.MAX_VALUE;
      for (int run = 0; run < RUNS || System.nanoTime() - begin < nanos; run++) {
        long start = System.nanoTime();
        var _ = function.call(given);
        best = Math.min(best, System.nanoTime() - start);
      }
      to.put(path, best / 1e6);
    }
  }
}
