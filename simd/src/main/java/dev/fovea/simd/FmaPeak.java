package dev.fovea.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The machine's ceiling: fused multiply-adds per second on registers alone. */
final class FmaPeak {
  private static final VectorSpecies<Float> S = Species.FULL;
  private static final int CHAINS = 12;
  private static final int ROUNDS = 4_000;

  /** How long to wait until the loop is compiled, in nanoseconds. */
  private static final long PATIENCE = 5_000_000_000L;

  private FmaPeak() {}

  /**
   * Returns the most GFLOP/s that one thread reached in about {@code nanos} nanoseconds; a
   * multiply-add counts as two.
   */
  static double gflops(long nanos) {
    long begin = System.nanoTime();
    long end = begin + nanos;
    double best = 0;
    float sink = 0;
    long now = begin;
    while (now < end) {
      for (int i = 0; i < 8; i++) {
        sink += chains(ROUNDS, 0.999f, sink * 1e-9f);
      }
      long next = System.nanoTime();
      best = Math.max(best, 8.0 * 2 * CHAINS * S.length() * ROUNDS / (next - now));
      boolean compiled = best > 1;
      end = compiled || next - begin > PATIENCE ? end : next + nanos;
      now = next;
    }
    return sink == 0.5f ? 0 : best;
  }

  private static float chains(int n, float factor, float addend) {
    FloatVector f = FloatVector.broadcast(S, factor);
    FloatVector g = FloatVector.broadcast(S, addend);
    FloatVector a = g;
    FloatVector b = g.add(1f);
    FloatVector c = g.add(2f);
    FloatVector d = g.add(3f);
    FloatVector e = g.add(4f);
    FloatVector h = g.add(5f);
    FloatVector p = g.add(6f);
    FloatVector q = g.add(7f);
    FloatVector r = g.add(8f);
    FloatVector s = g.add(9f);
    FloatVector t = g.add(10f);
    FloatVector u = g.add(11f);
    for (int i = 0; i < n; i++) {
      a = a.fma(f, g);
      b = b.fma(f, g);
      c = c.fma(f, g);
      d = d.fma(f, g);
      e = e.fma(f, g);
      h = h.fma(f, g);
      p = p.fma(f, g);
      q = q.fma(f, g);
      r = r.fma(f, g);
      s = s.fma(f, g);
      t = t.fma(f, g);
      u = u.fma(f, g);
    }
    a = a.add(b).add(c).add(d).add(e).add(h).add(p).add(q).add(r).add(s).add(t).add(u);
    return a.lane(0);
  }
}
