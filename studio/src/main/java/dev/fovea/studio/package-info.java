/** A studio in the browser, served from this machine to its user alone. */
@NullMarked
package dev.fovea.studio;

import org.jspecify.annotations.NullMarked;
