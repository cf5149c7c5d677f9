/** The fovea command. */
@NullMarked
package dev.fovea.cli;

import org.jspecify.annotations.NullMarked;
