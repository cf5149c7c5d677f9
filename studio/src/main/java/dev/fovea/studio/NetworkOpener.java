package dev.fovea.studio;

import dev.fovea.nn.Model;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;

/** Reads networks from files. */
@FunctionalInterface
public interface NetworkOpener {
  /**
   * A network that was read.
   *
   * @param model the network with its weights
   * @param rule how pictures become its inputs
   */
  record Opened(Model model, InputRule rule) {}

  /**
   * Reads a network.
   *
   * @throws dev.fovea.tensor.FoveaException if the file holds none that can be used
   */
  Opened open(Path file);
}
