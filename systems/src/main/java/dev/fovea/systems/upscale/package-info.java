/**
 * Larger pictures: networks that enlarge, and {@link dev.fovea.systems.upscale.Upscaler the door}.
 */
@NullMarked
package dev.fovea.systems.upscale;

import org.jspecify.annotations.NullMarked;
