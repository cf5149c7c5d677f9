/** Images, augmentation and image data sets. */
@NullMarked
package dev.fovea.vision;

import org.jspecify.annotations.NullMarked;
