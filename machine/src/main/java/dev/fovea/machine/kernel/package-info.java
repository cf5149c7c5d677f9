/** Code of micro-kernels. */
@NullMarked
package dev.fovea.machine.kernel;

import org.jspecify.annotations.NullMarked;
