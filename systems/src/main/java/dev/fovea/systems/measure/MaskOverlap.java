package dev.fovea.systems.measure;

import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import java.util.Optional;

/** Intersection over union of masks. */
record MaskOverlap() implements Similarity {
  @Override
  public double of(Found found, Truth truth) {
    RunLengths a = require(found.mask(), "detection");
    RunLengths b = require(truth.mask(), "object");
    return truth.crowd() ? a.shareIn(b) : a.iou(b);
  }

  @Override
  public double area(Found found) {
    return require(found.mask(), "detection").area();
  }

  private static RunLengths require(Optional<RunLengths> mask, String what) {
    return mask.orElseThrow(
        () -> new FoveaException("masks are measured: the " + what + " has none"));
  }
}
