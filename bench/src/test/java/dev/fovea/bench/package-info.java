/** Tests of the benchmarks' own code; they measure nothing. */
@NullMarked
package dev.fovea.bench;

import org.jspecify.annotations.NullMarked;
