package dev.fovea.nn;

import dev.fovea.engine.Engine;
import dev.fovea.io.Suggest;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What all models of one build share.
 *
 * @param network the network
 * @param inputs the shape of one sample of each input
 * @param outputs what each output is, and was said to be
 * @param parameters the parameters
 * @param inferences the inference by each engine
 */
record ModelBody(
    Network network,
    List<Shape> inputs,
    Outputs outputs,
    Parameters parameters,
    Inferences inferences) {
  ModelBody(Network network, List<Shape> inputs, Outputs outputs, Parameters parameters) {
    this(network, inputs, outputs, parameters, new Inferences());
  }

  /** Returns the network of a single layer; as the outermost, a sequence adds nothing to paths. */
  static Network network(Layer layer) {
    return in ->
        List.of(layer instanceof Sequence s ? s.forward(in.get(0)) : layer.apply(in.get(0)));
  }

  /** Checks a network for all batch sizes and lays out its parameters. */
  static ModelBody build(Network network, List<Shape> inputs, Seed seed) {
    requireInputs(inputs);
    Trace trace = new Trace(null, false, TrainingRules.NONE);
    Traced traced = Traced.walk(network, samples(inputs, 1), trace);
    Parameters parameters = new Parameters(trace.specs(), seed.split("parameters"));
    if (!network.fixesBatch()) {
      AnyBatch.require(network, inputs, traced.outputs(), parameters);
    }
    Outputs outputs = new Outputs(traced.outputs(), inputs.get(0));
    return new ModelBody(network, List.copyOf(inputs), outputs, parameters);
  }

  /** Returns the same network with tasks and parameters of its own, which begin as these are. */
  ModelBody copy() {
    return new ModelBody(network, inputs, outputs.copy(), parameters.copy());
  }

  /** Returns a body with the same parameters whose outputs go through a further network. */
  ModelBody then(Network further) {
    return ending(in -> further.forward(network.forward(in)), further.fixesBatch());
  }

  /** Returns a body with the same parameters whose outputs are those of some layers. */
  ModelBody withOutputs(List<String> paths) {
    return ending(
        in -> {
          Trace trace = in.get(0).trace();
          List<Value> ends = network.forward(in).stream().map(Signal::value).toList();
          Map<String, Value> layers =
              Traced.layers(in.stream().map(Signal::value).toList(), ends, trace);
          return paths.stream().map(p -> new Signal(layer(layers, p), trace)).toList();
        },
        false);
  }

  /** Returns a body with the same parameters for inputs of other shapes. */
  ModelBody withInputs(List<Shape> others) {
    if (others.size() != inputs.size()) {
      throw new FoveaException(
          "model: takes " + inputs.size() + " inputs, got the shapes of " + others.size());
    }
    return over(network, others);
  }

  /** Returns a body of another network with the same parameters. */
  ModelBody over(Network other, List<Shape> others) {
    requireInputs(others);
    Trace trace = new Trace(parameters, false, TrainingRules.NONE);
    List<Value> ends = Traced.walk(other, samples(others, 1), trace).outputs();
    if (!other.fixesBatch()) {
      AnyBatch.require(other, others, ends, parameters);
    }
    return new ModelBody(other, List.copyOf(others), new Outputs(ends, others.get(0)), parameters);
  }

  private static void requireInputs(List<Shape> inputs) {
    if (inputs.isEmpty() || inputs.stream().anyMatch(s -> s.elements() == 0)) {
      throw new FoveaException(
          "model: needs at least one input and extents of at least 1, got inputs " + inputs);
    }
  }

  private static Value layer(Map<String, Value> layers, String path) {
    Value v = layers.get(path);
    if (v == null) {
      throw new FoveaException("outputs: no layer " + path + Suggest.hint(path, layers.keySet()));
    }
    return v;
  }

  private ModelBody ending(Network all, boolean furtherFixesBatch) {
    boolean fixes = network.fixesBatch() || furtherFixesBatch;
    Network ending =
        new Network() {
          @Override
          public List<Signal> forward(List<Signal> in) {
            return all.forward(in);
          }

          @Override
          public boolean fixesBatch() {
            return fixes;
          }
        };
    Trace trace = new Trace(parameters, false, TrainingRules.NONE);
    List<Value> ends = Traced.walk(ending, samples(inputs, 1), trace).outputs();
    return new ModelBody(ending, inputs, new Outputs(ends, inputs.get(0)), parameters);
  }

  /** Returns the inference by an engine; rules of training do not count in it. */
  Inference inference(Engine engine) {
    return inferences.of(engine, n -> trace(n, false, TrainingRules.NONE).graph());
  }

  /** Returns the network as a graph of {@code batch} samples. */
  Traced trace(int batch, boolean training, TrainingRules rules) {
    return Traced.walk(network, samples(inputs, batch), new Trace(parameters, training, rules));
  }

  /** Applies the network within another one, with parameters of its own. */
  List<Signal> apply(List<Signal> signals, TrainingRules rules) {
    List<Shape> arrived = signals.stream().map(x -> x.shape().dropFirst()).toList();
    if (!arrived.equals(inputs)) {
      throw new FoveaException("model: takes samples of " + inputs + ", applied to " + arrived);
    }
    Trace around = signals.get(0).trace();
    Trace within = around.within(parameters, rules);
    return network
        .forward(signals.stream().map(x -> new Signal(x.value(), within)).toList())
        .stream()
        .map(y -> new Signal(y.value(), around))
        .toList();
  }

  /** Returns the number of samples of a batch, which must suit the inputs. */
  int batchSize(List<Tensor> batch) {
    if (batch.size() != inputs.size()) {
      throw new FoveaException("model: takes " + inputs.size() + " inputs, got " + batch.size());
    }
    Shape first = batch.get(0).shape();
    int n = first.rank() == 0 ? 0 : first.dim(0);
    for (int i = 0; i < inputs.size(); i++) {
      Shape arrived = batch.get(i).shape();
      if (n < 1 || !arrived.equals(inputs.get(i).prepend(n))) {
        throw new FoveaException(
            "model: input %s must be %s with N ≥ 1, the same for all inputs, got %s"
                .formatted(i, inputs.get(i).prepend(1).batched(), arrived));
      }
    }
    return n;
  }

  /** Returns one sample of the first input, with or without a batch axis of 1, as a batch. */
  Tensor batchOf(Tensor sample, String method) {
    boolean single = sample.shape().equals(inputs.get(0));
    Tensor batch = single ? sample.reshape(sample.shape().prepend(1)) : sample;
    if (batch.shape().rank() < 1 || batch.shape().dim(0) != 1) {
      throw new FoveaException(
          method + ": takes one sample of " + inputs.get(0) + ", got " + sample.shape());
    }
    return batch;
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
