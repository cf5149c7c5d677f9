/**
 * Random changes of samples: pictures and what is marked in them.
 *
 * <pre>
 *    text → Augmentations → Geometric (by Warp, pixels and marks), Photometric, Occlusion,
 *           ObjectCrops; of several samples: Mixing, Mosaic
 * </pre>
 */
@NullMarked
package dev.fovea.vision.augment;

import org.jspecify.annotations.NullMarked;
