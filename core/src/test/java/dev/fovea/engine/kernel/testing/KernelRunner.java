package dev.fovea.engine.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.engine.kernel.Span;
import dev.fovea.engine.kernel.TaskKernel;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Rng;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
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
  private final List<ElementType> types;
  private final ElementType type;
  private final List<float[]> inputs;
  private final int length;

  /** Prepares runs on these inputs; the kernel asks for workspace, scratch and zeros itself. */
  public KernelRunner(Kernel kernel, Signature signature, List<float[]> inputs) {
    this.kernel = (TaskKernel) kernel;
    this.types = signature.types();
    this.type = signature.type();
    this.inputs = List.copyOf(inputs);
    this.length = signature.output().elements();
  }

  /** Prepares runs on inputs of floats. */
  public KernelRunner(Kernel kernel, List<float[]> inputs, int length) {
    this.kernel = (TaskKernel) kernel;
    this.types = Collections.nCopies(inputs.size(), ElementType.FLOAT32);
    this.type = ElementType.FLOAT32;
    this.inputs = List.copyOf(inputs);
    this.length = length;
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
    Span fresh = guarded(type, length);
    Span output = over < 0 ? fresh : in[over];
    Span workspace = guarded(ElementType.FLOAT32, kernel.footprint().workspace());
    run(order, new Operands(in, output, workspace));
    checkGuards("output", fresh);
    checkGuards("workspace", workspace);
    for (int i = 0; i < in.length; i++) {
      checkInput(i, in[i], order, i == over);
    }
    return floats(output, type);
  }

  /** Returns the elements as numbers. */
  private static float[] floats(Span s, ElementType type) {
    float[] numbers = new float[s.length()];
    for (int i = 0; i < numbers.length; i++) {
      int at = s.offset() + i;
      numbers[i] =
          switch (type) {
            case INT8 -> s.bytes()[at];
            case UINT8 -> Byte.toUnsignedInt(s.bytes()[at]);
            default -> s.array()[at];
          };
    }
    return numbers;
  }

  private void run(Order order, Operands operands) {
    Span scratch = guarded(ElementType.FLOAT32, kernel.footprint().scratch());
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
        kernel.compute(phase, task, operands, scratch);
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
    private final MemorySegment now;
    private final Span before;
    private final MemorySegment unchanged;
    private final Span after;
    private final int[] by;

    Written(String what, Span span) {
      this.what = what;
      this.span = span;
      this.now = segment(span);
      this.before = copy(span);
      this.unchanged = segment(before);
      this.after = copy(span);
      this.by = new int[span.length()];
      Arrays.fill(by, -1);
    }

    private static Span copy(Span span) {
      int end = span.offset() + span.length();
      return span.isBytes()
          ? new Span(Arrays.copyOfRange(span.bytes(), span.offset(), end), 0, span.length())
          : new Span(Arrays.copyOfRange(span.array(), span.offset(), end), 0, span.length());
    }

    private static MemorySegment segment(Span span) {
      int bytes = span.isBytes() ? 1 : Float.BYTES;
      return whole(span).asSlice((long) bytes * span.offset(), (long) bytes * span.length());
    }

    /** Goes from one changed element to the next; most tasks change few. */
    void taskEnds(int task) {
      int bytes = span.isBytes() ? 1 : Float.BYTES;
      long end = now.byteSize();
      long at = MemorySegment.mismatch(now, 0, end, unchanged, 0, end);
      while (at >= 0) {
        changed((int) (at / bytes), task);
        long next = at / bytes * bytes + bytes;
        long more = MemorySegment.mismatch(now, next, end, unchanged, next, end);
        at = more < 0 ? -1 : next + more;
      }
    }

    private void changed(int i, int task) {
      if (by[i] >= 0) {
        throw new AssertionError(
            "tasks " + by[i] + " and " + task + " both write to the " + what + " at " + i);
      }
      by[i] = task;
      put(after, i, bits(span, span.offset() + i));
      put(span, span.offset() + i, bits(before, i));
    }

    void phaseEnds() {
      for (int i = 0; i < by.length; i++) {
        put(span, span.offset() + i, bits(after, i));
        put(before, i, bits(after, i));
      }
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
    int length = offset + data.length + (order == Order.REVERSE ? 0 : GUARD);
    Span span = span(types.get(i), length).after(offset);
    span = new Span(span.array(), span.bytes(), offset, data.length);
    fill(span, 0, zeros, 0);
    fill(span, zeros, length, poisonBits(span));
    if (!span.isBytes()) {
      System.arraycopy(data, 0, span.array(), offset, data.length);
    }
    for (int k = 0; k < data.length && span.isBytes(); k++) {
      span.bytes()[offset + k] = (byte) data[k];
    }
    return span;
  }

  private static Span span(ElementType type, int length) {
    return type.bytes() == 1
        ? new Span(new byte[length], 0, length)
        : new Span(new float[length], 0, length);
  }

  private static Span guarded(ElementType type, int length) {
    Span all = span(type, GUARD + length + GUARD);
    Span span = new Span(all.array(), all.bytes(), GUARD, length);
    fill(all, 0, all.length(), guard(all));
    poison(span);
    return span;
  }

  /** Fills what a kernel has to write first. */
  private static void poison(Span span) {
    fill(span, span.offset(), span.offset() + span.length(), poisonBits(span));
  }

  /** Fills the elements of a span's array from one place to another. */
  private static void fill(Span span, int begin, int end, int bits) {
    if (span.isBytes()) {
      Arrays.fill(span.bytes(), begin, end, (byte) bits);
    } else {
      Arrays.fill(span.array(), begin, end, Float.intBitsToFloat(bits));
    }
  }

  private static int floatBits(float x) {
    return Float.floatToRawIntBits(x);
  }

  private static int poisonBits(Span span) {
    return span.isBytes() ? 0x55 : floatBits(Float.NaN);
  }

  private static int guard(Span span) {
    return span.isBytes() ? 0x77 : floatBits(GUARD_VALUE);
  }

  private static int bits(Span span, int at) {
    return span.isBytes() ? span.bytes()[at] : floatBits(span.array()[at]);
  }

  private static void put(Span span, int at, int bits) {
    if (span.isBytes()) {
      span.bytes()[at] = (byte) bits;
    } else {
      span.array()[at] = Float.intBitsToFloat(bits);
    }
  }

  private static int length(Span span) {
    return span.isBytes() ? span.bytes().length : span.array().length;
  }

  private static void checkGuards(String what, Span span) {
    int end = span.offset() + span.length();
    checkGuards(what, span, 0, span.offset());
    checkGuards(what, span, end, length(span));
  }

  private static void checkGuards(String what, Span span, int begin, int end) {
    for (int i = begin; i < end; i++) {
      if (bits(span, i) != guard(span)) {
        throw new AssertionError(
            "wrote beside the " + what + " of " + span.length() + " at " + (i - span.offset()));
      }
    }
  }

  private void checkInput(int i, Span after, Order order, boolean overwritten) {
    Span before = place(i, order);
    if (overwritten) {
      checkSame(i, before, after, 0, after.offset());
      checkSame(i, before, after, after.offset() + after.length(), length(after));
    } else {
      checkSame(i, before, after, 0, length(after));
    }
  }

  /** Compares the elements of two arrays from one place to another, as bits. */
  private static void checkSame(int i, Span before, Span after, int begin, int end) {
    MemorySegment a = whole(before);
    MemorySegment b = whole(after);
    long bytes = a.byteSize() / Math.max(1, length(before));
    long at = MemorySegment.mismatch(a, bytes * begin, bytes * end, b, bytes * begin, bytes * end);
    if (at >= 0) {
      long k = begin + at / bytes - after.offset();
      throw new AssertionError("changed input " + i + " at " + k);
    }
  }

  private static MemorySegment whole(Span span) {
    return span.isBytes()
        ? MemorySegment.ofArray(span.bytes())
        : MemorySegment.ofArray(span.array());
  }
}
