/**
 * Pictures in another style: what a trained network sees in them, as losses.
 *
 * @see dev.fovea.apps.style.PerceptualLoss
 */
@NullMarked
package dev.fovea.apps.style;

import org.jspecify.annotations.NullMarked;
