/** What tests of this module share. */
@NullMarked
package dev.fovea.insight.testing;

import org.jspecify.annotations.NullMarked;
