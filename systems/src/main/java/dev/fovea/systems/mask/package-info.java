/**
 * Masks of single objects: which pixels of a picture they cover.
 *
 * <p>{@link dev.fovea.systems.mask.RunLengths} keeps a mask small, {@link
 * dev.fovea.systems.mask.Polygons} fills outlines, and {@link
 * dev.fovea.systems.mask.ConnectedComponents} tells the objects of one mask apart.
 */
@NullMarked
package dev.fovea.systems.mask;

import org.jspecify.annotations.NullMarked;
