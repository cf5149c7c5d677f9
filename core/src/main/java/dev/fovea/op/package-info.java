/** Ops: the closed set of tensor computations, each with its shape rule. */
@NullMarked
package dev.fovea.op;

import org.jspecify.annotations.NullMarked;
