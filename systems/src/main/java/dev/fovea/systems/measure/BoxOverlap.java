package dev.fovea.systems.measure;

/** Intersection over union of boxes. */
record BoxOverlap() implements Similarity {
  @Override
  public double of(Found found, Truth truth) {
    return truth.crowd() ? found.box().shareIn(truth.box()) : found.box().iou(truth.box());
  }

  @Override
  public double area(Found found) {
    return found.box().area();
  }
}
