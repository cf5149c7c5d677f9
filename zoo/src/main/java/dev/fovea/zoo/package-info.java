/** Architectures, one file each. */
@NullMarked
package dev.fovea.zoo;

import org.jspecify.annotations.NullMarked;
