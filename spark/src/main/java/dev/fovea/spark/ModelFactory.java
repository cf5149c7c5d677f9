package dev.fovea.spark;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import java.io.Serializable;

/** Makes the network of a model, whose parameters are set afterwards. */
@FunctionalInterface
interface ModelFactory extends Serializable {
  /** Returns a model of the network. */
  Model model(Engine engine);
}
