package dev.fovea.systems;

import dev.fovea.data.Box;
import dev.fovea.tensor.FoveaException;
import java.util.Optional;

/**
 * An object that a network found in a picture.
 *
 * @param box where it is, in pixels of the picture, with the number of its class and its key points
 * @param label the name of its class
 * @param score how sure the network is, 0 … 1
 * @param mask which pixels of the box belong to it, if the network says so
 */
public record Detection(Box box, String label, double score, Optional<RegionMask> mask) {
  /**
   * Checks the score.
   *
   * @throws FoveaException if it is not a number of 0 … 1
   */
  public Detection {
    if (!(score >= 0 && score <= 1)) {
      throw new FoveaException("detection of %s: score %s is not in 0 … 1".formatted(label, score));
    }
  }

  /** Creates a detection without a mask. */
  public Detection(Box box, String label, double score) {
    this(box, label, score, Optional.empty());
  }
}
