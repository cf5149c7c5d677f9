/**
 * Geometry of boxes, numbers only: overlaps, suppression, codes, anchors and who learns what.
 *
 * <p>A box is [left, top, right, bottom] in continuous pixels: pixel i covers [i, i + 1), and no
 * formula adds 1 to a width.
 */
@NullMarked
package dev.fovea.systems.box;

import org.jspecify.annotations.NullMarked;
