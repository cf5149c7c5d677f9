package dev.fovea.engine.compile;

import dev.fovea.engine.compile.MemoryPlanner.Block;
import dev.fovea.engine.compile.Place.Storage;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Scan;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Turns an optimised graph into a program: picks kernels, decides what shares memory with what. */
final class Scheduler {
  private static final int FOREVER = Integer.MAX_VALUE;

  /** A part of a block that holds a value. */
  private record View(Block block, int begin, int length) {
    Place place() {
      return new Place(block.storage, block.type, block.offset + begin, length);
    }

    boolean owned() {
      return block.storage == Storage.Arena.ARENA;
    }
  }

  /** A kernel with the views it works on, before the blocks have addresses. */
  private record Planned(Value value, Kernel kernel, List<View> inputs, View output, Block space) {}

  private final Graph graph;
  private final Set<Value> fixed;
  private final Map<Value, Kernel> kernels = new IdentityHashMap<>();
  private final Map<Value, View> views = new IdentityHashMap<>();
  private final Map<Value, Integer> lastUse = new IdentityHashMap<>();
  private final Map<Value, View> pinned = new IdentityHashMap<>();
  private final List<View> results = new ArrayList<>();
  private final Map<Source.Parameter, View> updates = new LinkedHashMap<>();
  private final Function<Value, Kernel> kernelOf;
  private final List<Value> staying = new ArrayList<>();
  private final Map<Value, Integer> operands = new IdentityHashMap<>();
  private int carries;
  private int zeros;

  /** Returns a scheduler of a scan's step, which reads what all steps read where it lies. */
  static Scheduler ofStep(Scan scan, Function<Value, Kernel> kernelOf) {
    List<Value> inputs = scan.body().inputs();
    Scheduler s = new Scheduler(Graph.of(inputs, scan.body().results()), Set.of(), kernelOf);
    s.carries = scan.carries();
    for (int i = scan.carries() + scan.sequences(); i < inputs.size(); i++) {
      s.operands.put(inputs.get(i), i);
    }
    return s;
  }

  Scheduler(Graph graph, Set<Value> fixed, Function<Value, Kernel> kernelOf) {
    this.graph = graph;
    this.fixed = fixed;
    this.kernelOf = kernelOf;
    for (Value v : graph.values()) {
      if (computed(v)) {
        Kernel k = kernelOf.apply(v);
        kernels.put(v, k);
        zeros = Math.max(zeros, k.footprint().zeros());
      }
    }
  }

  /** Returns whether a kernel makes the value: it is neither given nor a view of another. */
  private static boolean computed(Value v) {
    return !isView(v)
        && switch (v.op()) {
          case Source.Input in -> false;
          case Source.Parameter p -> false;
          case Source.Constant c -> false;
          case Source.Bytes b -> false;
          default -> true;
        };
  }

  /** Returns whether the value is a contiguous part of its input's memory. */
  private static boolean isView(Value v) {
    return switch (v.op()) {
      case Movement.Reshape r -> true;
      case Movement.Slice s -> contiguous(v.input(0).shape(), s.size());
      default -> false;
    };
  }

  private static boolean contiguous(Shape from, Shape part) {
    int axis = 0;
    while (axis < part.rank() && part.dim(axis) == 1) {
      axis++;
    }
    for (int i = axis + 1; i < part.rank(); i++) {
      if (part.dim(i) != from.dim(i)) {
        return false;
      }
    }
    return true;
  }

  Program schedule() {
    findLastUses();
    pinGradients();
    List<Block> early = new ArrayList<>();
    List<Block> arena = new ArrayList<>();
    List<Planned> prologue = new ArrayList<>();
    List<Planned> steps = new ArrayList<>();
    List<Value> values = graph.values();
    for (int t = 0; t < values.size(); t++) {
      Value v = values.get(t);
      boolean isFixed = fixed.contains(v);
      place(v, t, isFixed ? early : arena);
      if (kernels.containsKey(v)) {
        plan(v, t, isFixed ? early : arena, isFixed ? prologue : steps);
      }
    }
    keepResults(arena, steps);
    Program.Size earlySize = MemoryPlanner.place(prologue.isEmpty() ? List.of() : early, zeros);
    Program.Size arenaSize = MemoryPlanner.place(arena, zeros);
    int scratch =
        Stream.concat(prologue.stream(), steps.stream())
            .mapToInt(p -> p.kernel.footprint().scratch())
            .max()
            .orElse(0);
    return new Program(
        steps(prologue),
        steps(steps),
        staying,
        inputs(),
        results(),
        gradients(),
        updates(),
        new Program.Sizes(arenaSize, earlySize, scratch, zeros));
  }

  /**
   * Finds until when each value's memory is needed: its last reader, or the last reader of a view
   * of it. What is fixed and read by a step that is not stays for ever.
   */
  private void findLastUses() {
    graph.outputs().forEach(v -> lastUse.put(v, FOREVER));
    List<Value> values = graph.values();
    for (int t = values.size() - 1; t >= 0; t--) {
      Value v = values.get(t);
      int until = isView(v) ? lastUse.getOrDefault(v, t) : t;
      for (Value in : v.inputs()) {
        boolean crosses = fixed.contains(in) && !fixed.contains(v);
        lastUse.merge(in, crosses ? FOREVER : until, Math::max);
      }
    }
  }

  /**
   * Lets kernels write parameter gradients straight to where the optimiser reads them. What is
   * fixed is computed once but the place is shared with other programs: it is copied at each run.
   */
  private void pinGradients() {
    graph
        .gradients()
        .forEach((p, v) -> {
          if (kernels.containsKey(v) && !fixed.contains(v)) {
            Storage to = new Storage.Gradients(p.store());
            pinned.putIfAbsent(v, given(v, to, p.store().offset(p.name()), 0));
          }
        });
  }

  private void place(Value v, int t, List<Block> arena) {
    int size = v.shape().elements();
    switch (v.op()) {
      case Source.Parameter p -> {
        Storage of = new Storage.Parameters(p.store());
        views.put(v, given(v, of, p.store().offset(p.name()), t));
      }
      case Source.Constant c -> views.put(v, staying(v, t));
      case Source.Bytes b -> views.put(v, given(v, new Storage.Bytes(b.data()), 0, t));
      case Source.Input in -> {
        Integer operand = operands.get(v);
        views.put(
            v,
            operand == null
                ? block(v, Storage.Arena.ARENA, -1, until(v, t), arena)
                : given(v, new Storage.Operand(operand), 0, t));
      }
      default -> {
        if (isView(v)) {
          View of = view(v.input(0));
          views.put(v, new View(of.block, of.begin + viewBegin(v), size));
        }
      }
    }
  }

  private static int viewBegin(Value v) {
    if (!(v.op() instanceof Movement.Slice s)) {
      return 0;
    }
    int[] strides = v.input(0).shape().strides();
    int begin = 0;
    for (int i = 0; i < strides.length; i++) {
      begin += s.begin().get(i) * strides[i];
    }
    return begin;
  }

  private void plan(Value v, int t, List<Block> arena, List<Planned> steps) {
    Kernel kernel = kernel(v);
    List<View> inputs = new ArrayList<>(v.inputs().stream().map(this::view).toList());
    if (kernel.footprint().zeros() > 0 && !inputs.get(0).owned()) {
      inputs.set(0, copied(v.input(0), inputs.get(0), t, t, arena, steps));
    }
    View output = output(v, t, kernel, inputs, arena);
    views.put(v, output);
    int floats = kernel.footprint().workspace();
    Block space = block(Storage.Arena.ARENA, ElementType.FLOAT32, floats, t, t, arena);
    steps.add(new Planned(v, kernel, List.copyOf(inputs), output, space));
  }

  /** Plans a copy into working memory that lasts from step {@code t} to step {@code until}. */
  private View copied(
      Value v, View from, int t, int until, List<Block> arena, List<Planned> steps) {
    Value copy = Value.of(new Movement.Reshape(v.shape()), v);
    View to = block(v, Storage.Arena.ARENA, t, until, arena);
    Block none = new Block(Storage.Arena.ARENA, ElementType.FLOAT32, 0, 0, t);
    steps.add(new Planned(copy, kernelOf.apply(copy), List.of(from), to, none));
    return to;
  }

  /** Keeps what is read after a run. */
  private void keepResults(List<Block> arena, List<Planned> steps) {
    for (int i = 0; i < graph.results().size(); i++) {
      Value v = graph.results().get(i);
      results.add(kept(v, i < carries && liesInCarry(v, i), arena, steps));
    }
    for (int i = 0; i < carries; i++) {
      View carry = views.get(graph.inputs().get(i));
      if (carry != null) { // the next is copied there while others are still to be read
        carry.block.last = FOREVER;
      }
    }
    graph.updates().forEach((p, v) -> updates.put(p, kept(v, false, arena, steps)));
  }

  /** Returns whether a scan's next carry lies where another carry goes. */
  private boolean liesInCarry(Value v, int own) {
    Block block = view(v).block;
    for (int i = 0; i < carries; i++) {
      View other = views.get(graph.inputs().get(i));
      if (i != own && other != null && other.block == block) {
        return true;
      }
    }
    return false;
  }

  /** Copies a parameter out of the way of the parameters' new values. */
  private View kept(Value v, boolean inTheWay, List<Block> arena, List<Planned> steps) {
    View view = view(v);
    boolean moves = !graph.updates().isEmpty() && view.block.storage instanceof Storage.Parameters;
    return moves || inTheWay ? copied(v, view, graph.values().size(), FOREVER, arena, steps) : view;
  }

  private View output(Value v, int t, Kernel kernel, List<View> inputs, List<Block> arena) {
    View pin = pinned.get(v);
    if (pin != null) {
      return pin;
    }
    int until = until(v, t);
    if (fixed.contains(v) && until == FOREVER) {
      return staying(v, t);
    }
    for (int i : kernel.footprint().inPlace()) {
      if (i < inputs.size() && dies(inputs, i, v, t)) {
        inputs.get(i).block.last = until;
        return inputs.get(i);
      }
    }
    return block(v, Storage.Arena.ARENA, t, until, arena);
  }

  /**
   * Returns whether input {@code i} is a whole block that nothing reads after or beside this step.
   */
  private static boolean dies(List<View> inputs, int i, Value v, int t) {
    View in = inputs.get(i);
    int size = v.shape().elements();
    boolean whole =
        in.block.storage == Storage.Arena.ARENA && in.length == size && in.block.size == size;
    boolean last = in.block.last == t && in.block.type == v.type();
    for (int j = 0; j < inputs.size(); j++) {
      last &= j == i || inputs.get(j).block != in.block;
    }
    return whole && last;
  }

  private int until(Value v, int t) {
    return lastUse.getOrDefault(v, t);
  }

  /** Returns where a value lies that is not the program's own. */
  private static View given(Value v, Storage storage, int offset, int first) {
    int size = v.shape().elements();
    return new View(new Block(storage, v.type(), size, offset, first), 0, size);
  }

  private View staying(Value v, int t) {
    staying.add(v);
    return given(v, new Storage.Fixed(v), 0, t);
  }

  /** Returns a new block that holds a value. */
  private static View block(Value v, Storage storage, int first, int last, List<Block> blocks) {
    int size = v.shape().elements();
    return new View(block(storage, v.type(), size, first, last, blocks), 0, size);
  }

  private static Block block(
      Storage storage, ElementType type, int size, int first, int last, List<Block> blocks) {
    Block b = new Block(storage, type, size, 0, first);
    b.last = last;
    if (size > 0) {
      blocks.add(b);
    }
    return b;
  }

  private View view(Value v) {
    View view = views.get(v);
    if (view == null) {
      throw new IllegalStateException("no memory was planned for " + v);
    }
    return view;
  }

  private Kernel kernel(Value v) {
    Kernel kernel = kernels.get(v);
    if (kernel == null) {
      throw new IllegalStateException("no kernel was chosen for " + v);
    }
    return kernel;
  }

  private List<Step> steps(List<Planned> planned) {
    return planned.stream()
        .map(p ->
            new Step(
                p.value,
                graph.paths().of(p.value),
                p.kernel,
                p.inputs.stream().map(View::place).toList(),
                p.output.place(),
                new View(p.space, 0, p.space.size).place()))
        .toList();
  }

  private List<Program.Port> inputs() {
    Map<Op, Place> read = new HashMap<>();
    for (Value v : graph.values()) {
      if (v.op() instanceof Source.Input) {
        read.put(v.op(), view(v).place());
      }
    }
    return graph.inputs().stream()
        .map(v -> new Program.Port(v.shape(), read.getOrDefault(v.op(), Place.NONE)))
        .toList();
  }

  private List<Program.Port> results() {
    List<Program.Port> ports = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      ports.add(new Program.Port(graph.results().get(i).shape(), results.get(i).place()));
    }
    return ports;
  }

  private List<Program.Copy> gradients() {
    List<Program.Copy> copies = new ArrayList<>();
    graph
        .gradients()
        .forEach((p, v) -> copies.add(copy(view(v), new Storage.Gradients(p.store()), p)));
    copies.removeIf(c -> c.from().equals(c.to()));
    return copies;
  }

  private List<Program.Copy> updates() {
    List<Program.Copy> copies = new ArrayList<>();
    updates.forEach((p, view) -> copies.add(copy(view, new Storage.Parameters(p.store()), p)));
    return copies;
  }

  private static Program.Copy copy(View view, Storage to, Source.Parameter p) {
    Place from = view.place();
    return new Program.Copy(
        from, new Place(to, from.type(), p.store().offset(p.name()), from.length()));
  }
}
