package dev.fovea.machine;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.FloatWindowCode;
import dev.fovea.machine.kernel.FloatWindowKernels;
import dev.fovea.machine.memory.Code;
import dev.fovea.simd.FloatWindows;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Depthwise windows of floats in machine code of AVX-512 or AVX2. */
final class MachineFloatWindows implements FloatWindows {
  private static final long BYTES = Float.BYTES;
  private static final int SIDE = 3;
  private static final int WEIGHTS = SIDE * SIDE + 1;

  private final FloatWindows rest;
  private final Width width;
  private final boolean avx512;
  private final FloatWindowKernels kernels = new FloatWindowKernels();

  /**
   * Creates them.
   *
   * @param rest what computes where the system gives no memory for code
   * @param avx512 whether there are 32 registers
   */
  MachineFloatWindows(FloatWindows rest, Width width, boolean avx512) {
    this.rest = rest;
    this.width = width;
    this.avx512 = avx512;
  }

  @Override
  public Loops loops(Lines lines) {
    return new OfLines(lines, rest.loops(lines));
  }

  private final class OfLines implements Loops {
    private final Lines l;
    private final Loops rest;
    private final int first;
    private final int last;
    private final int middle;
    private final int vectors;

    /** The most vectors of channels of one call: see {@link MachineMicro#MOST}. */
    private final int most;

    /** The kernels by the rows that lie in the image, a bit each: null until first asked for. */
    private final AtomicReferenceArray<@Nullable Optional<Code>> byInside;

    OfLines(Lines l, Loops rest) {
      Reach.check(0, width.floats(), l.channels());
      this.l = l;
      this.rest = rest;
      int columns = FloatWindowCode.COLUMNS;
      int tiles = Math.ceilDiv(l.columns(), columns);
      this.first = Math.min(columns, l.columns());
      this.middle = Math.max(0, tiles - 2);
      this.last = tiles < 2 ? 0 : l.columns() - first - middle * columns;
      this.vectors = l.channels() / width.floats();
      long products = (l.rows() - 2L) * l.columns() * SIDE * SIDE * width.floats();
      this.most = Math.clamp(MachineMicro.MOST / products, 1, vectors);
      this.byInside = new AtomicReferenceArray<>(1 << l.rows());
    }

    private Optional<Code> code(int inside) {
      Optional<Code> code = byInside.get(inside);
      if (code == null) {
        code =
            kernels.of(
                new FloatWindowCode(
                    width, avx512, l.stride(), inside, l.left(), l.right(), first, last));
        byInside.set(inside, code);
      }
      return code;
    }

    @Override
    public void compute(
        float[] x, float[] own, int table, int wo, float[] y, int yo, float[] z, int zo) {
      check(x, own, table, wo, y, yo, z, zo);
      int inside = 0;
      for (int k = 0; k < l.rows(); k++) {
        inside |= Float.floatToRawIntBits(own[table + k]) == OUTSIDE ? 0 : 1 << k;
      }
      Optional<Code> code = code(inside);
      if (code.isEmpty()) {
        rest.compute(x, own, table, wo, y, yo, z, zo);
        return;
      }
      for (int v = 0; v < vectors; v += most) {
        int n = Math.min(most, vectors - v);
        call(code.get(), n, v * width.floats(), x, own, table, wo, y, yo, z, zo);
      }
      if (vectors * width.floats() < l.channels()) {
        int c = l.channels() - width.floats();
        call(code.get(), 1, c, x, own, table, wo, y, yo, z, zo);
      }
    }

    private void check(
        float[] x, float[] own, int table, int wo, float[] y, int yo, float[] z, int zo) {
      Reach.check(table, l.rows(), own.length);
      Reach.check(wo, (WEIGHTS - 1L) * l.pitch() + l.channels(), own.length);
      long before = l.left() ? l.step() : 0;
      long after = ((l.columns() - 1L) * l.stride() + (l.right() ? 1 : 0)) * l.step();
      for (int k = 0; k < l.rows(); k++) {
        int place = Float.floatToRawIntBits(own[table + k]);
        if (place != OUTSIDE) {
          Reach.check(place - before, before + after + l.channels(), x.length);
        }
      }
      Reach.checkRows(yo, l.columns(), l.step(), l.channels(), y.length);
      if (l.stride() == 1) {
        Reach.checkRows(zo, l.columns(), l.step(), l.channels(), z.length);
      }
    }

    /** Computes some vectors of channels, from channel c on. */
    private void call(
        Code code,
        int n,
        int c,
        float[] x,
        float[] own,
        int table,
        int wo,
        float[] y,
        int yo,
        float[] z,
        int zo) {
      code.call(
          x,
          own,
          own,
          l.stride() == 1 ? z : own,
          y,
          own,
          BYTES * c,
          BYTES * (wo + c),
          BYTES * table,
          l.stride() == 1 ? BYTES * (zo + c) : 0,
          BYTES * (yo + c),
          Float.floatToRawIntBits(l.bounds().least()),
          BYTES * l.step(),
          BYTES * l.pitch(),
          n,
          middle,
          Float.floatToRawIntBits(l.bounds().most()));
    }
  }
}
