package dev.fovea.formats.onnx.network;

import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.operators.Operators;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.BatchAxes;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.FixedWeights;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.NotKnownException;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs any ONNX graph once, whether its inputs have a batch or not and whatever their types.
 *
 * <p>All that can be computed in a plan is. Inputs that decide shapes are taken as known.
 */
public final class GraphRunner {
  private static final int IMAGES = 4;

  /** Up to here floats hold each whole number. */
  private static final double EXACT = 1 << 24;

  private final OnnxModel model;
  private final Engine engine;

  public GraphRunner(OnnxModel model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  /** Returns the outputs, all tensors, for inputs in the order of the graph. */
  public List<HostTensor> run(List<HostTensor> inputs) {
    List<Operand> given = inputs.stream().<Operand>map(t -> new Operand.Known(t, "")).toList();
    List<HostTensor> all = new ArrayList<>();
    for (Operand o : runAny(given)) {
      if (!(o instanceof Operand.Known k)) {
        throw o.noTensor();
      }
      all.add(k.tensor());
    }
    return all;
  }

  /** Returns the outputs, known tensors or sequences of such, for inputs alike. */
  public List<Operand> runAny(List<Operand> inputs) {
    List<ValueInfoProto> declared = model.given();
    if (declared.size() != inputs.size()) {
      throw new FormatException("takes " + declared.size() + " inputs, got " + inputs.size());
    }
    Map<String, Operand> given = new LinkedHashMap<>();
    Set<String> known = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      String name = declared.get(i).getName();
      given.put(name, inputs.get(i));
      if (!(inputs.get(i) instanceof Operand.Known k)
          || k.tensor().size() == 0
          || !fitsFloats(k.tensor())) {
        known.add(name);
      }
    }
    while (true) {
      try {
        return execute(given, known, operands(given, known));
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
    for (int i = 0; t.type().bits() > Short.SIZE && !t.type().isFloat() && i < t.size(); i++) {
      if (Math.abs(t.at(i)) > EXACT) {
        return false;
      }
    }
    return true;
  }

  private List<Operand> operands(Map<String, Operand> given, Set<String> known) {
    GraphImport graph =
        new GraphImport(
            model,
            Operators.all(),
            new FixedWeights(),
            Math.max(model.batch(), 1),
            BatchAxes.UNKNOWN);
    int number = 0;
    for (Map.Entry<String, Operand> e : given.entrySet()) {
      Operand o = e.getValue();
      boolean held = !known.contains(e.getKey());
      graph.set(e.getKey(), held && o instanceof Operand.Known k ? held(number, k.tensor()) : o);
      number++;
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

  private static Operand held(int number, HostTensor t) {
    return new Operand.Held(input(number, t), order(t), t.type());
  }

  private static Value input(int number, HostTensor t) {
    return Source.Input.sample(
        number, Shape.of(Arrays.stream(order(t)).map(t.shape()::dim).toArray()));
  }

  private List<Operand> execute(
      Map<String, Operand> given, Set<String> known, List<Operand> outputs) {
    List<Operand.Held> held = new ArrayList<>();
    outputs.forEach(o -> collect(o, held));
    List<Value> computed = held.stream().map(h -> h.in(Index.range(h.rank()))).toList();
    List<Tensor> results = computed.isEmpty() ? List.of() : run(given, known, computed);
    Iterator<Tensor> next = results.iterator();
    return outputs.stream().map(o -> known(o, next)).toList();
  }

  private static void collect(Operand o, List<Operand.Held> held) {
    if (o instanceof Operand.Held h) {
      held.add(h);
    } else if (o instanceof Operand.Sequence s) {
      s.items().forEach(i -> collect(i, held));
    }
  }

  private static Operand known(Operand o, Iterator<Tensor> results) {
    return switch (o) {
      case Operand.Held h -> new Operand.Known(typed(h, results.next().data()), "");
      case Operand.Sequence s ->
          new Operand.Sequence(s.items().stream().map(i -> known(i, results)).toList());
      default -> o;
    };
  }

  private static HostTensor typed(Operand.Held h, float[] data) {
    return new HostTensor(h.type(), h.shape(), i -> h.type().hold(data[i]));
  }

  private List<Tensor> run(Map<String, Operand> given, Set<String> known, List<Value> computed) {
    List<Value> inputs = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    int number = 0;
    for (Map.Entry<String, Operand> e : given.entrySet()) {
      if (!known.contains(e.getKey()) && e.getValue() instanceof Operand.Known k) {
        Value in = input(number, k.tensor());
        inputs.add(in);
        values.add(Tensor.of(in.shape(), k.tensor().floats(order(k.tensor()))));
      }
      number++;
    }
    return CompiledFunction.of(
            engine.unwrap(Device.class), Graph.of(inputs, computed), Compiler.Mode.INFER)
        .call(values.toArray(Tensor[]::new));
  }
}
