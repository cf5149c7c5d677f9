/**
 * The runtime: compiled functions, and the devices and threads that run them.
 *
 * <pre>
 *    Program, Device → CompiledFunction → Execution: inputs in, steps on Workers, results out
 * </pre>
 */
@NullMarked
package dev.fovea.engine.runtime;

import org.jspecify.annotations.NullMarked;
