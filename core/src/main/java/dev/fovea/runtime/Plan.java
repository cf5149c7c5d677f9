package dev.fovea.runtime;

import dev.fovea.compile.Place;
import dev.fovea.compile.Program;
import dev.fovea.compile.Step;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A program together with the parameters it works on; any number of threads may run it at once.
 *
 * <p>What is fixed (folded and packed weights) is kept here and shared; each run borrows an {@link
 * Execution} that has its own working memory. After the first runs nothing is allocated.
 */
public final class Plan {
  private final Program program;
  private final Device device;
  private final float[] parameters;
  private final float[] gradients;
  private final float[] fixed;
  private final LongSupplier version;
  private final ConcurrentLinkedDeque<Execution> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger executions = new AtomicInteger();
  private long preparedFor;
  private boolean prepared;

  /**
   * Creates a plan.
   *
   * @param program what to run
   * @param device what runs it
   * @param parameters the array of parameters
   * @param gradients the array of their gradients; may be empty if the program writes none
   * @param version a number that changes whenever the parameters do
   */
  public Plan(
      Program program, Device device, float[] parameters, float[] gradients, LongSupplier version) {
    this.program = program;
    this.device = device;
    this.parameters = parameters;
    this.gradients = gradients;
    this.version = version;
    this.fixed = new float[program.sizes().fixed()];
    program
        .constants()
        .forEach((p, t) -> System.arraycopy(t.data(), 0, fixed, p.offset(), p.length()));
  }

  /** Returns the program. */
  public Program program() {
    return program;
  }

  /** Returns how much memory the plan and its executions, at least one, take, in bytes. */
  public long bytes() {
    Program.Sizes sizes = program.sizes();
    long each = 4L * sizes.arena() + 4L * sizes.scratch();
    return 4L * sizes.fixed() + Math.max(1, executions.get()) * each;
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
    long now = version.getAsLong();
    if (program.prologue().isEmpty() || (prepared && now == preparedFor)) {
      return;
    }
    Memory memory = Memory.of(program.sizes().prologueArena(), program.sizes().scratch());
    for (Step step : program.prologue()) {
      bind(step, memory.arena().array(), memory.scratch()).run();
    }
    prepared = true;
    preparedFor = now;
  }

  Runnable bind(Step step, float[] arena, Span scratch) {
    List<Span> inputs = new ArrayList<>();
    step.inputs().forEach(p -> inputs.add(span(p, arena)));
    Span[] in = inputs.toArray(Span[]::new);
    Span out = span(step.output(), arena);
    return device.bind(
        step.kernel(), new Operands(in, out, span(step.workspace(), arena)), scratch);
  }

  Span span(Place p, float[] arena) {
    return new Span(array(p.storage(), arena), p.offset(), p.length());
  }

  private float[] array(Place.Storage storage, float[] arena) {
    return switch (storage) {
      case ARENA -> arena;
      case FIXED -> fixed;
      case PARAMETERS -> parameters;
      case GRADIENTS -> gradients;
    };
  }
}
