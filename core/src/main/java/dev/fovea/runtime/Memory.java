package dev.fovea.runtime;

import dev.fovea.compile.Place;
import dev.fovea.compile.Program;
import dev.fovea.kernel.Alignment;
import dev.fovea.kernel.Span;

/**
 * Working memory of a run.
 *
 * @param floats where its steps' floats lie
 * @param bytes where its steps' bytes lie
 * @param scratch the caller's own memory for a step
 */
@SuppressWarnings("ArrayRecordComponent") // compared by identity on purpose, never used as a key
record Memory(float[] floats, byte[] bytes, Span scratch) {
  /**
   * Returns new memory: all floats in one array, which is more often so large that it begins on a
   * line of the cache.
   */
  static Memory of(Program.Size arena, int scratch) {
    byte[] bytes = new byte[arena.bytes()];
    long at = Alignment.next(arena.floats());
    if (at + scratch > Alignment.LAST) {
      return new Memory(new float[arena.floats()], bytes, Span.of(new float[scratch]));
    }
    float[] both = new float[(int) at + scratch];
    return new Memory(both, bytes, new Span(both, (int) at, scratch));
  }

  /** Returns the stretch of a place in this memory. */
  Span span(Place p) {
    return p.type().bytes() == 1
        ? new Span(bytes, p.offset(), p.length())
        : new Span(floats, p.offset(), p.length());
  }
}
