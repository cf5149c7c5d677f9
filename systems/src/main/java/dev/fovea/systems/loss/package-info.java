/**
 * The losses of detection and segmentation, as formulas on what networks answer and should have.
 *
 * <p>What does not count has the label −1 and weighs nothing: sums are divided by what counts,
 * never by the padded number.
 */
@NullMarked
package dev.fovea.systems.loss;

import org.jspecify.annotations.NullMarked;
