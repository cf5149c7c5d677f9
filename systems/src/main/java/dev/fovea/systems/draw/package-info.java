/**
 * What a network found, or what is known of a picture, drawn on it: boxes with names, masks with
 * outlines, classes of pixels, skeletons.
 *
 * <p>Small pictures are enlarged, so that lines and letters are as crisp on them as on large ones.
 * Colours can be told apart by everybody.
 */
@NullMarked
package dev.fovea.systems.draw;

import org.jspecify.annotations.NullMarked;
