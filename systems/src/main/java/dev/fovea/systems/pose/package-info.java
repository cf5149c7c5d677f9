/**
 * Key points by networks: what they learn to answer with, and how that becomes points.
 *
 * <p>{@link dev.fovea.systems.pose.HeatMaps} draws the maps that a network learns, one for each
 * kind of point, and {@link dev.fovea.systems.pose.Peaks} finds the points in them.
 */
@NullMarked
package dev.fovea.systems.pose;

import org.jspecify.annotations.NullMarked;
