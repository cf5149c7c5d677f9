/** What tests of several modules share about dev.fovea.train. */
@NullMarked
package dev.fovea.train.testing;

import org.jspecify.annotations.NullMarked;
