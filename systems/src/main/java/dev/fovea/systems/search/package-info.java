/**
 * Where objects may be in a picture, found without learning: selective search, from segments of one
 * colour to the boxes of what they make up together.
 */
@NullMarked
package dev.fovea.systems.search;

import org.jspecify.annotations.NullMarked;
