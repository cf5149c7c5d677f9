package dev.fovea.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Kernel;
import dev.fovea.kernel.Operands;
import dev.fovea.kernel.Span;
import dev.fovea.kernel.TaskKernel;
import dev.fovea.tensor.Rng;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a kernel as a plan would, but with everything around it hostile: output, workspace and
 * scratch hold NaN beforehand, operands lie at odd places among NaN or, in reverse, at the very end
 * of their arrays, and what lies beside the output, the workspace and the scratch must not change.
 * No two tasks of a phase may write to one place.
 */
public final class KernelRunner {
  /** In which order the tasks of a phase run. */
  public enum Order {
    /** By number. */
    FORWARD,
    /** From the last to the first. */
    REVERSE,
    /** In a random order that a seed fixes. */
    SHUFFLED
  }

  private static final int GUARD = 20;
  private static final float GUARD_VALUE = -12345.678f;

  private final TaskKernel kernel;
  private final List<float[]> inputs;
  private final int outputLength;

  /** Prepares runs on these inputs; the kernel asks for workspace, scratch and zeros itself. */
  public KernelRunner(Kernel kernel, List<float[]> inputs, int outputLength) {
    this.kernel = (TaskKernel) kernel;
    this.inputs = List.copyOf(inputs);
    this.outputLength = outputLength;
  }

  /** Returns the result with the output apart from the inputs. */
  public float[] run(Order order) {
    return run(order, -1);
  }

  /** Returns the result when it is stored over input {@code i}. */
  public float[] runInPlace(Order order, int i) {
    return run(order, i);
  }

  private float[] run(Order order, int over) {
    Span[] in = new Span[inputs.size()];
    for (int i = 0; i < in.length; i++) {
      in[i] = place(i, order);
    }
    Span fresh = guarded(outputLength);
    Span output = over < 0 ? fresh : in[over];
    Span workspace = guarded(kernel.footprint().workspace());
    run(order, new Operands(in, output, workspace));
    checkGuards("output", fresh);
    checkGuards("workspace", workspace);
    for (int i = 0; i < in.length; i++) {
      checkInput(i, in[i], order, i == over);
    }
    return Arrays.copyOfRange(output.array(), output.offset(), output.offset() + outputLength);
  }

  private void run(Order order, Operands operands) {
    Span scratch = guarded(kernel.footprint().scratch());
    List<Written> written =
        order == Order.FORWARD
            ? List.of(
                new Written("output", operands.output()),
                new Written("workspace", operands.workspace()))
            : List.of();
    for (int phase = 0; phase < kernel.phases(); phase++) {
      int tasks = kernel.tasks(phase);
      assertThat(tasks).as("tasks of phase " + phase).isPositive();
      int[] shuffled = new Rng(tasks).permutation(tasks);
      for (int i = 0; i < tasks; i++) {
        int task =
            switch (order) {
              case FORWARD -> i;
              case REVERSE -> tasks - 1 - i;
              case SHUFFLED -> shuffled[i];
            };
        poison(scratch);
        kernel.run(phase, task, operands, scratch);
        written.forEach(w -> w.taskEnds(task));
      }
      written.forEach(Written::phaseEnds);
    }
    checkGuards("scratch", scratch);
  }

  /**
   * Which task of the phase wrote where: two that write to one place would race. What a task writes
   * is taken away until the phase ends, so that no other task of the phase can read it.
   */
  private static final class Written {
    private final String what;
    private final Span span;
    private final float[] before;
    private final float[] after;
    private final int[] by;

    Written(String what, Span span) {
      this.what = what;
      this.span = span;
      this.before = Arrays.copyOfRange(span.array(), span.offset(), span.offset() + span.length());
      this.after = before.clone();
      this.by = new int[span.length()];
      Arrays.fill(by, -1);
    }

    void taskEnds(int task) {
      for (int i = 0; i < by.length; i++) {
        float now = span.array()[span.offset() + i];
        if (Float.floatToRawIntBits(now) == Float.floatToRawIntBits(before[i])) {
          continue;
        }
        if (by[i] >= 0) {
          throw new AssertionError(
              "tasks " + by[i] + " and " + task + " both write to the " + what + " at " + i);
        }
        by[i] = task;
        after[i] = now;
        span.array()[span.offset() + i] = before[i];
      }
    }

    void phaseEnds() {
      System.arraycopy(after, 0, span.array(), span.offset(), after.length);
      System.arraycopy(after, 0, before, 0, after.length);
      Arrays.fill(by, -1);
    }
  }

  /**
   * Places an input among NaN, with the zeros that the kernel asks for before input 0. In reverse,
   * its array ends with it, as arrays of parameters may.
   */
  private Span place(int i, Order order) {
    float[] data = inputs.get(i);
    int zeros = i == 0 ? kernel.footprint().zeros() : 0;
    int offset = (zeros + 3) / 4 * 4 + 4 * (i + 1);
    float[] array = new float[offset + data.length + (order == Order.REVERSE ? 0 : GUARD)];
    Arrays.fill(array, Float.NaN);
    Arrays.fill(array, 0, zeros, 0);
    System.arraycopy(data, 0, array, offset, data.length);
    return new Span(array, offset, data.length);
  }

  private static Span guarded(int length) {
    float[] array = new float[GUARD + length + GUARD];
    Arrays.fill(array, GUARD_VALUE);
    Span span = new Span(array, GUARD, length);
    poison(span);
    return span;
  }

  private static void poison(Span span) {
    Arrays.fill(span.array(), span.offset(), span.offset() + span.length(), Float.NaN);
  }

  private static void checkGuards(String what, Span span) {
    for (int i = 0; i < span.array().length; i++) {
      boolean outside = i < span.offset() || i >= span.offset() + span.length();
      if (outside && Float.floatToIntBits(span.array()[i]) != Float.floatToIntBits(GUARD_VALUE)) {
        throw new AssertionError(
            "wrote beside the " + what + " of " + span.length() + " at " + (i - span.offset()));
      }
    }
  }

  private void checkInput(int i, Span after, Order order, boolean overwritten) {
    float[] before = place(i, order).array();
    for (int k = 0; k < before.length; k++) {
      boolean inside = k >= after.offset() && k < after.offset() + after.length();
      boolean same = Float.floatToIntBits(before[k]) == Float.floatToIntBits(after.array()[k]);
      if (!same && !(inside && overwritten)) {
        throw new AssertionError("changed input " + i + " at " + (k - after.offset()));
      }
    }
  }
}
