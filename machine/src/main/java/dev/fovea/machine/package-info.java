/** Micro-kernels in machine code, which is written at run time. */
@NullMarked
package dev.fovea.machine;

import org.jspecify.annotations.NullMarked;
