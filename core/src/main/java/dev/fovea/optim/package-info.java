/** Optimisers and learning-rate schedules. */
@NullMarked
package dev.fovea.optim;

import org.jspecify.annotations.NullMarked;
