/**
 * Key points by networks: what they learn to answer with, and how that becomes points.
 *
 * <p>One object: {@link dev.fovea.systems.pose.HeatMaps} draws the maps that a network learns, one
 * for each kind of point, and {@link dev.fovea.systems.region.Peaks} finds the points in them; or
 * the network tells coordinates. Several: {@link dev.fovea.systems.pose.ConfidenceMaps} and {@link
 * dev.fovea.systems.pose.PartFields} are learned, {@link dev.fovea.systems.pose.LocalPeaks} finds
 * points and {@link dev.fovea.systems.pose.PersonGrouping} puts them together. {@link
 * dev.fovea.systems.pose.PoseRule} says which of these a model needs, and {@link
 * dev.fovea.systems.pose.PoseEstimator} does it.
 */
@NullMarked
package dev.fovea.systems.pose;

import org.jspecify.annotations.NullMarked;
