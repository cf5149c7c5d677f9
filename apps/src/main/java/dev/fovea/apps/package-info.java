/**
 * What programs around networks share: {@link dev.fovea.apps.Example} reads a program's arguments
 * and prints its progress and its results, {@link dev.fovea.apps.Noise} is what a generator starts
 * from. The measures of generated pictures are in {@code dev.fovea.apps.quality}.
 */
@NullMarked
package dev.fovea.apps;

import org.jspecify.annotations.NullMarked;
