package dev.fovea.nn;

import dev.fovea.engine.Engine;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What all models of one build share.
 *
 * @param network the network
 * @param inputs the shape of one sample of each input
 * @param outputs what each output is, and was said to be
 * @param parameters the parameters
 * @param inferences the inference by each engine, for as long as a model uses it
 */
record ModelBody(
    Network network,
    List<Shape> inputs,
    Outputs outputs,
    Parameters parameters,
    Map<Engine, WeakReference<Inference>> inferences) {
  ModelBody(Network network, List<Shape> inputs, Outputs outputs, Parameters parameters) {
    this(network, inputs, outputs, parameters, new WeakHashMap<>());
  }

  /** Returns the inference by an engine; rules of training do not count in it. */
  Inference inference(Engine engine) {
    synchronized (inferences) {
      WeakReference<Inference> known = inferences.get(engine);
      @Nullable Inference inference = known == null ? null : known.get();
      if (inference == null) {
        inference = new Inference(engine, n -> trace(n, false, TrainingRules.NONE).graph());
        inferences.put(engine, new WeakReference<>(inference));
      }
      return inference;
    }
  }

  /** Returns the network as a graph of {@code batch} samples. */
  Traced trace(int batch, boolean training, TrainingRules rules) {
    return Traced.walk(network, samples(inputs, batch), new Trace(parameters, training, rules));
  }

  static List<Value> samples(List<Shape> shapes, int batch) {
    if (batch < 1) {
      throw new FoveaException("model: a batch has 1 sample or more, got " + batch);
    }
    return IntStream.range(0, shapes.size())
        .mapToObj(i -> Source.Input.sample(i, shapes.get(i).prepend(batch)))
        .toList();
  }
}
