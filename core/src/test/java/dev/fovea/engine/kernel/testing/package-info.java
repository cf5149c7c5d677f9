/**
 * The test kit for kernels: a reference in double precision, cases, and what a kernel must keep.
 */
@NullMarked
package dev.fovea.engine.kernel.testing;

import org.jspecify.annotations.NullMarked;
