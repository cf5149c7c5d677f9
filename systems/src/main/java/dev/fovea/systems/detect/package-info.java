/**
 * Detection: targets that networks learn from, losses, how outputs are read as boxes, and {@link
 * dev.fovea.systems.detect.Detector the door}.
 *
 * <p>A network of one stage answers with one row of numbers for each of its anchors or cells: [N,
 * rows, numbers], in the order map, row, column, anchor. Its targets have as many rows and are made
 * when samples are read. How rows are read is a {@link dev.fovea.systems.detect.BoxDecoder}, which
 * lies in the metadata of the model.
 *
 * <p>Between the two stages of a network stand steps of fixed counts, through which no gradient
 * flows: {@link dev.fovea.systems.detect.RegionProposer}, {@link
 * dev.fovea.systems.detect.RegionSampler}, {@link dev.fovea.systems.detect.RegionDetector}.
 */
@NullMarked
package dev.fovea.systems.detect;

import org.jspecify.annotations.NullMarked;
