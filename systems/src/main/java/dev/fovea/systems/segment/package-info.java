/**
 * Semantic segmentation, the class of every pixel: losses, weights of pixels, and the door {@link
 * dev.fovea.systems.segment.Segmenter} with what it returns.
 *
 * <p>The networks are in the zoo: U-Net, FCN, DeepLab.
 */
@NullMarked
package dev.fovea.systems.segment;

import org.jspecify.annotations.NullMarked;
