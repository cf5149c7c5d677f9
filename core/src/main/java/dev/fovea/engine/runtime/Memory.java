package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Place;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Span;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Working memory of a call: one array of floats, which is more often so large that it begins on a
 * line of the cache, and one of bytes. Executions of several functions take turns in it.
 */
final class Memory {
  /** Bytes behind the last place: code may read whole groups of bytes at the end of an operand. */
  private static final int SPARE = 64;

  /** This memory, for as long as the heap has room. */
  final SoftReference<Memory> reference = new SoftReference<>(this);

  /** Whether a call has it; guarded by the {@link SharedMemory} that lends it. */
  boolean lent = true;

  /** When it was last handed back, of {@link System#nanoTime}. */
  long idleSince;

  /** How much there is. */
  final Room room;

  private final float[] floats;
  private final byte[] bytes;
  private final LastUsed<CompiledFunction, Execution> executions = new LastUsed<>();
  private @Nullable Execution last;

  /**
   * How much there is, or is needed.
   *
   * @param floats the arena, and behind it the caller's own memory for a step unless no array holds
   *     both
   */
  record Room(int floats, int bytes) {
    static Room of(Program.Size arena, int scratch) {
      long both = Alignment.next(arena.floats()) + scratch;
      return new Room(both > Alignment.LAST ? arena.floats() : (int) both, arena.bytes());
    }

    boolean holds(Room need) {
      return need.floats <= floats && need.bytes <= bytes;
    }

    Room and(Room other) {
      return new Room(Math.max(floats, other.floats), Math.max(bytes, other.bytes));
    }
  }

  /** Creates memory of zeros. */
  Memory(Room room) {
    this.room = room;
    this.floats = new float[room.floats];
    boolean spare = room.bytes > 0 && room.bytes <= Alignment.LAST;
    this.bytes = new byte[room.bytes + (spare ? SPARE : 0)];
  }

  /** Returns the execution of a function in this memory; a new one for the first call only. */
  Execution execution(CompiledFunction function) {
    Execution e = executions.get(function);
    if (e == null) {
      e = new Execution(function, this);
      executions.put(function, e);
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
