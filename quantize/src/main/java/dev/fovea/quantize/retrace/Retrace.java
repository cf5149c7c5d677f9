package dev.fovea.quantize.retrace;

import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Trace;
import dev.fovea.nn.Traced;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One walk through the graph of a model, in which a network that is made of it traces the same
 * values anew, some of them changed.
 */
public final class Retrace {
  private final Model model;
  private final Trace trace;
  private final List<Signal> inputs;
  private final Map<Value, Value> now = new IdentityHashMap<>();

  /** What becomes of a value; parameters that no output needs come last. */
  @FunctionalInterface
  public interface Rule {
    /** Returns the value in the new network for one in the model's graph. */
    Value of(Value before);
  }

  /**
   * Begins a walk.
   *
   * @param model the model
   * @param inputs the signals that the new network is given
   */
  public Retrace(Model model, List<Signal> inputs) {
    this.model = model;
    this.inputs = inputs;
    this.trace = inputs.get(0).trace();
  }

  /**
   * Returns a model of a network that is made of another one, with its metadata, what is frozen in
   * it and how its layers were told to behave.
   */
  public static Model built(Network network, Model of) {
    return Model.build(network, of.inputs(), Seed.of(0), of.engine())
        .withMetadata(of.metadata())
        .trainedAs(of);
  }

  /** Gives parameters the values of those with the same names. */
  public static void copyValues(Model from, Model to) {
    to.parameters()
        .all()
        .forEach(p -> to.parameters().set(p.name(), from.parameters().tensor(p.name())));
  }

  /** Returns a parameter of a model in the trace of another, with its value as the first. */
  public static Value parameter(Model model, Trace trace, Source.Parameter p) {
    return parameter(model, trace, p.name(), model.parameters().tensor(p.name()));
  }

  /** Returns a parameter of this name and kind in the trace of another, with other numbers. */
  public static Value parameter(Model model, Trace trace, String name, Tensor numbers) {
    return model.parameters().get(name).trainable()
        ? trace.parameter(name, numbers.shape(), values(numbers))
        : trace.state(name, numbers.shape(), values(numbers));
  }

  /** Returns the initial values that are the numbers of a tensor. */
  public static Initializer values(Tensor numbers) {
    return (_, to, offset, _) ->
        System.arraycopy(numbers.data(), 0, to, offset, numbers.data().length);
  }

  /** Traces the model's outputs, and what its states become, anew; returns the outputs. */
  public List<Signal> run(Rule rule) {
    return run(model.tracedAs(trace, inputs.get(0).shape().dim(0)), rule);
  }

  /** Traces a graph of the model anew; returns the outputs. */
  public List<Signal> run(Traced traced, Rule rule) {
    List<Value> wanted = new ArrayList<>(traced.outputs());
    wanted.addAll(traced.updates().values());
    run(Graph.topological(wanted), traced.paths(), rule);
    traced.updates().forEach((p, next) -> trace.update(p.name(), of(next)));
    return signals(traced.outputs());
  }

  /** Traces a graph of the model that changes no states anew; returns the outputs. */
  public List<Signal> run(Graph graph, Rule rule) {
    run(graph.values(), graph.paths(), rule);
    return signals(graph.results());
  }

  private void run(List<Value> values, Paths paths, Rule rule) {
    for (Value v : values) {
      Value y = rule.of(v);
      now.put(v, y);
      trace.paths().label(y, paths.of(v));
    }
    unmet(values).forEach(rule::of);
  }

  /** Returns the parameters that no output needs, such as those of auxiliary classifiers. */
  private List<Value> unmet(List<Value> values) {
    Set<String> met = names(values);
    return model.parameters().all().stream()
        .filter(p -> !met.contains(p.name()))
        .map(p -> Value.of(new Source.Parameter(model.parameters(), p.name(), p.shape())))
        .toList();
  }

  /** Returns the names of the parameters among some values. */
  public static Set<String> names(List<Value> values) {
    return values.stream()
        .flatMap(v -> v.op() instanceof Source.Parameter p ? Stream.of(p.name()) : Stream.empty())
        .collect(Collectors.toSet());
  }

  private List<Signal> signals(List<Value> outputs) {
    return outputs.stream().map(v -> inputs.get(0).with(of(v))).toList();
  }

  /** Returns what a value becomes if nothing changes but what it is made of. */
  public Value usual(Value v) {
    return switch (v.op()) {
      case Source.Parameter p -> {
        requireOwn(p);
        yield parameter(model, trace, p);
      }
      case Source.Input in -> in.kind() == Source.Input.Kind.SAMPLE ? input(in.number()) : v;
      case Source.RandomMask m -> trace.randomMask(m.maskShape(), m.keep());
      default -> v.inputs().isEmpty() ? v : Value.of(v.op(), of(v.inputs()));
    };
  }

  private Value input(int number) {
    return inputs.get(number).value();
  }

  private void requireOwn(Source.Parameter p) {
    if (!p.store().equals(model.parameters())) {
      throw new FoveaException(
          p.name() + ": belongs to a model that the network applies; change that one by itself");
    }
  }

  /** Returns what a value of the model's graph has become. */
  public Value of(Value before) {
    return Objects.requireNonNull(now.get(before));
  }

  /** Returns what values of the model's graph have become. */
  public List<Value> of(List<Value> before) {
    return before.stream().map(this::of).toList();
  }
}
