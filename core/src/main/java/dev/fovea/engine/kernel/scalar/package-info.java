/** Kernels in plain loops, one per op: the specification that other kernels are tested against. */
@NullMarked
package dev.fovea.engine.kernel.scalar;

import org.jspecify.annotations.NullMarked;
