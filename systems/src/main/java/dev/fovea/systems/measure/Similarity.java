package dev.fovea.systems.measure;

/** How alike an object that was found and one that is there are, 0 … 1. */
interface Similarity {
  /** Returns how alike they are; with a crowd, the share of what was found that lies in it. */
  double of(Found found, Truth truth);

  /** Returns the area of what was found, in pixels. */
  double area(Found found);

  /** Returns whether an object counts; a crowd does not. */
  default boolean counts(Truth truth) {
    return !truth.crowd();
  }
}
