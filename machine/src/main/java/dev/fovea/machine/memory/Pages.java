package dev.fovea.machine.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Pages of memory of Linux on x86-64, by {@code mmap}, {@code mprotect} and {@code munmap}.
 *
 * <p>All are called with six numbers of 64 bits, so that the linker makes one class for them: in
 * this calling convention a function reads as many registers as it has parameters.
 */
public final class Pages {
  /** The bytes of a page. */
  public static final int SIZE = 4096;

  private static final int NONE = 0;
  private static final int READ_WRITE = 3;
  private static final int READ_EXECUTE = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long NO_FILE = -1;
  private static final long FAILED = -1;

  private static final MethodHandle MAP = function("mmap");
  private static final MethodHandle PROTECT = function("mprotect");
  private static final MethodHandle UNMAP = function("munmap");

  private Pages() {}

  @SuppressWarnings("restricted") // this module is what native access is enabled for
  private static MethodHandle function(String name) {
    ValueLayout n = ValueLayout.JAVA_LONG;
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(n, n, n, n, n, n, n));
  }

  private static long call(MethodHandle f, long a, long b, long c, long d, long e) {
    try {
      return (long) f.invokeExact(a, b, c, d, e, 0L);
    } catch (Throwable t) {
      throw new IllegalStateException("a call of the system failed: " + t, t);
    }
  }

  /**
   * Returns new pages that can be read and written, and stay until they are freed.
   *
   * @throws MemoryRefusedException if the system refuses them
   */
  @SuppressWarnings("restricted")
  public static MemorySegment writable(long bytes) {
    long size = Math.ceilDiv(bytes, SIZE) * SIZE;
    long at = call(MAP, 0, size, READ_WRITE, PRIVATE_ANONYMOUS, NO_FILE);
    if (at == FAILED) {
      throw new MemoryRefusedException("the system refuses " + size + " bytes of memory");
    }
    return MemorySegment.ofAddress(at).reinterpret(size);
  }

  /**
   * Makes whole pages executable, and no longer writable.
   *
   * @throws MemoryRefusedException if the system refuses that
   */
  public static void makeExecutable(MemorySegment pages) {
    protect(pages, READ_EXECUTE, "executable memory");
  }

  /** Makes whole pages such that touching them ends the process. */
  public static void forbid(MemorySegment pages) {
    protect(pages, NONE, "forbidden memory");
  }

  /** Gives whole pages back; nobody may touch them afterwards. */
  static void free(MemorySegment pages) {
    long result = call(UNMAP, pages.address(), pages.byteSize(), 0, 0, 0);
    if ((int) result != 0) {
      throw new IllegalStateException(
          "the system does not take back " + pages.byteSize() + " bytes");
    }
  }

  private static void protect(MemorySegment pages, int protection, String what) {
    long result = call(PROTECT, pages.address(), pages.byteSize(), protection, 0, 0);
    if ((int) result != 0) {
      throw new MemoryRefusedException("the system refuses " + what);
    }
  }
}
