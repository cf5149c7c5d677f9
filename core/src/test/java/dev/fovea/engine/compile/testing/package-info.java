/** What tests of several modules share about dev.fovea.engine.compile. */
@NullMarked
package dev.fovea.engine.compile.testing;

import org.jspecify.annotations.NullMarked;
