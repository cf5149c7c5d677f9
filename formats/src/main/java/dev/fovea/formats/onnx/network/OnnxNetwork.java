package dev.fovea.formats.onnx.network;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.Port;
import dev.fovea.formats.Resizable;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.operators.Operators;
import dev.fovea.formats.onnx.proto.Onnx.ValueInfoProto;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.BatchAxes;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.NoWeights;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Weights;
import dev.fovea.nn.Signal;
import dev.fovea.op.Ints;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph as a network: it is walked anew for each batch size, so that whatever the graph
 * computes from shapes fits.
 */
public final class OnnxNetwork implements Resizable {
  /**
   * The batches that are compared to find out what grows with the batch: extents of theirs are
   * seldom others' as well.
   */
  private static final int FEW = 5;

  private static final int MANY = 7;

  private final OnnxModel model;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final BatchAxes axes;

  /** How often two batches are compared: each time more is known of what grows. */
  private static final int ROUNDS = 32;

  /**
   * What one walk gives.
   *
   * @param shapes the shapes of all tensors by name
   * @param decisive the tensors whose growth decided what some operator does
   * @param failure why the walk came to no end, if so: what it met until then holds
   */
  private record Walk(
      List<Operand> results,
      Map<String, Shape> shapes,
      Set<String> decisive,
      @Nullable FormatException failure) {}

  /** Walks the graph for some samples, to find out what comes out for each. */
  OnnxNetwork(OnnxModel model, List<Port> inputs) {
    this.model = model;
    this.inputs = List.copyOf(inputs);
    this.axes = batchAxes();
    this.outputs = new ArrayList<>();
    Walk one = probe(1, axes);
    if (one.failure != null) {
      throw one.failure;
    }
    List<Operand> results = one.results;
    for (int i = 0; i < results.size(); i++) {
      outputs.add(output(model.graph().getOutput(i).getName(), results.get(i)));
    }
    if (outputs.isEmpty()) {
      throw new FormatException("has no output");
    }
  }

  @Override
  public List<Port> inputs() {
    return inputs;
  }

  @Override
  public List<Port> outputs() {
    return List.copyOf(outputs);
  }

  @Override
  public OnnxNetwork at(int height, int width) {
    return new OnnxNetwork(model, NetworkSize.inputs(model, height, width));
  }

  /** Returns whether each output that grows with the batch has one place for each sample. */
  boolean isPerSample() {
    return model.graph().getOutputList().stream()
        .map(ValueInfoProto::getName)
        .allMatch(name -> !axes.grows(name) || axes.growth(name, 0) == 1);
  }

  /**
   * Compares two batches, until nothing more is found out that operators go by. Some files hold for
   * the batch that they are written for only: of those nothing is known.
   */
  private BatchAxes batchAxes() {
    BatchAxes known = BatchAxes.UNKNOWN;
    for (int round = 0; round < ROUNDS; round++) {
      Walk few = probe(FEW, known);
      Walk many = probe(MANY, known);
      BatchAxes before = known;
      BatchAxes now = BatchAxes.of(few.shapes, many.shapes, MANY - FEW);
      boolean whole = few.failure == null && many.failure == null;
      if (whole && few.decisive.stream().allMatch(t -> before.grows(t) == now.grows(t))) {
        return now.settled();
      } else if (!whole && now.size() <= before.size()) {
        return BatchAxes.UNKNOWN;
      }
      known = now;
    }
    return BatchAxes.UNKNOWN;
  }

  /** Walks the graph for so many samples, as far as it goes. */
  private Walk probe(int batch, BatchAxes known) {
    List<Operand> given = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Value v = Source.Input.sample(i, inputs.get(i).sample().prepend(batch));
      given.add(new Operand.Held(v, inputs.get(i).order().toArray(), model.inputs().get(i).type()));
    }
    GraphImport graph = new GraphImport(model, Operators.all(), new NoWeights(), batch, known);
    FormatException failure = null;
    List<Operand> results = List.of();
    try {
      results = walk(graph, given);
    } catch (FormatException e) {
      failure = e;
    }
    return new Walk(results, graph.shapes(), graph.decisive(), failure);
  }

  /** Four axes are an image's, channels first, unless they are held as they stand in the file. */
  private Port output(String name, Operand o) {
    if (axes.grows(name) && axes.growth(name, 0) == 0) {
      throw new FormatException(
          "output "
              + name
              + ": "
              + o.shape()
              + " for one sample grows with the batch, but not along axis 0: samples would mix");
    }
    Operand.Held h = batched(o);
    boolean moved = !Arrays.equals(h.order(), Index.range(h.rank()));
    boolean image = h.rank() == 4 && model.isImage("output" + outputs.size()).orElse(moved);
    Ints order = image ? Port.CHANNELS_FIRST : Ints.of(Index.range(h.rank()));
    return new Port(name, h.in(order.toArray()).shape().dropFirst(), order);
  }

  /** Returns a result with at least one axis. */
  private static Operand.Held batched(Operand o) {
    Operand.Held h =
        switch (o) {
          case Operand.Held held -> held;
          case Operand.Known known -> Operand.Held.plain(constant(known), o.type());
          default -> throw o.noTensor();
        };
    return h.rank() > 0 ? h : Operand.Held.plain(h.value().reshape(Shape.of(1)), h.type());
  }

  private static Value constant(Operand.Known k) {
    return Value.constant(Tensor.of(k.shape(), k.tensor().floats(Index.range(k.rank()))));
  }

  private List<Operand> walk(GraphImport graph, List<Operand> given) {
    for (int i = 0; i < inputs.size(); i++) {
      graph.set(inputs.get(i).name(), given.get(i));
    }
    return graph.outputs(model.graph());
  }

  /** Files may fix the batch in what they compute from it. */
  @Override
  public boolean fixesBatch() {
    return !axes.isSettled();
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
    Weights weights = new TraceWeights(first.trace());
    List<Operand> results =
        walk(new GraphImport(model, Operators.all(), weights, batch, axes), given);
    List<Signal> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      out.add(first.with(batched(results.get(i)).in(outputs.get(i).order().toArray())));
    }
    return out;
  }
}
