package dev.fovea.nn;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.io.Suggest;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An observer of the outputs of some layers in inference, with a copy of the model's parameters.
 *
 * <pre>{@code
 * Observer watch = model.observe("0", "3.conv2d").beforeActivation();
 * Map<String, Tensor> seen = watch.of(pictures);       // by path, batch axis first
 * Callback following = new Callback() {                // while a training runs
 *   public void onStep(Training t) {
 *     watch.follow();                                  // from now on with these parameters
 *   }
 * };
 * }</pre>
 *
 * <p>Because the parameters are copied, a training that is observed gives the same bits. Any number
 * of threads may use an observer while the model is trained. Call {@link #follow} where the
 * parameters do not change, as in a callback.
 */
public final class Observer {
  private final Model model;
  private final Model copy;
  private final List<String> paths;
  private final boolean beforeActivation;
  private @Nullable CompiledFunction function;

  Observer(Model model, Model copy, List<String> paths, boolean beforeActivation) {
    this.model = model;
    this.copy = copy;
    this.paths = paths.stream().distinct().toList();
    this.beforeActivation = beforeActivation;
    values(copy.trace(1, false));
  }

  /**
   * Returns an observer of the same layers before their activation, for layers that end in one.
   * Where the activation is a separate layer, each of the two has its own path.
   */
  public Observer beforeActivation() {
    return new Observer(model, copy, paths, true);
  }

  /** Copies the current parameters of the model into this observer and all derived from it. */
  public void follow() {
    synchronized (copy) {
      model.copyTo(copy, 1);
    }
  }

  /**
   * Returns the outputs of the layers for a batch, by path. Of a layer that is used several times,
   * it is that of the first use.
   *
   * @param batch one tensor per input, batch axis first
   * @throws FoveaException if a shape is not the input's
   */
  public Map<String, Tensor> of(Tensor... batch) {
    int n = copy.batchSize(List.of(batch));
    List<Tensor> results;
    synchronized (copy) { // views share it: none may follow while another computes
      results = function(n).call(batch);
    }
    Map<String, Tensor> seen = new LinkedHashMap<>();
    for (int i = 0; i < paths.size(); i++) {
      seen.put(paths.get(i), results.get(i));
    }
    return seen;
  }

  private CompiledFunction function(int n) {
    CompiledFunction f = function;
    if (f == null || f.inputs().get(0).dim(0) != n) {
      Traced traced = copy.trace(n, false);
      Graph graph = Graph.of(traced.inputs(), List.copyOf(values(traced).values()));
      f = CompiledFunction.of(copy.engine().unwrap(Device.class), graph, Compiler.Mode.INFER);
      function = f;
    }
    return f;
  }

  private Map<String, Value> values(Traced traced) {
    Map<String, Value> all = traced.layers();
    Map<String, Value> wanted = new LinkedHashMap<>();
    for (String path : paths) {
      Value v = all.get(path);
      if (v == null) {
        throw new FoveaException("observe: no layer " + path + Suggest.hint(path, all.keySet()));
      }
      boolean activated = v.op() instanceof Elementwise.Activate;
      wanted.put(path, beforeActivation && activated ? v.input(0) : v);
    }
    return wanted;
  }
}
