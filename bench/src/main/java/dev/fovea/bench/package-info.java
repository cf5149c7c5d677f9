/** Benchmarks of kernels, plans and models, and side-by-side runs with peers. */
@NullMarked
package dev.fovea.bench;

import org.jspecify.annotations.NullMarked;
