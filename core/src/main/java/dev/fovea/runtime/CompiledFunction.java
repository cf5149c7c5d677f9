package dev.fovea.runtime;

import dev.fovea.compile.Compiler;
import dev.fovea.compile.Place;
import dev.fovea.compile.Place.Storage;
import dev.fovea.compile.Program;
import dev.fovea.compile.Step;
import dev.fovea.graph.Graph;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.op.ParameterStore;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A graph compiled for an engine: a function from tensors to tensors that any number of threads may
 * call at once.
 *
 * <p>What is fixed (folded and packed weights) is kept here and shared; each call borrows an {@link
 * Execution} that has its own working memory. After the first calls an execution allocates nothing.
 */
public final class CompiledFunction {
  private final Program program;
  private final Device device;
  private final Map<? extends ParameterStore, float[]> gradients;
  private final Set<ParameterStore> fixedFrom = new HashSet<>();
  private final Memory fixed;
  private final ConcurrentLinkedDeque<Execution> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger executions = new AtomicInteger();
  private long preparedFor;
  private boolean prepared;

  /**
   * Creates a function of a program.
   *
   * @param gradients where the gradients of each store's parameters go: an array laid out like the
   *     store's values
   */
  public CompiledFunction(
      Program program, Device device, Map<? extends ParameterStore, float[]> gradients) {
    this.program = program;
    this.device = device;
    this.gradients = gradients;
    this.fixed = Memory.of(program.sizes().fixed(), 0);
    program
        .constants()
        .forEach((p, t) -> System.arraycopy(t.data(), 0, fixed.floats(), p.offset(), p.length()));
    for (Step step : program.prologue()) {
      for (Place p : step.inputs()) {
        if (p.storage() instanceof Storage.Parameters of) {
          fixedFrom.add(of.store());
        }
      }
    }
  }

  /** Compiles a graph without gradients. */
  public static CompiledFunction of(Engine engine, Graph graph, Compiler.Mode mode) {
    return of(engine, graph, mode, Map.of());
  }

  /**
   * Compiles a graph.
   *
   * @param mode whether parameters may change between calls
   * @param gradients where the gradients of each store's parameters go: an array laid out like the
   *     store's values
   */
  public static CompiledFunction of(
      Engine engine,
      Graph graph,
      Compiler.Mode mode,
      Map<? extends ParameterStore, float[]> gradients) {
    Program program = engine.compiler().compile(graph, mode);
    return new CompiledFunction(program, engine.device(), gradients);
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

  /** Returns how much memory the function and its executions, at least one, take, in bytes. */
  public long bytes() {
    Program.Sizes sizes = program.sizes();
    long each = sizes.arena().total() + 4L * sizes.scratch();
    return sizes.fixed().total() + Math.max(1, executions.get()) * each;
  }

  /** Borrows an execution; hand it back with {@link #release}. */
  public Execution acquire() {
    prepare();
    Execution e = idle.poll();
    if (e == null) {
      e = new Execution(this);
      executions.incrementAndGet();
    }
    return e;
  }

  /** Takes an execution back for the next caller. */
  public void release(Execution execution) {
    idle.push(execution);
  }

  /**
   * Computes what is fixed, if the parameters have changed since it was last computed; {@link
   * #acquire} does so too.
   */
  public synchronized void prepare() {
    if (program.prologue().isEmpty()) {
      return;
    }
    long now = 0;
    for (ParameterStore store : fixedFrom) {
      now += store.version();
    }
    if (prepared && now == preparedFor) {
      return;
    }
    Memory memory = Memory.of(program.sizes().prologueArena(), program.sizes().scratch());
    for (Step step : program.prologue()) {
      bind(step, memory).run();
    }
    prepared = true;
    preparedFor = now;
  }

  Runnable bind(Step step, Memory arena) {
    Span[] inputs = step.inputs().stream().map(p -> span(p, arena)).toArray(Span[]::new);
    Operands operands =
        new Operands(inputs, span(step.output(), arena), span(step.workspace(), arena));
    return device.bind(step.kernel(), operands, arena.scratch());
  }

  Span span(Place p, Memory arena) {
    return switch (p.storage()) {
      case Storage.Own own -> (own == Storage.Own.ARENA ? arena : fixed).span(p);
      case Storage.Bytes b -> new Span(b.data(), p.offset(), p.length());
      case Storage.Parameters q -> new Span(q.store().values(), p.offset(), p.length());
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
