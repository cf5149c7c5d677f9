package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import java.util.List;

/** What a second stage reads of feature maps for a region. */
@FunctionalInterface
interface RegionReader {
  /**
   * Returns what is read, in a common size [N, R, H, W, C].
   *
   * @param regions boxes in pixels of the input [N, R, 4]
   * @param maps feature maps, finest first
   */
  Signal read(Signal regions, List<Signal> maps);
}
