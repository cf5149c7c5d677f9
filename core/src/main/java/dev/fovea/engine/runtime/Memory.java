package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Place;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Span;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Working memory of a call: one array of floats, which is more often so large that it begins on a
 * line of the cache, and one of bytes. Executions of several functions take turns in it.
 */
final class Memory {
  private static final int MOST_EXECUTIONS = 64;

  /** This memory, for as long as the heap has room. */
  final SoftReference<Memory> reference = new SoftReference<>(this);

  /** When it was last handed back, of {@link System#nanoTime}. */
  long idleSince;

  private final float[] floats;
  private final byte[] bytes;
  private final LinkedHashMap<CompiledFunction, Execution> executions =
      new LinkedHashMap<>(8, 0.75f, true);
  private @Nullable Execution last;

  /** Creates memory of zeros for an arena and the caller's own memory for a step. */
  Memory(Program.Size arena, int scratch) {
    long both = Alignment.next(arena.floats()) + scratch;
    this.floats = new float[both > Alignment.LAST ? arena.floats() : (int) both];
    this.bytes = new byte[arena.bytes()];
  }

  /** Returns whether there is room for a run of a program. */
  boolean fits(Program.Sizes need) {
    long both = Alignment.next(need.arena().floats()) + need.scratch();
    return both <= floats.length && need.arena().bytes() <= bytes.length;
  }

  /** Returns the execution of a function in this memory; a new one for the first call only. */
  Execution execution(CompiledFunction function) {
    Execution e = executions.get(function);
    if (e == null) {
      e = new Execution(function, this);
      executions.put(function, e);
      if (executions.size() > MOST_EXECUTIONS) {
        executions.pollFirstEntry();
      }
    }
    if (e != last) {
      int zeros = function.program().sizes().zeros();
      Arrays.fill(floats, 0, Math.min(zeros, floats.length), 0);
      Arrays.fill(bytes, 0, Math.min(zeros, bytes.length), (byte) 0);
      last = e;
    }
    return e;
  }

  /** Returns the stretch of a place in an arena. */
  Span span(Place p) {
    return p.type().bytes() == 1
        ? new Span(bytes, p.offset(), p.length())
        : new Span(floats, p.offset(), p.length());
  }

  /** Returns the caller's own memory for a step, behind the arena. */
  Span scratch(Program.Size arena, int length) {
    long at = Alignment.next(arena.floats());
    return at + length > Alignment.LAST
        ? Span.of(new float[length])
        : new Span(floats, (int) at, length);
  }
}
