package dev.fovea.simd;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import java.util.Arrays;

/**
 * A {@link SlidingKernel} whose input is rounded to pairs of bfloat16 before, since each of its
 * numbers is read several times.
 *
 * @param kernel the kernel, which reads pairs
 * @param rounding makes them
 * @param numbers how many floats the input has, an even number
 */
record RoundedInputKernel(SlidingKernel kernel, PairRounding rounding, int numbers)
    implements TaskKernel {
  /** Pairs that a task makes. */
  private static final int CHUNK = 16_384;

  @Override
  public String algorithm() {
    return kernel.algorithm() + " bf16";
  }

  @Override
  public Footprint footprint() {
    Footprint f = kernel.footprint();
    return f.withWorkspace(Math.addExact(zeros() + pairs(), f.workspace()));
  }

  /** Returns the floats before the pairs, the last of which are zeros; all begins aligned. */
  private int zeros() {
    return Ranges.roundUp(kernel.zeros(), 16);
  }

  private int pairs() {
    return Ranges.roundUp(numbers / 2, 16);
  }

  @Override
  public int phases() {
    return 1 + kernel.phases();
  }

  @Override
  public int tasks(int phase) {
    return phase == 0 ? Ranges.clamp(numbers / 2 / CHUNK, 1, 64) : kernel.tasks(phase - 1);
  }

  @Override
  public void compute(int phase, int task, Operands operands, Span own) {
    if (phase > 0) {
      kernel.compute(phase - 1, task, behind(operands), own);
      return;
    }
    int begin = Ranges.begin(task, tasks(0), numbers / 2);
    int count = Ranges.begin(task + 1, tasks(0), numbers / 2) - begin;
    Span x = operands.input(0);
    float[] to = operands.workspace().array();
    int zeros = operands.workspace().offset();
    int at = zeros + zeros() + begin;
    if (task == 0) {
      Arrays.fill(to, zeros, at, 0);
    }
    rounding.neighbours(1, 2 * count, x.array(), x.offset() + 2 * begin, 0, to, at, 0);
  }

  /** Returns the operands of the kernel. */
  private Operands behind(Operands operands) {
    Span[] inputs = operands.inputs().clone();
    Span space = operands.workspace();
    inputs[0] = space.part(zeros(), numbers / 2);
    return new Operands(inputs, operands.output(), space.after(zeros() + pairs()));
  }

  @Override
  public Job on(Operands operands) {
    return new RoundedJob(this, operands, behind(operands));
  }

  /** The kernel on its operands, those behind the rounding made once. */
  private record RoundedJob(RoundedInputKernel of, Operands operands, Operands behind)
      implements Job {
    @Override
    public int phases() {
      return of.phases();
    }

    @Override
    public int tasks(int phase) {
      return of.tasks(phase);
    }

    @Override
    public int scratch() {
      return of.footprint().scratch();
    }

    @Override
    public void compute(int phase, int task, Span own) {
      if (phase == 0) {
        of.compute(0, task, operands, own);
      } else {
        of.kernel.compute(phase - 1, task, behind, own);
      }
    }
  }
}
