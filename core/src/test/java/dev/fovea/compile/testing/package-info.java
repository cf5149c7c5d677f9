/** What tests of several modules share about dev.fovea.compile. */
@NullMarked
package dev.fovea.compile.testing;

import org.jspecify.annotations.NullMarked;
