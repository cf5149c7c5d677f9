package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Place;
import dev.fovea.engine.compile.Place.Storage;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.compile.Step;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A graph compiled for a device: a function from tensors to tensors that any number of threads may
 * call at once.
 *
 * <p>What is fixed (folded and packed weights) is shared by all calls; each call borrows an {@link
 * Execution} in working memory that no other call has. Both may be shared with other functions
 * ({@link SharedMemory}). After the first calls an execution allocates nothing.
 */
public final class CompiledFunction {
  private final Program program;
  private final Device device;
  private final Map<? extends ParameterStore, float[]> gradients;
  private final SharedMemory memory;
  private final Memory.Room room;
  private final Map<Value, FixedValue> fixed;
  private final ParameterStore[] fixedFrom;
  private long preparedFor = -1;

  /**
   * Creates a function of a program.
   *
   * @param gradients where the gradients of each store's parameters go: an array laid out like the
   *     store's values
   * @param memory what is shared with other functions on the same device
   */
  public CompiledFunction(
      Program program,
      Device device,
      Map<? extends ParameterStore, float[]> gradients,
      SharedMemory memory) {
    this.program = program;
    this.device = device;
    this.gradients = gradients;
    this.memory = memory;
    this.room = Memory.Room.of(program.sizes().arena(), program.sizes().scratch());
    this.fixed = memory.fixed(program.fixed());
    this.fixedFrom =
        fixed.values().stream()
            .flatMap(f -> f.stores().stream())
            .distinct()
            .toArray(ParameterStore[]::new);
  }

  /** Compiles a graph without gradients that shares nothing with others. */
  public static CompiledFunction of(Device device, Graph graph, Compiler.Mode mode) {
    return of(device, graph, mode, Map.of(), new SharedMemory());
  }

  /**
   * Compiles a graph.
   *
   * @param mode whether parameters may change between calls
   * @param gradients where the gradients of each store's parameters go: an array laid out like the
   *     store's values
   * @param memory what is shared with other functions on the same device
   */
  public static CompiledFunction of(
      Device device,
      Graph graph,
      Compiler.Mode mode,
      Map<? extends ParameterStore, float[]> gradients,
      SharedMemory memory) {
    Program program = device.compiler().compile(graph, mode);
    return new CompiledFunction(program, device, gradients, memory);
  }

  /** Returns the program. */
  public Program program() {
    return program;
  }

  /** Returns the shapes of the inputs, by position. */
  public List<Shape> inputs() {
    return program.inputs().stream().map(Program.Port::shape).toList();
  }

  /** Returns the shapes of the results, by number. */
  public List<Shape> results() {
    return program.results().stream().map(Program.Port::shape).toList();
  }

  /**
   * Returns the results for some inputs; parameters keep their values.
   *
   * @param inputs one tensor per input, by position
   * @throws FoveaException if there are more or fewer, or a number of elements is not the input's
   */
  public List<Tensor> call(Tensor... inputs) {
    if (inputs.length != program.inputs().size()) {
      throw new FoveaException(
          "function: takes %s inputs, got %s".formatted(program.inputs().size(), inputs.length));
    }
    List<Tensor> results = new ArrayList<>();
    Execution e = acquire();
    try {
      for (int i = 0; i < inputs.length; i++) {
        e.set(i, inputs[i]);
      }
      e.run();
      for (int i = 0; i < program.results().size(); i++) {
        results.add(e.result(i));
      }
    } finally {
      release(e);
    }
    return results;
  }

  /**
   * Returns how much memory one call at a time takes, in bytes: fixed values and working memory,
   * shared or not.
   */
  public long bytes() {
    Program.Sizes sizes = program.sizes();
    long staying =
        program.fixed().stream()
            .mapToLong(v -> (long) v.type().bytes() * v.shape().elements())
            .sum();
    return staying + sizes.arena().total() + 4L * sizes.scratch();
  }

  /** Borrows an execution; hand it back with {@link #release}. */
  public Execution acquire() {
    prepare();
    return memory.lend(room).execution(this);
  }

  /**
   * Takes an execution back: its memory is the next caller's.
   *
   * @throws IllegalStateException if it has been taken back already
   */
  public void release(Execution execution) {
    memory.giveBack(execution.memory());
  }

  /**
   * Computes what is fixed, but for what has been computed, for this function or another, since the
   * parameters have changed; {@link #acquire} does so too.
   */
  public void prepare() {
    synchronized (memory) {
      long now = 0;
      for (ParameterStore store : fixedFrom) {
        now += store.version();
      }
      if (now != preparedFor) {
        SharedMemory.place(program.fixed(), fixed);
        List<FixedValue> missing =
            program.fixed().stream().map(this::fixed).filter(f -> !f.isComputed()).toList();
        if (!missing.isEmpty()) {
          compute(Set.copyOf(missing));
        }
        preparedFor = now;
      }
    }
  }

  /** Computes fixed values, and no others of them: those may be read by calls at this moment. */
  private void compute(Set<FixedValue> missing) {
    missing.forEach(FixedValue::begin);
    Program.Sizes sizes = program.sizes();
    Memory arena = new Memory(Memory.Room.of(sizes.prologueArena(), sizes.scratch()));
    Span scratch = arena.scratch(sizes.prologueArena(), sizes.scratch());
    for (Step step : program.prologue()) {
      if (!(step.output().storage() instanceof Storage.Fixed(Value v))
          || missing.contains(fixed(v))) {
        bind(step, arena, scratch).run();
      }
    }
    missing.forEach(FixedValue::computed);
  }

  private FixedValue fixed(Value v) {
    return Objects.requireNonNull(fixed.get(v));
  }

  Runnable bind(Step step, Memory arena, Span scratch) {
    Span[] inputs = step.inputs().stream().map(p -> span(p, arena)).toArray(Span[]::new);
    Operands operands =
        new Operands(inputs, span(step.output(), arena), span(step.workspace(), arena));
    return ScanRun.bind(device, step.kernel(), operands, scratch);
  }

  Span span(Place p, Memory arena) {
    return switch (p.storage()) {
      case Storage.Arena a -> arena.span(p);
      case Storage.Fixed f -> fixed(f.value()).memory().part(p.offset(), p.length());
      case Storage.Bytes b -> new Span(b.data(), p.offset(), p.length());
      case Storage.Parameters q -> new Span(q.store().values(), p.offset(), p.length());
      case Storage.Operand o -> throw new IllegalStateException("no step of a scan: " + o);
      case Storage.Gradients g -> new Span(gradientsOf(g.store()), p.offset(), p.length());
    };
  }

  private float[] gradientsOf(ParameterStore store) {
    float[] array = gradients.get(store);
    if (array == null) {
      throw new IllegalArgumentException("there is no array for the gradients of " + store);
    }
    return array;
  }
}
