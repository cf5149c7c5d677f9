/** Random changes of pictures and of what is marked in them. */
@NullMarked
package dev.fovea.vision.augment;

import org.jspecify.annotations.NullMarked;
