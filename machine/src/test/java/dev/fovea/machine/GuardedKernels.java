package dev.fovea.machine;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.ByteInstructions;
import dev.fovea.machine.kernel.BytePanel;
import dev.fovea.machine.kernel.ByteProductKernels;
import dev.fovea.machine.kernel.FloatWindowCode;
import dev.fovea.machine.kernel.FloatWindowKernels;
import dev.fovea.machine.kernel.KernelSet;
import dev.fovea.machine.kernel.KernelSet.Bounded;
import dev.fovea.machine.kernel.RoundingKernels;
import dev.fovea.machine.kernel.RowKernels;
import dev.fovea.machine.kernel.WindowKernels;
import dev.fovea.machine.kernel.WindowPanel;
import dev.fovea.machine.memory.Code;
import dev.fovea.machine.memory.Pages;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.Micro;
import dev.fovea.simd.RowFormula;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls every kernel on memory that ends, or begins, beside a page that nobody may touch: a program
 * of its own, for a kernel that goes one element too far ends the process. With the argument {@code
 * far} one does.
 */
final class GuardedKernels {
  private static final long BYTES = Float.BYTES;

  private final Shapes shapes;
  private final KernelSet kernels;
  private final int columns;
  private final boolean atEnd;

  private GuardedKernels(Shapes shapes, boolean atEnd) {
    this.shapes = shapes;
    this.kernels = new KernelSet(shapes.tiles(), true);
    this.columns = shapes.tiles().columns();
    this.atEnd = atEnd;
  }

  /** Runs all kernels of this machine's processor and says how many there were. */
  public static void main(String[] args) {
    boolean far = args.length > 0;
    int count = 0;
    for (Shapes s : Shapes.all().toList()) {
      for (boolean atEnd : new boolean[] {true, false}) {
        count += new GuardedKernels(s, atEnd).all(far);
      }
    }
    if (Processor.ofMachine().vnni()) {
      for (boolean atEnd : new boolean[] {true, false}) {
        GuardedKernels all = new GuardedKernels(Shapes.ofFloats().toList().getLast(), atEnd);
        count += all.bytes(ByteInstructions.VNNI) + all.windows();
      }
    }
    if (Processor.ofMachine().avx512()) {
      for (boolean atEnd : new boolean[] {true, false}) {
        GuardedKernels all = new GuardedKernels(Shapes.ofFloats().toList().getLast(), atEnd);
        count += all.bytes(ByteInstructions.WORDS_512) + all.rows();
        count += all.floatWindows(Width.BITS_256, true) + all.floatWindows(Width.BITS_512, true);
      }
    }
    if (Processor.ofMachine().bfloat16()) {
      for (boolean atEnd : new boolean[] {true, false}) {
        count += new GuardedKernels(Shapes.ofPairs().toList().getLast(), atEnd).rounding();
      }
    }
    for (boolean atEnd : new boolean[] {true, false}) {
      GuardedKernels all = new GuardedKernels(Shapes.all().toList().getFirst(), atEnd);
      count += all.wideBytes() + all.floatWindows(Width.BITS_256, false);
    }
    System.out.println(count + " kernels stayed within bounds");
  }

  private int all(boolean far) {
    int count = 0;
    for (int m = 1; m <= shapes.rows(); m++) {
      for (int k : new int[] {1, 4, 7}) {
        product(m, k, far);
        count++;
        if (m <= shapes.sums()) {
          sums(m, k);
          count += 5;
        }
      }
    }
    return count;
  }

  /** Returns so many elements of four bytes of which the last or the first is at the border. */
  private MemorySegment memory(long elements) {
    return memoryOfBytes(BYTES * elements);
  }

  private MemorySegment memoryOfBytes(long bytes) {
    long size = Math.ceilDiv(bytes, Pages.SIZE) * Pages.SIZE;
    MemorySegment pages = Pages.writable(size + Pages.SIZE);
    Pages.forbid(pages.asSlice(atEnd ? size : 0, Pages.SIZE));
    return atEnd ? pages.asSlice(size - bytes, bytes) : pages.asSlice(Pages.SIZE, bytes);
  }

  /** Returns a table of numbers. */
  private MemorySegment table(int n, int step) {
    MemorySegment t = memory(n);
    for (int i = 0; i < n; i++) {
      t.setAtIndex(ValueLayout.JAVA_INT, i, i * step);
    }
    return t;
  }

  private static Code made(@Nullable Code code) {
    return Objects.requireNonNull(code);
  }

  private void sums(int m, int k) {
    MemorySegment c = memory((long) m * columns);
    MemorySegment w = memory((long) k * columns);
    MemorySegment x = memory((long) m * k);
    MemorySegment o = table(m, k);
    made(kernels.rows(m)).call(x, w, x, x, c, o, 0, 0, 0, 0, 0, 0, k, 0, 0, 0, 0);
    MemorySegment t = table(k, 1);
    long most = (long) m * k - 1;
    steps(made(kernels.gather(m)).call(x, w, x, t, c, o, 0, 0, 0, 0, 0, 0, k, 0, most, 0, 0));
    MemorySegment b = memory(columns);
    long ys = BYTES * columns;
    steps(made(kernels.patches(m)).call(x, w, b, t, c, o, 0, 0, 0, 0, 0, 0, k, 0, most, 0, ys));
    made(kernels.outer(m))
        .call(x, w, x, x, c, x, 0, 0, 0, 0, 0, 0, k, BYTES * m, BYTES * columns, 0, 0);
    MemorySegment transposed = memory((k - 1L) * Micro.ROWS + m);
    MemorySegment panel = memory(k - 1L + columns);
    steps(
        made(kernels.planar(m))
            .call(transposed, panel, x, t, c, x, 0, 0, 0, 0, 0, 0, k, 0, k - 1L, ys, 0));
  }

  private int bytes(ByteInstructions by) {
    ByteProductKernels all = new ByteProductKernels(by);
    int count = 0;
    for (int rows = 1; rows <= all.rows(); rows++) {
      for (int vectors = 1; vectors <= 4; vectors *= 2) {
        for (int used : new int[] {1, 15, 16, 16 * vectors - 1}) {
          BytePanel p = new BytePanel(vectors, by);
          bytes(made(all.of(rows, vectors, true, false)), rows, p, used, 1);
          bytes(made(all.of(rows, vectors, false, false)), rows, p, used, Float.BYTES);
          count += 2;
        }
        BytePanel p = new BytePanel(vectors, by);
        bytes(made(all.of(rows, vectors, true, true)), rows, p, 16 * vectors, 1);
        bytes(made(all.of(rows, vectors, false, true)), rows, p, 16 * vectors, Float.BYTES);
        count += 2;
      }
    }
    return count;
  }

  /** Those of AVX2, which store all columns of a panel. */
  private int wideBytes() {
    ByteProductKernels all = new ByteProductKernels(ByteInstructions.WORDS_256);
    BytePanel panel = BytePanel.of(1, ByteInstructions.WORDS_256);
    for (int rows = 1; rows <= all.rows(); rows++) {
      int n = panel.columns();
      bytes(made(all.of(rows, panel.vectors(), true, true)), rows, panel, n, 1);
      bytes(made(all.of(rows, panel.vectors(), false, true)), rows, panel, n, Float.BYTES);
    }
    return 2 * all.rows();
  }

  /** Two tiles of two taps of eight channels, the last of which are padding. */
  private void bytes(Code code, int rows, BytePanel panel, int used, int size) {
    int m = 2 * rows;
    boolean wide = panel.by().wide();
    MemorySegment x = memory(m * 2L * 2);
    MemorySegment o = table(2 * m, 8);
    o.setAtIndex(ValueLayout.JAVA_INT, 1, -1);
    MemorySegment w = memory(panel.size(2, 8) / 4);
    MemorySegment constants = memory(wide ? BytePanel.EVEN_VECTOR + 8 : BytePanel.EIGHT + 4);
    long mask = used == Long.SIZE ? -1 : (1L << used) - 1;
    constants.setAtIndex(ValueLayout.JAVA_INT, BytePanel.MASK, (int) mask);
    constants.setAtIndex(ValueLayout.JAVA_INT, BytePanel.MASK + 1, (int) (mask >>> 32));
    MemorySegment zeros = memory(2);
    MemorySegment y = memoryOfBytes((long) m * used * size);
    code.call(
        x, w, constants, zeros, y, o, 0, 0, 0, 0, 0, 0, 2, 8L * m, 4L * m, 8, (long) used * size);
  }

  private int windows() {
    WindowKernels all = new WindowKernels();
    int count = 0;
    for (Width width : Width.values()) {
      for (int stride = 1; stride <= 2; stride++) {
        for (int sides = 0; sides < 4; sides++) {
          Code code = made(all.of(width, stride, sides / 2 == 1, sides % 2 == 1));
          windows(code, width, stride, sides / 2, sides % 2);
          count++;
        }
      }
    }
    return count;
  }

  /** Two rows of three results, of which one reads padding above and one below. */
  private void windows(Code code, Width width, int stride, int left, int right) {
    WindowPanel panel = new WindowPanel(0, width);
    int n = panel.channels();
    int line = (2 * stride + 3 - left - right) * n;
    MemorySegment x = memoryOfBytes(3L * line);
    MemorySegment w = memoryOfBytes(panel.size());
    MemorySegment constants = memory(1L + (long) WindowPanel.PADDING * width.floats());
    MemorySegment padding = memoryOfBytes(line);
    MemorySegment y = memoryOfBytes(6L * n);
    MemorySegment o = table(6, 0);
    int[] places = {-1, 0, line, line, 2 * line, -1};
    MemorySegment.copy(places, 0, o, ValueLayout.JAVA_INT, 0, 6);
    code.call(x, w, constants, padding, y, o, 0, 0, 0, 0, 0, 0, 2, n, 3 - right, 3L * n, 0);
  }

  private int floatWindows(Width width, boolean avx512) {
    FloatWindowKernels all = new FloatWindowKernels();
    int count = 0;
    for (int i = 0; i < 8; i++) {
      for (int columns : new int[] {1, 3, 7, 8, 23}) {
        floatWindows(all, width, avx512, i % 2 + 1, i / 2 % 2 == 1, i / 4 == 1, columns);
        count++;
      }
    }
    return count;
  }

  /** Rows of results of two vectors of channels, of which those of x are in the image in turn. */
  private void floatWindows(
      FloatWindowKernels all,
      Width width,
      boolean avx512,
      int stride,
      boolean left,
      boolean right,
      int columns) {
    int n = 2 * width.floats();
    int most = FloatWindowCode.COLUMNS;
    int first = Math.min(most, columns);
    int middle = Math.max(0, Math.ceilDiv(columns, most) - 2);
    int last = columns - first - middle * most;
    int begin = left ? n : 0;
    int end = ((columns - 1) * stride + (right ? 2 : 1)) * n;
    MemorySegment x = memory(begin + end);
    MemorySegment w = memory(10L * n);
    MemorySegment y = memory((long) columns * n);
    MemorySegment z = memory((long) columns * n);
    for (int inside = 0; inside < 16 >> (stride - 1); inside++) {
      MemorySegment o = memory(stride == 1 ? 4 : 3);
      for (int k = 0; k < o.byteSize() / BYTES; k++) {
        o.setAtIndex(ValueLayout.JAVA_INT, k, (inside >> k & 1) == 1 ? begin : -1);
      }
      all.of(new FloatWindowCode(width, avx512, stride, inside, left, right, first, last))
          .orElseThrow()
          .call(x, w, o, z, y, o, 0, 0, 0, 0, 0, 0, BYTES * n, BYTES * n, 2, middle, 0);
    }
  }

  /** Two rows of pairs. */
  private int rounding() {
    RoundingKernels all = new RoundingKernels();
    int count = 0;
    for (int vectors = 1; vectors <= 3; vectors++) {
      int n = vectors * RoundingKernels.VECTOR;
      MemorySegment x = memory(4L * n);
      MemorySegment y = memory(2L * n);
      long far = BYTES * 4 * n; // fetched ahead from beyond the end, which must not fail
      made(all.of(false))
          .call(x, x, x, x, y, y, 0, 0, 0, 0, 0, 0, 2, vectors, BYTES * 2 * n, BYTES * n, far);
      made(all.of(true))
          .call(
              x, x, x, x, y, y, 0, 0, 0, 0, 0, 0, 2, vectors, BYTES * 2 * n, BYTES * n, BYTES * n);
      count += 2;
    }
    return count;
  }

  private int rows() {
    int count = 0;
    for (Width width : List.of(Width.BITS_256, Width.BITS_512)) {
      RowKernels all = new RowKernels(width);
      for (RowFormula f : RowFormula.values()) {
        for (int n = width.floats(); n <= 3 * width.floats(); n += width.floats()) {
          rows(all.of(f).orElseThrow(), f, n);
          count++;
        }
      }
    }
    return count;
  }

  /** Three times rows that lie side by side. */
  private void rows(Code code, RowFormula f, int n) {
    MemorySegment x = memory(3L * f.inputs() * n);
    MemorySegment other = memory(3L * n);
    MemorySegment y = memory(3L * f.outputs() * n);
    MemorySegment o = memory(f.inputs() + f.outputs());
    for (int i = 0; i < f.inputs(); i++) {
      o.setAtIndex(ValueLayout.JAVA_INT, i, i * n);
    }
    for (int i = 0; i < f.outputs(); i++) {
      o.setAtIndex(ValueLayout.JAVA_INT, f.inputs() + i, i * n);
    }
    long line = BYTES * n;
    code.call(
        x,
        other,
        o,
        o,
        y,
        o,
        0,
        0,
        0,
        0,
        0,
        0,
        line,
        3,
        line * f.inputs(),
        line,
        line * f.outputs());
  }

  private static void steps(long answer) {
    if (answer != 0) {
      throw new AssertionError("a step was taken for one out of bounds");
    }
  }

  private void product(int m, int k, boolean far) {
    for (int blocks = 1; blocks <= 3; blocks++) {
      MemorySegment x = memory((long) m * k);
      MemorySegment w = memory((long) blocks * k * columns);
      MemorySegment b = memory((long) blocks * columns);
      MemorySegment y = memory((long) blocks * m * columns);
      MemorySegment r = memory((long) blocks * m * columns);
      long xs = BYTES * k;
      long ys = BYTES * blocks * columns;
      long bs = BYTES * columns;
      long from = far ? BYTES : 0;
      for (Bounded relu : Bounded.values()) {
        made(kernels.product(m, true, relu))
            .call(x, w, b, r, y, y, from, 0, 0, 0, 0, 0, xs, ys, k, blocks, bs);
        made(kernels.product(m, false, relu))
            .call(x, w, b, y, y, y, 0, 0, 0, 0, 0, 0, xs, ys, k, blocks, bs);
        if (shapes.tiles().hasWide() && m <= KernelSet.WIDE_ROWS && blocks == 2) {
          made(kernels.wideProduct(m, true, relu))
              .call(x, w, b, r, y, y, 0, 0, 0, 0, 0, 0, xs, ys, k, 1, bs);
          made(kernels.wideProduct(m, false, relu))
              .call(x, w, b, y, y, y, 0, 0, 0, 0, 0, 0, xs, ys, k, 1, bs);
        }
      }
    }
  }
}
