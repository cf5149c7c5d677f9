package dev.fovea.nn;

import java.util.List;

/** Layers one after the other; each is called by its position, from 0, unless it has a name. */
record Sequence(List<Layer> layers) implements Layer {
  Sequence {
    layers = List.copyOf(layers);
  }

  @Override
  public Signal forward(Signal x) {
    Signal y = x;
    for (int i = 0; i < layers.size(); i++) {
      y = y.trace().call(layers.get(i), y, Integer.toString(i));
    }
    return y;
  }

  @Override
  public String kind() {
    return "sequence";
  }
}
