package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;

/** A layer under a name that its maker chose. */
record Named(String name, Layer inner) implements Layer {
  Named {
    if (!name.matches("[A-Za-z0-9_-]+")) {
      throw new FoveaException(
          "layer name '" + name + "' must be made of letters, digits, - and _; paths use the dot");
    }
  }

  @Override
  public Signal forward(Signal x) {
    return inner.forward(x);
  }

  @Override
  public String kind() {
    return inner.kind();
  }
}
