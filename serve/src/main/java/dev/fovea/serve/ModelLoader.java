package dev.fovea.serve;

import java.util.OptionalInt;

/** Reads a model anew when a client asks for it, such as from its file. */
@FunctionalInterface
public interface ModelLoader {
  /**
   * Reads a model.
   *
   * @param name its name
   * @param version its version; the highest there is if empty
   * @throws dev.fovea.tensor.FoveaException if there is none, or it cannot be read
   */
  ServedModel load(String name, OptionalInt version);
}
