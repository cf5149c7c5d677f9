/**
 * Benchmarks of kernels, steps and models, and side-by-side runs with peers.
 *
 * <pre>
 *    Bench → Match → contestants in processes of their own, in turn → Result → BenchText
 * </pre>
 */
@NullMarked
package dev.fovea.bench;

import org.jspecify.annotations.NullMarked;
