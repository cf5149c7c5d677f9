package dev.fovea.spark;

import dev.fovea.data.Dataset;
import java.io.Serializable;

/**
 * What happens to a worker's samples when they are read, such as augmentation: {@code samples ->
 * samples.augment(new Flip(0.5))}. It may capture only what can be serialized.
 */
@FunctionalInterface
public interface Preparation extends Serializable {
  /** Returns the samples as they are trained on, in the same number and order. */
  Dataset apply(Dataset samples);
}
