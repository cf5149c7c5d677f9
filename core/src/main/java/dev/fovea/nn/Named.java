package dev.fovea.nn;

/** A layer under a name that its maker chose. */
record Named(String name, Layer inner) implements Layer {
  @Override
  public Signal forward(Signal x) {
    return inner.forward(x);
  }

  @Override
  public String kind() {
    return inner.kind();
  }
}
