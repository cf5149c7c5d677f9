package dev.fovea.machine.memory;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Machine code that can be called: written while its memory is writable, run while it is not.
 *
 * <p>All code has the same parameters, since the linker makes classes for each list of parameters:
 * six addresses, which come in RDI, RSI, RDX, RCX, R8 and R9, and eleven numbers, which come on the
 * stack. What code does not need is passed all the same. It answers with a number in RAX.
 *
 * <p>A call is short and takes no part in the JVM's safepoints: arrays of the heap do not move
 * meanwhile, and a safepoint waits for its end.
 */
public final class Code {
  private static final byte TRAP = (byte) 0xCC;
  private static final MethodHandle CALL = handle();

  private final MemorySegment start;

  private Code(MemorySegment start) {
    this.start = start;
  }

  @SuppressWarnings("restricted") // this module is what native access is enabled for
  private static MethodHandle handle() {
    AddressLayout a = ValueLayout.ADDRESS;
    ValueLayout n = ValueLayout.JAVA_LONG;
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(n, a, a, a, a, a, a, n, n, n, n, n, n, n, n, n, n, n),
            Linker.Option.critical(true));
  }

  /**
   * Returns these instructions, ready to be called. They stay until the process ends.
   *
   * @throws MemoryRefusedException if the system gives no memory for them
   */
  public static Code of(byte[] instructions) {
    MemorySegment pages = Pages.writable(instructions.length);
    pages.fill(TRAP);
    MemorySegment.copy(instructions, 0, pages, ValueLayout.JAVA_BYTE, 0, instructions.length);
    try {
      Pages.makeExecutable(pages);
    } catch (MemoryRefusedException e) {
      Pages.free(pages);
      throw e;
    }
    return new Code(pages);
  }

  /**
   * Calls it and returns its answer. Whoever does has checked all that the code will touch: nothing
   * does here.
   */
  public long call(
      MemorySegment rdi,
      MemorySegment rsi,
      MemorySegment rdx,
      MemorySegment rcx,
      MemorySegment r8,
      MemorySegment r9,
      long s0,
      long s1,
      long s2,
      long s3,
      long s4,
      long s5,
      long s6,
      long s7,
      long s8,
      long s9,
      long s10) {
    try {
      return (long)
          CALL.invokeExact(
              start, rdi, rsi, rdx, rcx, r8, r9, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10);
    } catch (Throwable t) {
      throw failed(t);
    }
  }

  /**
   * Does the same with arrays of floats. Their segments are made here, beside the call, where the
   * compiler does without them: in a caller they would be allocated wherever this method is not
   * inlined.
   */
  public long call(
      float[] rdi,
      float[] rsi,
      float[] rdx,
      float[] rcx,
      float[] r8,
      float[] r9,
      long s0,
      long s1,
      long s2,
      long s3,
      long s4,
      long s5,
      long s6,
      long s7,
      long s8,
      long s9,
      long s10) {
    try {
      return (long)
          CALL.invokeExact(
              start,
              MemorySegment.ofArray(rdi),
              MemorySegment.ofArray(rsi),
              MemorySegment.ofArray(rdx),
              MemorySegment.ofArray(rcx),
              MemorySegment.ofArray(r8),
              MemorySegment.ofArray(r9),
              s0,
              s1,
              s2,
              s3,
              s4,
              s5,
              s6,
              s7,
              s8,
              s9,
              s10);
    } catch (Throwable t) {
      throw failed(t);
    }
  }

  /** Does the same with a table of integers as the fourth array. */
  public long call(
      float[] rdi,
      float[] rsi,
      float[] rdx,
      int[] rcx,
      float[] r8,
      float[] r9,
      long s0,
      long s1,
      long s2,
      long s3,
      long s4,
      long s5,
      long s6,
      long s7,
      long s8,
      long s9,
      long s10) {
    try {
      return (long)
          CALL.invokeExact(
              start,
              MemorySegment.ofArray(rdi),
              MemorySegment.ofArray(rsi),
              MemorySegment.ofArray(rdx),
              MemorySegment.ofArray(rcx),
              MemorySegment.ofArray(r8),
              MemorySegment.ofArray(r9),
              s0,
              s1,
              s2,
              s3,
              s4,
              s5,
              s6,
              s7,
              s8,
              s9,
              s10);
    } catch (Throwable t) {
      throw failed(t);
    }
  }

  private static IllegalStateException failed(Throwable t) {
    return new IllegalStateException("a call of machine code failed: " + t, t);
  }
}
