/** The compiler from graph to program: passes, fusion, memory layout. */
@NullMarked
package dev.fovea.compile;

import org.jspecify.annotations.NullMarked;
