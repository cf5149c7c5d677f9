package dev.fovea.studio.state;

import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Traced;
import dev.fovea.op.Movement;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network whose skip connections can be switched off: what a skip carries is multiplied with 1 or
 * 0 where it is joined. The weights are those of the network, and with all skips on its outputs are
 * the same numbers.
 */
public final class SkipSwitches {
  /** The most skips that have a switch; further ones are always on. */
  public static final int MOST = 8;

  private final List<Skip> skips;
  private final int outputs;
  private final Model switched;

  /**
   * A skip connection.
   *
   * @param from the path of the layer whose result it carries; its size where that is no layer's
   * @param shape what it carries [H, W, C]
   * @param summed whether that is added; otherwise its channels are put beside the others
   */
  public record Skip(String from, Shape shape, boolean summed) {}

  /**
   * What a network computed.
   *
   * @param outputs its outputs, batch axis first
   * @param carried what each skip carries [1, H, W, C], also where it is off
   */
  public record Computed(List<Tensor> outputs, List<Tensor> carried) {}

  private SkipSwitches(Model net, List<Skip> skips) {
    this.skips = List.copyOf(skips);
    this.outputs = net.outputs().size();
    this.switched =
        Model.build(
            in -> new Switching(in.get(0).value(), in.get(1).value()).of(net, in.get(0)),
            List.of(net.inputs().get(0), Shape.of(skips.size())),
            Seed.of(0),
            net.engine());
  }

  /**
   * Returns a network with switches.
   *
   * @param net a network of one picture
   * @throws FoveaException if it has no skip connections
   */
  public static SkipSwitches of(Model net) {
    List<Skip> skips = skips(net);
    if (skips.isEmpty()) {
      throw new FoveaException(
          "skips: this network joins no map with one that came back from a lower resolution");
    }
    return new SkipSwitches(net, skips);
  }

  /** Returns the skip connections of a network of one picture, in the order of their joins. */
  public static List<Skip> skips(Model net) {
    Traced traced = net.trace(1, false);
    Map<Value, String> paths = new IdentityHashMap<>();
    traced.layers().forEach((path, v) -> paths.merge(v, path, SkipSwitches::shorter));
    List<Skip> skips = new ArrayList<>();
    Optional<Value> picture = picture(traced.outputs());
    SkipJoins joins = new SkipJoins(picture.orElse(traced.outputs().get(0)));
    Set<Value> done = new HashSet<>();
    for (Value v : traced.outputs()) {
      collect(v, joins, paths, done, skips);
    }
    return skips.subList(0, Math.min(MOST, skips.size()));
  }

  private static String shorter(String a, String b) {
    return a.length() <= b.length() ? a : b;
  }

  private static Optional<Value> picture(List<Value> from) {
    Set<Value> done = new HashSet<>();
    List<Value> left = new ArrayList<>(from);
    while (!left.isEmpty()) {
      Value v = left.removeLast();
      if (v.op() instanceof Source.Input && v.shape().rank() == 4) {
        return Optional.of(v);
      }
      v.inputs().stream().filter(done::add).forEach(left::add);
    }
    return Optional.empty();
  }

  /** Adds the skips before a value, inputs first: the order in which they are switched. */
  private static void collect(
      Value v, SkipJoins joins, Map<Value, String> paths, Set<Value> done, List<Skip> skips) {
    if (!joins.follows(v) || !done.add(v)) {
      return;
    }
    v.inputs().forEach(i -> collect(i, joins, paths, done, skips));
    int skip = joins.skip(v);
    if (skip >= 0) {
      Value carried = v.input(skip);
      Shape shape = carried.shape().dropFirst();
      String from = paths.getOrDefault(carried, shape.times());
      skips.add(new Skip(from, shape, !(v.op() instanceof Movement.Concat)));
    }
  }

  /** Computes a network anew with each skip multiplied by its switch. */
  private final class Switching {
    private final Value switches;
    private final SkipJoins joins;
    private final Map<Value, Value> done = new IdentityHashMap<>();
    private final List<Value> carried = new ArrayList<>();

    Switching(Value picture, Value switches) {
      this.switches = switches;
      this.joins = new SkipJoins(picture);
    }

    List<Signal> of(Model net, Signal picture) {
      List<Signal> all = new ArrayList<>();
      for (Signal s : net.apply(List.of(picture))) {
        all.add(picture.with(again(s.value())));
      }
      carried.forEach(v -> all.add(picture.with(v)));
      return all;
    }

    private Value again(Value v) {
      if (v.inputs().isEmpty() || !joins.follows(v)) {
        return v;
      }
      Value known = done.get(v);
      if (known == null) {
        known = computed(v);
        done.put(v, known);
      }
      return known;
    }

    private Value computed(Value v) {
      List<Value> inputs = new ArrayList<>();
      v.inputs().forEach(i -> inputs.add(again(i)));
      int skip = joins.skip(v);
      if (skip >= 0 && carried.size() < skips.size()) {
        Value carries = inputs.get(skip);
        Shape one = Shape.of(carries.shape().dim(0), 1, 1, 1);
        Value on = switches.slice(1, carried.size(), 1).reshape(one);
        inputs.set(skip, carries.times(on.broadcastTo(carries.shape())));
        carried.add(carries);
      }
      return Value.of(v.op(), inputs);
    }
  }

  /** Returns the skips, in the order of their switches. */
  public List<Skip> skips() {
    return skips;
  }

  /**
   * Computes a picture.
   *
   * @param input the picture as the network takes it [H, W, C]
   * @param on which skips are on
   */
  public Computed run(Tensor input, List<Boolean> on) {
    Tensor switches = Tensor.zeros(Shape.of(1, skips.size()));
    for (int i = 0; i < skips.size(); i++) {
      switches.data()[i] = on.get(i) ? 1 : 0;
    }
    List<Tensor> all = switched.run(List.of(input.reshape(input.shape().prepend(1)), switches));
    return new Computed(all.subList(0, outputs), all.subList(outputs, all.size()));
  }
}
