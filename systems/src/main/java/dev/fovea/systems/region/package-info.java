/**
 * What is read of feature maps for regions of the picture, in a common size.
 *
 * <p>Regions [N, R, 4] are boxes in pixels of the picture, R for each sample; what is read of them
 * is [N, R, height, width, C]. {@link dev.fovea.systems.region.Peaks} finds the points that maps
 * show.
 */
@NullMarked
package dev.fovea.systems.region;

import org.jspecify.annotations.NullMarked;
