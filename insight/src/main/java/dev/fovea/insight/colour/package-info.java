/**
 * Numbers as colours: the one place where it is decided what a number looks like.
 *
 * <pre>
 *    tensor → ValueScale (limits) → bytes 0 … 255 → ColourMap → picture, with a Legend that tells the limits
 * </pre>
 */
@NullMarked
package dev.fovea.insight.colour;

import org.jspecify.annotations.NullMarked;
