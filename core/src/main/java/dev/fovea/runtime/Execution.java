package dev.fovea.runtime;

import dev.fovea.compile.Program;
import dev.fovea.compile.Step;
import dev.fovea.kernel.Span;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plan with working memory of its own: set the inputs, run, read the outputs. One caller at a
 * time.
 *
 * <p>Running allocates nothing.
 */
public final class Execution {
  private final Plan plan;
  private final Step[] steps;
  private final Runnable[] runs;
  private final Span[] results;
  private final Map<String, Span> inputs = new HashMap<>();
  private final Map<String, Span> outputs = new HashMap<>();
  private final Span[] copyFrom;
  private final Span[] copyTo;

  Execution(Plan plan) {
    this.plan = plan;
    Program program = plan.program();
    Memory memory = Memory.of(program.sizes().arena(), program.sizes().scratch());
    float[] arena = memory.arena().array();
    this.steps = program.steps().toArray(Step[]::new);
    this.runs = new Runnable[steps.length];
    this.results = new Span[steps.length];
    for (int i = 0; i < steps.length; i++) {
      runs[i] = plan.bind(steps[i], arena, memory.scratch());
      results[i] = plan.span(steps[i].output(), arena);
    }
    program.inputs().forEach((name, p) -> inputs.put(name, plan.span(p, arena)));
    program.outputs().forEach((name, p) -> outputs.put(name, plan.span(p, arena)));
    this.copyFrom = new Span[program.copies().size()];
    this.copyTo = new Span[copyFrom.length];
    for (int i = 0; i < copyFrom.length; i++) {
      copyFrom[i] = plan.span(program.copies().get(i).from(), arena);
      copyTo[i] = plan.span(program.copies().get(i).to(), arena);
    }
  }

  /** Returns whether the program reads an input of this name. */
  public boolean hasInput(String name) {
    return inputs.containsKey(name);
  }

  /**
   * Copies values into an input.
   *
   * @param values the array to read from
   * @param offset where in it the input's first element lies
   */
  public void set(String name, float[] values, int offset) {
    Span to = span(inputs, name);
    System.arraycopy(values, offset, to.array(), to.offset(), to.length());
  }

  /**
   * Copies a tensor into an input.
   *
   * @throws FoveaException if the number of elements differs
   */
  public void set(String name, Tensor values) {
    Span to = span(inputs, name);
    if (values.data().length != to.length()) {
      throw new FoveaException(
          "input " + name + " takes " + to.length() + " values, got a tensor of " + values.shape());
    }
    set(name, values.data(), 0);
  }

  /** Runs all steps. Inputs must be set before each run: their memory is reused during it. */
  public void run() {
    for (Runnable step : runs) {
      step.run();
    }
    copyOut();
  }

  /** Runs all steps as {@link #run()} does and reports how long each took. */
  public void run(StepObserver observer) {
    for (int i = 0; i < steps.length; i++) {
      long begin = System.nanoTime();
      runs[i].run();
      observer.onStep(i, System.nanoTime() - begin);
    }
    copyOut();
  }

  /**
   * Runs all steps and looks at every result.
   *
   * @return the first step whose result holds a NaN or an infinity; empty if all are finite
   */
  public Optional<Step> runAndFindNonFinite() {
    for (int i = 0; i < steps.length; i++) {
      runs[i].run();
      if (!finite(results[i])) {
        return Optional.of(steps[i]);
      }
    }
    return Optional.empty();
  }

  private void copyOut() {
    for (int i = 0; i < copyFrom.length; i++) {
      Span from = copyFrom[i];
      Span to = copyTo[i];
      System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), from.length());
    }
  }

  private static boolean finite(Span s) {
    float sum = 0;
    for (int i = s.offset(); i < s.offset() + s.length(); i++) {
      sum += s.array()[i] * 0;
    }
    return sum == 0;
  }

  /** Returns the shapes of the outputs, in their order. */
  public List<Shape> outputShapes() {
    return plan.program().outputShapes();
  }

  /** Copies an output to {@code values} from {@code offset} on. */
  public void get(String name, float[] values, int offset) {
    get(name, 0, values, offset);
  }

  /**
   * Copies an output from its element {@code first} on to {@code values} from {@code offset} on.
   */
  public void get(String name, int first, float[] values, int offset) {
    Span from = span(outputs, name);
    System.arraycopy(from.array(), from.offset() + first, values, offset, from.length() - first);
  }

  /** Returns the first element of an output: the loss, say. */
  public float scalar(String name) {
    Span from = span(outputs, name);
    return from.array()[from.offset()];
  }

  private static Span span(Map<String, Span> spans, String name) {
    Span s = spans.get(name);
    if (s == null) {
      throw new IllegalArgumentException("the plan has no " + name + ", only " + spans.keySet());
    }
    return s;
  }
}
