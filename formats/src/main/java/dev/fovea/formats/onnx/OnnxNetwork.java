package dev.fovea.formats.onnx;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Trace;
import dev.fovea.op.Ints;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An ONNX graph as a network: it is walked anew for each batch size, so that whatever the graph
 * computes from shapes fits.
 */
final class OnnxNetwork implements Network {
  /** What a free height or width is taken as. */
  private static final int USUAL_EXTENT = 224;

  private static final int MOST_CHANNELS = 4;

  private final OnnxModel model;
  private final List<Port> inputs;
  private final List<Port> outputs;

  /** Walks the graph once for one sample, to find out what comes out. */
  OnnxNetwork(OnnxModel model) {
    this.model = model;
    this.inputs = new ArrayList<>();
    for (OnnxModel.Input in : model.inputs()) {
      inputs.add(input(in));
    }
    if (inputs.isEmpty()) {
      throw new FormatException("has no input");
    }
    List<Operand> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Value v = Source.Input.sample(i, inputs.get(i).sample().prepend(1));
      given.add(new Operand.Held(v, inputs.get(i).order().toArray(), model.inputs().get(i).type()));
    }
    this.outputs = new ArrayList<>();
    List<Operand> results = walk(given, new NoWeights(), 1);
    for (int i = 0; i < results.size(); i++) {
      outputs.add(output(model.graph().getOutput(i).getName(), results.get(i)));
    }
    if (outputs.isEmpty()) {
      throw new FormatException("has no output");
    }
  }

  List<Port> inputs() {
    return List.copyOf(inputs);
  }

  List<Port> outputs() {
    return List.copyOf(outputs);
  }

  /** Images come channels last, unless the file has them so already. */
  private Port input(OnnxModel.Input in) {
    List<Integer> dims = in.dims();
    if (dims.isEmpty()) {
      throw new FormatException("input " + in.name() + " has no batch axis");
    }
    boolean image = dims.size() == 4 && in.type().isFloat();
    boolean last =
        image
            && model
                .isImage("input" + inputs.size())
                .map(first -> !first)
                .orElse(isChannels(dims.get(3)) && !isChannels(dims.get(1)));
    int[] sample = new int[dims.size() - 1];
    for (int a = 0; a < sample.length; a++) {
      int d = dims.get(a + 1);
      sample[a] = d > 0 ? d : free(in, a + 1, last);
    }
    return image && !last
        ? Port.image(in.name(), Shape.of(sample[1], sample[2], sample[0]))
        : Port.plain(in.name(), Shape.of(sample));
  }

  private static boolean isChannels(int extent) {
    return extent >= 1 && extent <= MOST_CHANNELS;
  }

  private static int free(OnnxModel.Input in, int axis, boolean last) {
    boolean spatial = in.dims().size() == 4 && (last ? axis < 3 : axis > 1);
    if (!spatial) {
      throw new FormatException(
          "input "
              + in.name()
              + ": the extent of axis "
              + axis
              + " is not in the file: "
              + in.dims());
    }
    return USUAL_EXTENT;
  }

  /** Four axes are an image's, channels first, unless they are held as they stand in the file. */
  private Port output(String name, Operand o) {
    Operand.Held h = batched(o);
    boolean moved = !Arrays.equals(h.order(), Index.range(h.rank()));
    boolean image = h.rank() == 4 && model.isImage("output" + outputs.size()).orElse(moved);
    Ints order = image ? Port.CHANNELS_FIRST : Ints.of(Index.range(h.rank()));
    return new Port(name, h.in(order.toArray()).shape().dropFirst(), order);
  }

  /** Returns a result with at least one axis. */
  private static Operand.Held batched(Operand o) {
    Operand.Held h =
        o instanceof Operand.Held held
            ? held
            : Operand.Held.plain(constant((Operand.Known) o), o.type());
    return h.rank() > 0 ? h : Operand.Held.plain(h.value().reshape(Shape.of(1)), h.type());
  }

  private static Value constant(Operand.Known k) {
    return Value.constant(
        dev.fovea.tensor.Tensor.of(k.shape(), k.tensor().floats(Index.range(k.rank()))));
  }

  private List<Operand> walk(List<Operand> given, Weights weights, int batch) {
    GraphImport graph = new GraphImport(model, weights, batch);
    for (int i = 0; i < inputs.size(); i++) {
      graph.set(inputs.get(i).name(), given.get(i));
    }
    graph.walk(model.graph());
    List<Operand> results = new ArrayList<>();
    for (ValueInfoProto o : model.graph().getOutputList()) {
      results.add(graph.get(o.getName()));
    }
    return results;
  }

  /** Files may fix the batch in what they compute from it. */
  @Override
  public boolean fixesBatch() {
    return true;
  }

  @Override
  public List<Signal> forward(List<Signal> signals) {
    List<Operand> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int[] order = inputs.get(i).order().toArray();
      given.add(new Operand.Held(signals.get(i).value(), order, model.inputs().get(i).type()));
    }
    Signal first = signals.get(0);
    int batch = first.shape().dim(0);
    List<Operand> results = walk(given, new TraceWeights(first.trace()), batch);
    List<Signal> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      out.add(first.with(batched(results.get(i)).in(outputs.get(i).order().toArray())));
    }
    return out;
  }

  /** Weights that become parameters of the network being traced, under the names of the file. */
  private record TraceWeights(Trace trace) implements Weights {
    @Override
    public Value parameter(String name, Shape shape, Initializer values) {
      return trace.parameter(name, shape, values);
    }

    @Override
    public Value state(String name, Shape shape, Initializer values) {
      return trace.state(name, shape, values);
    }

    @Override
    public boolean training() {
      return trace.training();
    }

    @Override
    public boolean usesTracked(String... names) {
      return trace.usesTracked(names);
    }

    @Override
    public void follow(String name, Value state, Value next) {
      if (!trace.frozen(name)) {
        trace.update(name, next);
      }
    }

    @Override
    public Value mask(Shape shape, float keep) {
      return trace.randomMask(shape, keep);
    }

    @Override
    public void label(Value value, String path) {
      trace.paths().label(value, path);
    }
  }

  /** Weights of which nobody wants the values: enough to find shapes. */
  private static final class NoWeights implements Weights {
    @Override
    public Value parameter(String name, Shape shape, Initializer values) {
      return Value.of(new Source.Parameter(ParameterStore.NONE, name, shape));
    }

    @Override
    public Value state(String name, Shape shape, Initializer values) {
      return parameter(name, shape, values);
    }

    @Override
    public boolean training() {
      return false;
    }

    @Override
    public void follow(String name, Value state, Value next) {
      // Nothing is trained.
    }

    @Override
    public Value mask(Shape shape, float keep) {
      throw new FormatException("a network that drops elements when it runs cannot be imported");
    }
  }
}
