package dev.fovea.systems.net;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.systems.detect.RegionSearcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network whose regions are searched outside of it.
 *
 * @param search how they are searched
 * @param network from pictures and regions [N, R, 4] to the outputs
 */
record Searched(RegionSearcher search, Network network) {
  /** Texts by which the network that searches itself would be built again. */
  private static final List<String> OF_THE_SYSTEM = List.of("net", Plan.SYSTEM);

  /**
   * Returns this network with the parameters of the one that searches itself. Its metadata says how
   * regions are searched.
   */
  Model over(Model used) {
    Model model = used.over(network, List.of(used.inputs().get(0), search.regions()));
    model.setTask(0, Task.BOXES);
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    OF_THE_SYSTEM.forEach(texts::remove);
    texts.put(RegionSearcher.KEY, search.toText());
    return model.withMetadata(texts);
  }
}
