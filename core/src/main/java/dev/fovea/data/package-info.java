/** Samples, their changes, data sets and batches. */
@NullMarked
package dev.fovea.data;

import org.jspecify.annotations.NullMarked;
