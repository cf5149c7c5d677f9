package dev.fovea.bench;

import dev.fovea.engine.Engine;
import java.io.IOException;
import java.util.Map;

/** The process in which Fovea is measured. Arguments: network, mode, batch, threads. */
final class FoveaChild {
  private FoveaChild() {}

  /** Serves measurements; each answer also has the FMA peak of that moment. */
  public static void main(String[] args) throws IOException {
    Case c = Case.of(args);
    Engine engine = Engine.ofThreads(c.threads());
    Child.serve("fovea", args, () -> FoveaWork.of(c, engine), () -> peak(engine));
  }

  private static Map<String, Object> peak(Engine engine) {
    double peak = MachineLimits.peakGflops(engine);
    return Double.isNaN(peak) ? Map.of() : Map.of("peak_gflops", peak);
  }
}
