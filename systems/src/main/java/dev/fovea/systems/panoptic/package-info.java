/**
 * Pictures divided into segments: one for each object, and one for each class of what cannot be
 * counted, such as sky.
 */
@NullMarked
package dev.fovea.systems.panoptic;

import org.jspecify.annotations.NullMarked;
