/**
 * The vision systems, one file each, and {@link dev.fovea.systems.net.Systems their list}.
 *
 * <p>A {@link dev.fovea.systems.net.VisionSystem} is set up by a {@link
 * dev.fovea.systems.net.Plan}, which says for which classes and pictures. The {@link
 * dev.fovea.systems.net.Setup} has all that a training needs, and its model says in its metadata
 * all that a prediction needs.
 */
@NullMarked
package dev.fovea.systems.net;

import org.jspecify.annotations.NullMarked;
