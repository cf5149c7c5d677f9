/** The runtime that executes plans on workers and arenas. */
@NullMarked
package dev.fovea.runtime;

import org.jspecify.annotations.NullMarked;
