package dev.fovea.formats.onnx;

import dev.fovea.compile.Compiler;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.graph.Graph;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.runtime.CompiledFunction;
import dev.fovea.runtime.Engine;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Runs any ONNX graph once, whether its inputs have a batch or not and whatever their types.
 *
 * <p>All that can be computed in a plan is. Inputs that decide shapes are taken as known.
 */
final class GraphRunner {
  private static final int IMAGES = 4;

  /** Up to here floats hold each whole number. */
  private static final double EXACT = 1 << 24;

  private final OnnxModel model;
  private final Engine engine;

  GraphRunner(OnnxModel model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  /** Returns the outputs for inputs in the order of the graph. */
  List<HostTensor> run(List<HostTensor> inputs) {
    List<OnnxModel.Input> asked = model.inputs();
    if (asked.size() != inputs.size()) {
      throw new FormatException("takes " + asked.size() + " inputs, got " + inputs.size());
    }
    Set<String> known = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).size() == 0 || !fitsFloats(inputs.get(i))) {
        known.add(asked.get(i).name());
      }
    }
    while (true) {
      try {
        return execute(inputs, known, operands(inputs, known));
      } catch (NotKnownException e) {
        if (!known.addAll(e.inputs())) {
          throw e;
        }
      }
    }
  }

  /** Returns whether a plan, which computes in floats, can hold the elements and their sums. */
  private static boolean fitsFloats(HostTensor t) {
    if (t.type() == DataType.DOUBLE) {
      return false;
    }
    for (int i = 0; t.type().bytes() > 2 && !t.type().isFloat() && i < t.size(); i++) {
      if (Math.abs(t.at(i)) > EXACT) {
        return false;
      }
    }
    return true;
  }

  private List<Operand> operands(List<HostTensor> given, Set<String> known) {
    GraphImport graph = new GraphImport(model, new FixedWeights(), Math.max(model.batch(), 1));
    for (int i = 0; i < given.size(); i++) {
      String name = model.inputs().get(i).name();
      HostTensor t = given.get(i);
      graph.set(
          name,
          known.contains(name)
              ? new Operand.Known(t, "")
              : new Operand.Held(input(i, t), order(t), t.type()));
    }
    graph.walk(model.graph());
    List<Operand> outputs = new ArrayList<>();
    for (ValueInfoProto o : model.graph().getOutputList()) {
      outputs.add(graph.get(o.getName()));
    }
    return outputs;
  }

  private static int[] order(HostTensor t) {
    boolean images = t.rank() == IMAGES && t.type().isFloat();
    return images ? Call.channelsLastOrder(IMAGES) : Index.range(t.rank());
  }

  private static Value input(int number, HostTensor t) {
    return Source.Input.sample(
        number, Shape.of(Arrays.stream(order(t)).map(t.shape()::dim).toArray()));
  }

  private List<HostTensor> execute(
      List<HostTensor> given, Set<String> known, List<Operand> outputs) {
    List<Value> computed = new ArrayList<>();
    for (Operand o : outputs) {
      if (o instanceof Operand.Held h) {
        computed.add(h.in(Index.range(h.rank())));
      }
    }
    Iterator<Tensor> results =
        (computed.isEmpty() ? List.<Tensor>of() : run(given, known, computed)).iterator();
    List<HostTensor> all = new ArrayList<>();
    for (Operand o : outputs) {
      all.add(
          switch (o) {
            case Operand.Known k -> k.tensor();
            case Operand.Held h -> typed(h, results.next().data());
          });
    }
    return all;
  }

  private static HostTensor typed(Operand.Held h, float[] data) {
    return new HostTensor(h.type(), h.shape(), i -> h.type().hold(data[i]));
  }

  private List<Tensor> run(List<HostTensor> given, Set<String> known, List<Value> computed) {
    List<Value> inputs = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      if (!known.contains(model.inputs().get(i).name())) {
        Value in = input(i, given.get(i));
        inputs.add(in);
        values.add(Tensor.of(in.shape(), given.get(i).floats(order(given.get(i)))));
      }
    }
    return CompiledFunction.of(engine, Graph.of(inputs, computed), Compiler.Mode.INFER)
        .call(values.toArray(Tensor[]::new));
  }
}
