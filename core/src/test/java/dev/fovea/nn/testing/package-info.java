/** What tests of layers share, for every kernel provider. */
@NullMarked
package dev.fovea.nn.testing;

import org.jspecify.annotations.NullMarked;
