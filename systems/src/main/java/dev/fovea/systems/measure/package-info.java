/**
 * How good boxes, masks, panoptic maps and key points are, as the usual benchmarks say it.
 *
 * <p>Each measure is fed picture by picture and then says all that it knows in one record: {@link
 * dev.fovea.systems.measure.CocoEvaluation} and {@link dev.fovea.systems.measure.VocEvaluation} for
 * objects, {@link dev.fovea.systems.measure.DetectionConfusion} for what they are mistaken for,
 * {@link dev.fovea.systems.measure.SegmentationScores} and {@link
 * dev.fovea.systems.measure.InstanceScore} for maps, {@link
 * dev.fovea.systems.measure.PanopticQuality} for both together and {@link
 * dev.fovea.systems.measure.KeyPointAccuracy} for key points. What is in a picture is {@link
 * dev.fovea.systems.measure.Truth}, what a network says is in it {@link
 * dev.fovea.systems.measure.Found}; {@link dev.fovea.systems.measure.CocoResults} reads and writes
 * the latter.
 */
@NullMarked
package dev.fovea.systems.measure;

import org.jspecify.annotations.NullMarked;
