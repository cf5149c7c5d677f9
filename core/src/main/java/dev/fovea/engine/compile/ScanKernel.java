package dev.fovea.engine.compile;

import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.op.Scan;

/**
 * A scan with the program of its step, which is run once per place: the one kernel that no provider
 * has, for it consists of theirs.
 *
 * @param scan the scan
 * @param step its step; constants of the scan are {@link Place.Storage.Operand}s of it
 */
public record ScanKernel(Scan scan, Program step) implements Kernel {
  @Override
  public String algorithm() {
    return "scan";
  }

  @Override
  public Footprint footprint() {
    Program.Sizes sizes = step.sizes();
    return Footprint.NONE
        .withWorkspace(Math.max(0, sizes.arena().floats() - Alignment.FIRST))
        .withScratch(sizes.scratch())
        .withZeros(sizes.zeros());
  }
}
