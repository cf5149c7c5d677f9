package dev.fovea.nn;

import java.util.function.UnaryOperator;

/** A layer without parameters that is one expression on signals. */
record Simple(String kind, UnaryOperator<Signal> function) implements Layer {
  @Override
  public Signal forward(Signal x) {
    return function.apply(x);
  }
}
