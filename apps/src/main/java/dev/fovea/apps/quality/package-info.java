/**
 * How good generated pictures are: {@link dev.fovea.apps.quality.FrechetDistance} compares them
 * with real ones in the features of a network, {@link dev.fovea.apps.quality.ClassEntropy} says
 * whether they are of all classes.
 */
@NullMarked
package dev.fovea.apps.quality;

import org.jspecify.annotations.NullMarked;
