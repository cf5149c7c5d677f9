package dev.fovea.quantize.prune;

import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Trace;
import dev.fovea.nn.Traced;
import dev.fovea.op.Contraction;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.quantize.retrace.Retrace;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A network without some channels of another one.
 *
 * @param wide the network with all channels
 * @param kept the places of each axis of each parameter that stay; one that is missing stays whole
 */
record NarrowNetwork(Model wide, Map<String, List<int[]>> kept) implements Network {
  /** Returns the places of an axis whose numbers a test holds for. */
  static int[] places(int[] ids, IntPredicate stays) {
    return IntStream.range(0, ids.length).filter(i -> stays.test(ids[i])).toArray();
  }

  /** Returns the values of a graph, those that states become among them. */
  static List<Value> values(Traced traced) {
    List<Value> wanted = new ArrayList<>(traced.outputs());
    wanted.addAll(traced.updates().values());
    return Graph.topological(wanted);
  }

  @Override
  public boolean fixesBatch() {
    return wide.fixesBatch();
  }

  @Override
  public List<Signal> forward(List<Signal> inputs) {
    Trace trace = inputs.get(0).trace();
    Traced traced = wide.tracedAs(trace, inputs.get(0).shape().dim(0));
    ChannelIds ids = new ChannelIds(values(traced), traced.outputs());
    Walk walk = new Walk(new Retrace(wide, inputs), trace, ids, gone(ids));
    return walk.retrace.run(traced, walk::narrow);
  }

  /** Returns the roots of channels that are gone. */
  private Set<Integer> gone(ChannelIds ids) {
    Set<Integer> gone = new HashSet<>();
    ids.parameters()
        .forEach((name, axes) -> {
          List<int[]> places = Objects.requireNonNull(kept.get(name));
          for (int a = 0; a < axes.length; a++) {
            for (int i = 0; i < axes[a].length; i++) {
              if (Arrays.binarySearch(places.get(a), i) < 0) {
                gone.add(ids.root(axes[a][i]));
              }
            }
          }
        });
    return gone;
  }

  /** One walk, which knows the channels of the wide network and the roots of those gone. */
  private final class Walk {
    private final Retrace retrace;
    private final Trace trace;
    private final ChannelIds ids;
    private final Set<Integer> gone;

    Walk(Retrace retrace, Trace trace, ChannelIds ids, Set<Integer> gone) {
      this.retrace = retrace;
      this.trace = trace;
      this.ids = ids;
      this.gone = gone;
    }

    private int count(int[] some) {
      return places(some, id -> !gone.contains(ids.root(id))).length;
    }

    private Shape narrowed(Shape shape, Value v) {
      return shape.withDim(shape.rank() - 1, count(ids.of(v)));
    }

    Value narrow(Value v) {
      return switch (v.op()) {
        case Source.Parameter p -> parameter(p);
        case Source.RandomMask m -> trace.randomMask(narrowed(m.maskShape(), v), m.keep());
        case Contraction.Conv2d c when c.groups() > 1 -> grouped(c, v);
        case Movement.Reshape r when r.to().rank() > 0 ->
            moved(new Movement.Reshape(narrowed(r.to(), v)), v);
        case Movement.Broadcast b when b.to().rank() > 0 ->
            moved(new Movement.Broadcast(narrowed(b.to(), v)), v);
        case Movement.Slice s -> moved(slice(s, v), v);
        case Movement.Pad p -> moved(pad(p, v), v);
        default -> retrace.usual(v);
      };
    }

    private Value moved(Movement op, Value v) {
      return Value.of(op, retrace.of(v.inputs()));
    }

    private Value parameter(Source.Parameter p) {
      Tensor all = wide.parameters().tensor(p.name());
      List<int[]> places = kept.get(p.name());
      return Retrace.parameter(wide, trace, p.name(), places == null ? all : picked(all, places));
    }

    private Value grouped(Contraction.Conv2d c, Value v) {
      Value x = retrace.of(v.input(0));
      int groups = c.groups() == v.input(0).shape().dim(-1) ? x.shape().dim(-1) : c.groups();
      return Value.of(new Contraction.Conv2d(c.window(), groups), x, retrace.of(v.input(1)));
    }

    private Movement.Slice slice(Movement.Slice s, Value v) {
      int last = v.shape().rank() - 1;
      int[] begin = s.begin().toArray();
      begin[last] = count(Arrays.copyOf(ids.of(v.input(0)), begin[last]));
      return new Movement.Slice(Ints.of(begin), narrowed(s.size(), v));
    }

    private Movement.Pad pad(Movement.Pad p, Value v) {
      int last = v.shape().rank() - 1;
      int[] before = p.before().toArray();
      int[] after = p.after().toArray();
      int[] own = ids.of(v);
      int behind = own.length - after[last];
      before[last] = count(Arrays.copyOf(own, before[last]));
      after[last] = count(Arrays.copyOfRange(own, behind, own.length));
      return new Movement.Pad(Ints.of(before), Ints.of(after), p.value());
    }
  }

  /** Returns the elements at some places of each axis. */
  private static Tensor picked(Tensor all, List<int[]> places) {
    Tensor some = Tensor.zeros(Shape.of(places.stream().mapToInt(p -> p.length).toArray()));
    int[] at = new int[places.size()];
    for (int i = 0; i < some.data().length; i++) {
      int from = 0;
      for (int a = 0; a < at.length; a++) {
        from = from * all.shape().dim(a) + places.get(a)[at[a]];
      }
      some.data()[i] = all.data()[from];
      for (int a = at.length - 1; a >= 0 && ++at[a] == places.get(a).length; a--) {
        at[a] = 0;
      }
    }
    return some;
  }
}
