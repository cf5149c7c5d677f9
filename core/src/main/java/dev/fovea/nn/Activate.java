package dev.fovea.nn;

import dev.fovea.op.Activation;

/** An activation function as a layer. */
record Activate(Activation activation) implements Layer {
  @Override
  public Signal forward(Signal x) {
    return x.activate(activation);
  }

  @Override
  public String kind() {
    return activation.name();
  }
}
