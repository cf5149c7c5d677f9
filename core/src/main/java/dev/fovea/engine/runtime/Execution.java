package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Program;
import dev.fovea.engine.compile.Step;
import dev.fovea.engine.kernel.Span;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The working memory of a call of a function: set the inputs, run, read the results. One caller at
 * a time.
 *
 * <p>Inputs and results are known by their number. Running allocates nothing.
 */
public final class Execution {
  private final Program program;
  private final Memory memory;
  private final Step[] steps;
  private final Runnable[] runs;
  private final Span[] computed;
  private final Span[] inputs;
  private final Span[] results;
  private final Copies gradients;
  private final Copies updates;

  /** What is copied from where to where. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Copies(Span[] from, Span[] to) {
    static Copies of(List<Program.Copy> copies, CompiledFunction function, Memory arena) {
      return new Copies(
          copies.stream().map(c -> function.span(c.from(), arena)).toArray(Span[]::new),
          copies.stream().map(c -> function.span(c.to(), arena)).toArray(Span[]::new));
    }

    void run() {
      for (int i = 0; i < from.length; i++) {
        System.arraycopy(
            from[i].array(), from[i].offset(), to[i].array(), to[i].offset(), from[i].length());
      }
    }
  }

  Execution(CompiledFunction function, Memory memory) {
    this.program = function.program();
    this.memory = memory;
    Span scratch = memory.scratch(program.sizes().arena(), program.sizes().scratch());
    this.steps = program.steps().toArray(Step[]::new);
    this.runs = new Runnable[steps.length];
    this.computed = new Span[steps.length];
    for (int i = 0; i < steps.length; i++) {
      runs[i] = function.bind(steps[i], memory, scratch);
      computed[i] = function.span(steps[i].output(), memory);
    }
    this.inputs = spans(program.inputs(), function, memory);
    this.results = spans(program.results(), function, memory);
    this.gradients = Copies.of(program.gradients(), function, memory);
    this.updates = Copies.of(program.updates(), function, memory);
  }

  /** Returns the program whose steps run. */
  public Program program() {
    return program;
  }

  /** Returns the memory that the run works in. */
  Memory memory() {
    return memory;
  }

  private static Span[] spans(List<Program.Port> ports, CompiledFunction function, Memory arena) {
    return ports.stream().map(p -> function.span(p.place(), arena)).toArray(Span[]::new);
  }

  /**
   * Copies values into an input; nothing if no step reads it.
   *
   * @param values the array to read from
   * @param offset where in it the input's first element lies
   * @throws FoveaException if the array ends before the input does
   */
  public void set(int input, float[] values, int offset) {
    Span to = inputs[input];
    requireRoom("input", input, to.length(), values, offset);
    System.arraycopy(values, offset, to.array(), to.offset(), to.length());
  }

  /**
   * Copies a tensor into an input; nothing if no step reads it.
   *
   * @throws FoveaException if the shape differs, axes of extent 1 aside
   */
  public void set(int input, Tensor values) {
    Shape shape = program.inputs().get(input).shape();
    if (!shape.sameButForOnes(values.shape())) {
      throw new FoveaException(
          "input %s takes %s, got a tensor of %s".formatted(input, shape, values.shape()));
    }
    set(input, values.data(), 0);
  }

  private static void requireRoom(String what, int number, int length, float[] values, int offset) {
    if (offset < 0 || values.length - offset < length) {
      throw new FoveaException(
          "%s %s has %s values, got an array of %s from %s on"
              .formatted(what, number, length, values.length, offset));
    }
  }

  /**
   * Runs all steps: results and gradients are computed, parameters keep their values. Inputs must
   * be set before each run, whose steps use their memory again.
   */
  public void run() {
    for (Runnable step : runs) {
      step.run();
    }
    gradients.run();
  }

  /** Runs all steps as {@link #run()} does and reports how long each took. */
  public void run(StepObserver observer) {
    for (int i = 0; i < steps.length; i++) {
      long begin = System.nanoTime();
      runs[i].run();
      observer.onStep(i, System.nanoTime() - begin);
    }
    gradients.run();
  }

  /** Gives parameters the next values that the last run computed for them. */
  public void update() {
    updates.run();
  }

  /**
   * Runs all steps and looks at every result.
   *
   * @return the first step whose result holds a NaN or an infinity; empty if all are finite
   */
  public Optional<Step> runAndFindNonFinite() {
    for (int i = 0; i < steps.length; i++) {
      runs[i].run();
      if (!finite(computed[i])) {
        return Optional.of(steps[i]);
      }
    }
    return Optional.empty();
  }

  private static boolean finite(Span s) {
    float sum = 0;
    for (int i = s.offset(); !s.isBytes() && i < s.offset() + s.length(); i++) {
      sum += s.array()[i] * 0;
    }
    return sum == 0;
  }

  /**
   * Copies a result to {@code values} from {@code offset} on.
   *
   * @throws FoveaException if the array ends before the result does
   */
  public void get(int result, float[] values, int offset) {
    get(result, 0, values, offset);
  }

  /** Copies a result from its element {@code first} on to {@code values} from {@code offset} on. */
  public void get(int result, int first, float[] values, int offset) {
    Span from = results[result];
    if (first < 0 || first > from.length()) {
      throw new FoveaException(
          "result %s has %s values, none from %s on".formatted(result, from.length(), first));
    }
    requireRoom("result", result, from.length() - first, values, offset);
    System.arraycopy(from.array(), from.offset() + first, values, offset, from.length() - first);
  }

  /** Returns a copy of a result. */
  public Tensor result(int result) {
    Tensor copy = Tensor.zeros(program.results().get(result).shape());
    get(result, copy.data(), 0);
    return copy;
  }

  /** Returns the first element of a result: the loss, say. */
  public float scalar(int result) {
    Span from = results[result];
    return from.array()[from.offset()];
  }
}
