/**
 * Kernels and their providers; the scalar provider is the specification.
 *
 * <pre>
 *    Signature (op, shapes, element types) → KernelProvider → Kernel, with its Footprint
 *    TaskKernel on Operands → Job → threads
 * </pre>
 */
@NullMarked
package dev.fovea.engine.kernel;

import org.jspecify.annotations.NullMarked;
