/**
 * The runtime: compiled functions, and the devices and threads that run them.
 *
 * <pre>
 *    Program, Device → CompiledFunction → Execution: inputs in, steps on Workers, results out
 *    Engine = providers of kernels + threads; Eager = one op at a time
 * </pre>
 */
@NullMarked
package dev.fovea.runtime;

import org.jspecify.annotations.NullMarked;
