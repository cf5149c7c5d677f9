/** The compiler from graph to plan: passes, fusion, memory layout. */
@NullMarked
package dev.fovea.compile;

import org.jspecify.annotations.NullMarked;
