package dev.fovea.compile;

/** Tells where each parameter lies in the array that holds them all. */
@FunctionalInterface
public interface Layout {
  /** Returns the index of the parameter's first element. */
  int offset(String parameter);
}
