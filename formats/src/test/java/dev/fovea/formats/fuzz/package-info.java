/** Damaged files: whatever a file holds, a reader gives a network or one line. */
@NullMarked
package dev.fovea.formats.fuzz;

import org.jspecify.annotations.NullMarked;
