/** Training: the loop, callbacks, metrics and checkpoints. */
@NullMarked
package dev.fovea.train;

import org.jspecify.annotations.NullMarked;
