/**
 * Vision systems: networks that answer with boxes, masks and joints, with all that surrounds them.
 *
 * <p>What a system finds is a list of {@link dev.fovea.systems.Detection}s in pixels of the picture
 * it was given.
 */
@NullMarked
package dev.fovea.systems;

import org.jspecify.annotations.NullMarked;
