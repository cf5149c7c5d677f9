/** The test kit for readers of files: damaged ones, and what a reader must keep with them. */
@NullMarked
package dev.fovea.io.testing;

import org.jspecify.annotations.NullMarked;
