package dev.fovea.simd;

import dev.fovea.engine.kernel.Fastest;
import java.time.Duration;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The machine's ceiling: fused multiply-adds per second on registers alone. */
final class FmaPeak {
  private static final VectorSpecies<Float> S = Species.FLOATS;
  private static final int CHAINS = 12;
  private static final int ROUNDS = 4_000;

  private static final int CALLS = 8;

  private FmaPeak() {}

  /**
   * Returns the most GFLOP/s that one thread reached until it gained no more for {@code quiet}; a
   * multiply-add counts as two.
   */
  static double gflops(Duration quiet) {
    // The sums go on from call to call, so that none can be left out.
    float[] sum = {0};
    double nanos =
        Fastest.nanos(
            quiet,
            () -> {
              for (int i = 0; i < CALLS; i++) {
                sum[0] += chains(ROUNDS, 0.999f, sum[0] * 1e-9f);
              }
            });
    return 2.0 * CALLS * CHAINS * S.length() * ROUNDS / nanos;
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
